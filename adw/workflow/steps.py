"""Durable steps over the journal, with the worktree's content kept beside each result."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from adw.domain.codec import dump, load
from adw.ports import Journal, Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Travels:
    """Where a run begins that may be gone on with on another machine."""

    base_commit: str
    branch: str


class Steps:
    """Takes the steps of one run in order.

    The workspace is looked at and changed inside step bodies only: on resume the bodies of stored steps do not
    run, and the first body that does run finds the worktree exactly as the last stored step left it.
    """

    def __init__(self, journal: Journal, workspace: Workspace, travels: Travels | None = None) -> None:
        """`travels`: for a run that another machine may go on with, each step keeps what that one would lack."""
        self._journal = journal
        self._workspace = workspace
        self._travels = travels
        self._carried: list[str] = []
        self._tree = ""
        self._in_place = False

    def take(self, name: str, kind: type[T], body: Callable[[], T]) -> T:
        """What `body` returned, now or before a crash. It may change the workspace."""
        return self._step(name, kind, body, self._workspace.tree)

    def look(self, name: str, kind: type[T], body: Callable[[], T]) -> T:
        """The same for a body that only reads: the content need not be stored again."""
        return self._step(name, kind, body, lambda: self._tree)

    def _step(self, name: str, kind: type[T], body: Callable[[], T], tree: Callable[[], str]) -> T:
        def live() -> dict[str, Any]:
            if self._tree and not self._in_place:
                self._put_in_place()
            self._in_place = True
            value = body()
            step = {"value": dump(value, _key(kind)), "tree": tree()}
            return step if self._travels is None else step | {"carried": self._workspace.carry(self._tree)}

        stored = self._journal.step(name, live)
        self._tree = stored["tree"]
        if not self._in_place and stored.get("carried"):
            self._carried.append(stored["carried"])
        return load(kind, stored["value"])

    def _put_in_place(self) -> None:
        if self._travels is not None:
            self._workspace.take_over(self._travels.base_commit, self._travels.branch, self._carried)
        self._workspace.restore(self._tree)


def _key(kind: Any) -> Hashable:
    key: Hashable = kind
    return key

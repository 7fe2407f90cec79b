"""What moves of a run from one clone of a remote to another: the objects that only the first one has, as text.

A text holds a git pack, and the ids of what it makes whole: the tree of the run's content and the last commit of its
branch. The pack needs no object from outside of itself to be read, and what unpacks it computes every id anew.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from adw.adapters.git.command import GitCommand
from adw.errors import StorageError, WorkspaceError

MAX_PACK = 32_000_000
"""Bytes of the largest pack that is carried; its text is a third longer."""

_TEXT = re.compile(r"adw1 (?P<tree>[0-9a-f]{40,64}) (?P<tip>[0-9a-f]{40,64}) (?P<pack>[A-Za-z0-9+/=]*)")
_COUNT = slice(8, 12)
"""Where a pack says how many objects it holds."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a run stands."""

    tree: str
    """Its content."""
    tip: str
    """The last commit of its branch; the base commit before there is one."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A point, and the objects that it takes to get there from earlier ones."""

    point: Point
    pack: bytes
    """Empty where no object is new."""

    @property
    def text(self) -> str:
        """In ASCII, without quotes, backslashes and line ends."""
        return f"adw1 {self.point.tree} {self.point.tip} {b64encode(self.pack).decode()}"

    @classmethod
    def read(cls, text: str) -> "Carried":
        """Raises StorageError for what is no such text."""
        found = _TEXT.fullmatch(text)
        try:
            pack = b64decode(found["pack"], validate=True) if found else b""
        except binascii.Error:
            found = None
        if not found:
            raise StorageError("the journal's copy of the run's content is damaged", hint="start a new run")
        return cls(Point(found["tree"], found["tip"]), pack)


def pack(git: GitCommand, point: Point, base: str, known: Point) -> bytes:
    """The objects of `point` that neither the base commit nor `known` has; empty where there are none."""
    asked = "".join(f"{name}\n" for name in (*_wanted(point, base), f"^{known.tip}", f"^{known.tree}"))
    made = git.run("pack-objects", "--revs", "--no-sparse", "--stdout", "-q", stdin=asked.encode()).stdout
    if len(made) > MAX_PACK:
        raise WorkspaceError(
            f"the run's content has grown by {len(made) / 1e6:.0f} MB at once; "
            f"at most {MAX_PACK / 1e6:.0f} MB can be kept for another machine",
            hint="files that large do not belong into a commit: have them ignored, and start a new run",
        )
    return made if any(made[_COUNT]) else b""


def unpack(git: GitCommand, base: str, carried: Iterable[Carried]) -> None:
    """Have all objects of the last of them here. Raises WorkspaceError where they do not make it whole."""
    parts = tuple(carried)
    if not parts or _is_whole(git, base, parts[-1].point):
        return
    for part in parts:
        if part.pack:
            git.run("unpack-objects", "-q", stdin=part.pack)
    if not _is_whole(git, base, parts[-1].point):
        raise WorkspaceError(
            "the journal's copy of the run's content does not fit the commit that the run started from",
            hint="start a new run",
        )


def _is_whole(git: GitCommand, base: str, point: Point) -> bool:
    return git.run("rev-list", "--objects", "--quiet", *_wanted(point, base), "--", accept=(0, 1, 128)).status == 0


def _wanted(point: Point, base: str) -> tuple[str, ...]:
    # The base's tree by itself too: git knows it by the commit only where commits of the run follow.
    return point.tip, point.tree, f"^{base}", f"^{base}^{{tree}}"

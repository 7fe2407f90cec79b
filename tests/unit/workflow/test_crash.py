"""A crash at any moment, then resume: the same tree, the same calls, nothing paid for twice (SPEC §7)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.domain.call import CallFacts
from adw.domain.codec import JsonValue, dump
from adw.domain.entry import Entry, Reservation
from adw.domain.messages import Answer, ModelRequest, ToolCall
from adw.domain.report import Report
from adw.domain.run import CheckSpec, Limits, RunResult
from adw.errors import AdwError
from tests.fakes.memory_journal import MemoryJournal, StoredRun
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.memory_workspace import MemoryWorkspace
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import ScriptedModel, says
from tests.support.kit import (
    APPROVE,
    DONE,
    FAILING,
    FILES,
    MEND,
    PLAN,
    JudgedChecks,
    MemoryCallFiles,
    World,
    call,
    rejects,
    spec,
)


class Crash(BaseException):
    """The process is gone: nobody catches this."""


@dataclass
class Fuse:
    """Blows when it has been passed `left` times; `place` is where."""

    left: int
    place: str = ""
    passed: int = 0

    def burn(self, place: str) -> None:
        if self.place:
            return
        if self.passed == self.left:
            self.place = place
            raise Crash(place)
        self.passed += 1


class CrashingJournal(MemoryJournal):
    def __init__(self, store: dict[str, StoredRun], run_id: str, fuse: Fuse) -> None:
        super().__init__(store, run_id)
        self._fuse = fuse

    def step(self, name: str, body: Callable[[], JsonValue]) -> JsonValue:
        self._fuse.burn(f"before {name}")

        def fused() -> JsonValue:
            value = body()
            self._fuse.burn(f"before {name} is stored")
            return value

        value = super().step(name, fused)
        self._fuse.burn(f"after {name}")
        return value


class CrashingWorkspace(MemoryWorkspace):
    fuse = Fuse(-1)

    def write(self, path: str, content: bytes | None) -> None:
        self.fuse.burn("before a write")
        super().write(path, content)

    def restore(self, tree: str) -> None:
        self.content = {}
        self.fuse.burn("in a restore")
        super().restore(tree)

    def commit(self, message: str) -> str:
        self.fuse.burn("before a commit")
        commit = super().commit(message)
        self.fuse.burn("after a commit")
        return commit


class CrashingFiles(MemoryCallFiles):
    fuse = Fuse(-1)

    def keep(self, key: str, request: ModelRequest, answer: Answer, facts: CallFacts) -> None:
        self.fuse.burn("answered")
        super().keep(key, request, answer, facts)
        self.fuse.burn("kept")


class CrashingLedger(MemoryLedger):
    fuse = Fuse(-1)

    def reserve(self, reservation: Reservation, *, budget_tokens: int, budget_usd: float) -> None:
        super().reserve(reservation, budget_tokens=budget_tokens, budget_usd=budget_usd)
        self.fuse.burn("reserved")

    def settle(self, entry: Entry) -> None:
        self.fuse.burn("before it is settled")
        super().settle(entry)


Turn = tuple[ToolCall, ...]


class CrashingWorld(World):
    fuse = Fuse(-1)

    def journal(self) -> MemoryJournal:
        return CrashingJournal(self.store, self.spec.id, self.fuse)

    def fit_fuse(self, left: int) -> Fuse:
        """A new fuse everywhere; what a dead process leaves in the worktree lies there."""
        self.fuse = Fuse(left)
        for port in (self.workspace, self.files, self.ledger):
            port.fuse = self.fuse  # type: ignore[union-attr]
        return self.fuse


def _world(turns: tuple[Turn, ...], reviews: tuple[Answer, ...]) -> CrashingWorld:
    """A world whose model always says the same to the same request."""
    workspace = CrashingWorkspace(FILES)
    known: dict[str, Answer] = {}
    left, verdicts = list(turns), [*reviews]

    def decide(request: ModelRequest) -> Answer:
        names = [tool.name for tool in request.tools]
        if "edit" not in names:
            if "verdict" not in repr(request.tools):
                return PLAN
            return verdicts.pop(0) if verdicts else APPROVE
        number = len(known)
        if left:
            return says("", *left.pop(0))
        return says("", call("write", path=f"shop/made_{number}.py", content=f"x = {number}\n"), DONE)

    def answer(request: ModelRequest, _number: int) -> Answer:
        key = json.dumps(dump(request), sort_keys=True)
        if key not in known:
            known[key] = decide(request)
        return known[key]

    def judge(check: CheckSpec) -> Report:
        content = workspace.content
        broken = sorted(f"tests/test_more.py::test_{path[0]}" for path in content if path in {"a.py", "b.py"})
        names = [FAILING, *broken] if b"items[1:]" in content.get("shop/cart.py", b"") else broken
        content["left_by_a_check.txt"] = b"litter"
        return red(check, *names) if names else green(check)

    limits = Limits(max_attempts=2, max_turns=5)
    return CrashingWorld(
        ScriptedModel(answer),
        JudgedChecks(judge),
        workspace,
        spec=spec(limits=limits),
        ledger=CrashingLedger(),
        files=CrashingFiles(),
    )


def _ended(world: CrashingWorld) -> RunResult | str:
    try:
        return world.run()
    except AdwError as error:
        return error.code


def _facts(world: CrashingWorld) -> dict[str, Any]:
    """What must be the same with and without a crash."""
    journal = [(name, json.loads(value)) for name, value in world.store["run-1"].steps]
    return {
        "tree": world.workspace.tree(),
        "commits": world.workspace.commits,
        "steps": [(name, stored["tree"] if "tree" in stored else stored["answer"]) for name, stored in journal],
        "billed": [(one.tag.key, one.model, one.usage, one.outcome) for one in world.ledger.entries()],
        "held": world.ledger.reservations if isinstance(world.ledger, MemoryLedger) else None,
        "requests": sorted({json.dumps(dump(request)) for request in world.model.requests}),
    }


def _crash_and_resume(world: CrashingWorld, points: tuple[int, ...]) -> tuple[RunResult | str, list[str]]:
    places = []
    for left in points:
        fuse = world.fit_fuse(left)
        try:
            _ended(world)
        except Crash:
            places.append(fuse.place)
            if _is_within_a_step(fuse.place):
                world.workspace.content["shop/cart.py"] = b"half writ"
                world.workspace.content["junk.py"] = b"junk"
    world.fit_fuse(10**9)
    return _ended(world), places


def _is_within_a_step(place: str) -> bool:
    """Only there is the worktree touched, and only there can a crash leave it half done."""
    return place.endswith((" is stored", "a write", "a restore", "a commit", "answered", "kept"))


def _same_with_crashes(
    plain: CrashingWorld, expected: RunResult | str, turns: tuple[Turn, ...], reviews: tuple[Answer, ...], *points: int
) -> list[str]:
    """Where the run over the same script crashed, having ended all the same like `plain`, which did not crash."""
    crashed = _world(turns, reviews)
    ended, places = _crash_and_resume(crashed, points)
    assert ended == expected
    assert _facts(crashed) == _facts(plain)
    assert len(crashed.model.requests) == len(plain.model.requests) + places.count("answered")
    return places


def _without_a_crash(turns: tuple[Turn, ...], reviews: tuple[Answer, ...]) -> tuple[CrashingWorld, RunResult | str]:
    plain = _world(turns, reviews)
    plain.fit_fuse(10**9)
    return plain, _ended(plain)


_BUILD: Turn = (MEND, DONE)
_WRITE_A: Turn = (call("write", path="a.py", content="x"), call("delete", 2, path="README.md"), DONE)
_UNWRITE_A: Turn = (call("delete", path="a.py"), DONE)


@pytest.mark.parametrize(
    ("turns", "reviews"),
    [
        ((_BUILD,), ()),
        ((_BUILD, _WRITE_A, _UNWRITE_A), (rejects(("blocker", "no")),)),
    ],
    ids=["small", "patched after the review"],
)
def test_a_crash_at_every_single_point(turns: tuple[Turn, ...], reviews: tuple[Answer, ...]) -> None:
    plain, expected = _without_a_crash(turns, reviews)
    places: set[str] = set()
    for left in range(10**6):
        found = _same_with_crashes(plain, expected, turns, reviews, left)
        if not found:
            break
        places.update(found)
    assert {"answered", "kept", "before a write", "in a restore", "after a commit", "before it is settled"} <= places


_PATHS = st.sampled_from(["a.py", "b.py", "shop/cart.py", "README.md", "deep/new.py"])
_CALLS = st.one_of(
    st.just(MEND),
    st.builds(lambda path, content: call("write", path=path, content=content), _PATHS, st.sampled_from(["x\n", "y\n"])),
    st.builds(lambda path: call("delete", path=path), _PATHS),
    st.builds(lambda path: call("edit", path=path, old="x", new="y"), _PATHS),
    st.builds(lambda path: call("read", paths=[path]), _PATHS),
    st.just(call("search", pattern="x")),
    st.just(call("run_checks", checks=["test"])),
    st.just(DONE),
)
_BAD: tuple[Turn, ...] = ((), (call("shell", command="ls"),), (call("read", path="a.py"), MEND))


def _numbered(calls: list[ToolCall]) -> Turn:
    return tuple(ToolCall(f"call-{number}", one.name, one.input) for number, one in enumerate(calls))


_GOOD_TURNS = st.lists(_CALLS, min_size=1, max_size=4).map(_numbered)


@st.composite
def _turns(draw: st.DrawFn) -> tuple[Turn, ...]:
    """Turns of which no two in a row are faulty: those end the run, and whoever resumes it then gets one more."""
    turns: list[Turn] = []
    for good in draw(st.lists(_GOOD_TURNS, max_size=6)):
        if draw(st.integers(0, 4)) == 0:
            turns.append(draw(st.sampled_from(_BAD)))
        turns.append(good)
    return tuple(turns)


@given(
    turns=_turns(),
    reviews=st.lists(st.just(rejects(("blocker", "no"))), max_size=2).map(tuple),
    points=st.lists(st.integers(0, 150), max_size=3),
)
@settings(max_examples=60)
def test_crashes_at_random_points_of_random_runs(
    turns: tuple[Turn, ...], reviews: tuple[Answer, ...], points: list[int]
) -> None:
    plain, expected = _without_a_crash(turns, reviews)
    _same_with_crashes(plain, expected, turns, reviews, *points)

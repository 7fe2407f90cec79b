import json

import pytest

from adw.domain.usage import Usage
from adw.errors import StorageError
from adw.workflow.steps import Steps, Travels
from tests.fakes.memory_journal import MemoryJournal, StoredRun
from tests.fakes.memory_workspace import MemoryWorkspace

_FILES = {"a.py": b"one\n", "b.py": b"two\n"}


class Twice:
    """One store and one workspace; every `begin` is a new process over them."""

    def __init__(self) -> None:
        self.store: dict[str, StoredRun] = {}
        self.workspace = MemoryWorkspace(_FILES)
        self.ran: list[str] = []

    def steps(self) -> tuple[MemoryJournal, Steps]:
        journal = MemoryJournal(self.store, "run-1")
        return journal, Steps(journal, self.workspace)

    def write(self, content: bytes) -> str:
        self.ran.append(content.decode())
        self.workspace.write("a.py", content)
        return content.decode()


def _fails() -> str:
    raise StorageError("no space")


@pytest.fixture
def twice() -> Twice:
    return Twice()


def test_a_step_brings_back_what_its_body_returned_in_its_own_kind(twice: Twice) -> None:
    journal, steps = twice.steps()
    found: list[object] = []
    journal.run(lambda: found.append(steps.take("usage", Usage, lambda: Usage(fresh=3))))
    assert found == [Usage(fresh=3)]


def test_on_resume_bodies_of_stored_steps_do_not_run(twice: Twice) -> None:
    journal, steps = twice.steps()

    def first() -> None:
        steps.take("one", str, lambda: twice.write(b"1"))
        steps.take("two", str, _fails)

    with pytest.raises(StorageError):
        journal.run(first)
    journal, again = twice.steps()

    def second() -> list[str]:
        return [again.take("one", str, lambda: twice.write(b"never")), again.take("two", str, lambda: "fine")]

    assert journal.run(second) == ["1", "fine"]
    assert twice.ran == ["1"]


@pytest.mark.parametrize("live", ["take", "look"])
def test_the_first_body_that_runs_after_a_crash_finds_what_the_last_stored_step_left(twice: Twice, live: str) -> None:
    journal, steps = twice.steps()

    def first() -> None:
        steps.take("one", str, lambda: twice.write(b"kept"))
        steps.take("two", str, lambda: twice.write(b"lost") + _fails())

    with pytest.raises(StorageError):
        journal.run(first)
    assert twice.workspace.content["a.py"] == b"lost"
    twice.workspace.content["junk"] = b"x"
    journal, again = twice.steps()

    def second() -> str:
        again.take("one", str, lambda: "never")
        found: str = getattr(again, live)("two", str, lambda: twice.workspace.read("a.py").decode())
        return found

    assert journal.run(second) == "kept"
    assert twice.workspace.content == {"a.py": b"kept", "b.py": b"two\n"}


def test_a_step_that_only_looks_keeps_the_tree_of_the_one_before(twice: Twice) -> None:
    journal, steps = twice.steps()

    def body() -> None:
        steps.take("one", str, lambda: twice.write(b"1"))
        steps.look("two", str, lambda: "seen")
        steps.take("three", str, lambda: twice.write(b"3"))

    journal.run(body)
    trees = [json.loads(value)["tree"] for _, value in twice.store["run-1"].steps]
    assert trees[0] == trees[1] != trees[2]


def test_within_one_process_nothing_is_restored(twice: Twice) -> None:
    """What a check left beside the run's files (a cache) may stay between two steps of the same process."""
    journal, steps = twice.steps()

    def body() -> None:
        steps.take("one", str, lambda: twice.write(b"1"))
        twice.workspace.content["cache"] = b"x"
        steps.take("two", str, lambda: twice.write(b"2"))

    journal.run(body)
    assert twice.workspace.content["cache"] == b"x"


def test_another_machine_goes_on_with_what_the_steps_carried(twice: Twice) -> None:
    here = Travels("base", "adw/x")
    journal = MemoryJournal(twice.store, "run-1")
    steps = Steps(journal, twice.workspace, here)

    def first() -> None:
        steps.take("workspace", str, lambda: "made")
        steps.take("edit", str, lambda: twice.write(b"1"))
        steps.take("commit", str, lambda: twice.workspace.commit("work"))
        steps.take("fails", str, _fails)

    with pytest.raises(StorageError):
        journal.run(first)
    elsewhere = MemoryWorkspace(_FILES)
    journal = MemoryJournal(twice.store, "run-1")
    again = Steps(journal, elsewhere, here)

    def second() -> str:
        for name in ("workspace", "edit", "commit"):
            again.take(name, str, _fails)
        return again.look("fails", str, lambda: elsewhere.read("a.py").decode())

    assert journal.run(second) == "1"
    assert elsewhere.commits == twice.workspace.commits

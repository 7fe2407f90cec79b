"""What every Journal promises. `reopen` gives the journal as a new process would find it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from adw.adapters.durable import DbosJournal
from adw.errors import Interrupted, ModelError, StorageError
from adw.ports import Journal
from tests.fakes.memory_journal import MemoryJournal, StoredRun


class RunnableJournal(Journal, Protocol):
    def run(self, body: Callable[[], Any]) -> Any: ...


Reopen = Callable[[], RunnableJournal]


class Switch:
    def __init__(self) -> None:
        self._on = False

    def is_set(self) -> bool:
        return self._on

    def set(self) -> None:
        self._on = True

    def clear(self) -> None:
        self._on = False


@pytest.fixture
def stop() -> Switch:
    return Switch()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path, stop: Switch) -> Reopen:
    store: dict[str, StoredRun] = {}
    if request.param == "memory":
        return lambda: MemoryJournal(store, "r1", stop)
    file = tmp_path / "journal.sqlite"
    where = request.getfixturevalue("postgresql").new_database() if request.param == "postgresql" else file
    return lambda: DbosJournal(where, "r1", stop)


class Sometimes:
    """A body that fails until it is told to work, and counts its calls."""

    def __init__(self, value: Any = "done") -> None:
        self.calls = 0
        self.fails = True
        self._value = value

    def __call__(self) -> Any:
        self.calls += 1
        if self.fails:
            raise ModelError("the line is down", hint="wait")
        return self._value


def test_run_returns_what_the_body_made_of_its_steps(reopen: Reopen):
    journal = reopen()

    def body() -> Any:
        return [journal.step("one", lambda: {"n": 1}), journal.step("two", lambda: None)]

    assert journal.run(body) == [{"n": 1}, None]


def test_a_finished_run_gives_its_result_again_and_calls_nothing(reopen: Reopen):
    first = reopen()
    first.run(lambda: first.step("one", lambda: "kept"))

    def never() -> Any:
        pytest.fail("the run had ended")

    assert reopen().run(never) == "kept"


def test_a_failed_step_is_tried_again_and_the_stored_ones_are_not(reopen: Reopen):
    good, bad = Sometimes([1]), Sometimes([2])
    good.fails = False
    replayed = []

    def attempt() -> Any:
        journal = reopen()

        def body() -> Any:
            values = []
            for name, step in (("good", good), ("bad", bad)):
                values.append(journal.step(name, step))
                replayed.append((name, journal.last_step_replayed))
            return values

        return journal.run(body)

    with pytest.raises(ModelError, match="the line is down") as caught:
        attempt()
    assert caught.value.hint == "wait"
    bad.fails = False
    assert attempt() == [[1], [2]]
    assert (good.calls, bad.calls) == (1, 2)
    assert replayed == [("good", False), ("good", True), ("bad", False)]


def test_an_error_between_steps_leaves_the_run_resumable(reopen: Reopen):
    first = reopen()

    def fails() -> Any:
        first.step("one", lambda: 1)
        raise KeyError("between")

    with pytest.raises(KeyError, match="between"):
        first.run(fails)
    second = reopen()
    assert second.run(lambda: second.step("one", lambda: 2)) == 1


def test_the_first_run_sees_values_as_the_store_will_give_them_back(reopen: Reopen):
    journal = reopen()
    assert journal.run(lambda: {"step": journal.step("one", lambda: {1: ("a", "ü\ud800")}), "run": (1, 2)}) == {
        "step": {"1": ["a", "ü\ud800"]},
        "run": [1, 2],
    }


@pytest.mark.parametrize("value", [object(), float("nan"), {"at": Path()}])
def test_what_json_cannot_carry_is_refused_and_not_stored(reopen: Reopen, value: object):
    first = reopen()
    with pytest.raises((TypeError, ValueError)):
        first.run(lambda: first.step("one", lambda: value))
    second = reopen()
    assert second.run(lambda: second.step("one", lambda: "plain")) == "plain"


def test_a_step_of_another_name_than_the_stored_one_is_refused(reopen: Reopen):
    first = reopen()

    def fails() -> Any:
        first.step("plan", lambda: 1)
        raise KeyError

    with pytest.raises(KeyError):
        first.run(fails)
    second = reopen()
    with pytest.raises(StorageError, match="plan"):
        second.run(lambda: second.step("scheme", lambda: 1))


def test_no_step_is_taken_once_the_user_wants_to_stop(reopen: Reopen, stop: Switch):
    journal = reopen()

    def body() -> Any:
        journal.step("one", stop.set)
        return journal.step("two", lambda: pytest.fail("must not start"))

    with pytest.raises(Interrupted):
        journal.run(body)


def test_a_step_that_ends_although_the_user_wants_to_stop_is_kept(reopen: Reopen, stop: Switch):
    paid = Sometimes("answer")
    paid.fails = False

    def body() -> Any:
        journal.step("paid", lambda: [paid(), stop.set()])
        return journal.step("next", lambda: "end")

    journal = reopen()
    with pytest.raises(Interrupted):
        journal.run(body)
    stop.clear()
    journal = reopen()
    assert journal.run(body) == "end"
    assert paid.calls == 1


def test_steps_cannot_be_nested(reopen: Reopen):
    journal = reopen()
    with pytest.raises(RuntimeError, match=r"inside step 'outer'"):
        journal.run(lambda: journal.step("outer", lambda: journal.step("inner", lambda: 1)))


def test_no_step_follows_a_failed_one(reopen: Reopen):
    journal = reopen()

    def body() -> Any:
        try:
            journal.step("bad", Sometimes())
        except ModelError:
            return journal.step("instead", lambda: 1)

    with pytest.raises(RuntimeError, match=r"after step 'bad' failed"):
        journal.run(body)


def test_a_run_may_end_with_a_value_after_a_failed_step(reopen: Reopen):
    journal = reopen()

    def body() -> Any:
        try:
            return journal.step("bad", Sometimes())
        except ModelError as error:
            return error.code

    assert journal.run(body) == "model_error"
    assert reopen().run(lambda: pytest.fail("the run had ended")) == "model_error"


def test_a_step_outside_of_a_run_is_refused(reopen: Reopen):
    with pytest.raises(RuntimeError, match="outside of a run"):
        reopen().step("one", lambda: 1)


def test_one_journal_can_run_again_after_a_failure(reopen: Reopen):
    journal = reopen()
    flaky = Sometimes(7)

    def body() -> Any:
        return journal.step("one", lambda: 1) + journal.step("two", flaky)

    with pytest.raises(ModelError):
        journal.run(body)
    flaky.fails = False
    assert journal.run(body) == 8

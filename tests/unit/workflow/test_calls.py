"""One call: guarded, reserved, asked once, kept, settled."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from adw.domain.call import CallFacts
from adw.domain.entry import Entry, Reservation
from adw.domain.events import CallEnded, CallStarted
from adw.domain.messages import Answer, Message, ModelRequest, Text
from adw.domain.run import Limits, ModelChoice
from adw.domain.usage import Usage
from adw.errors import (
    AdwError,
    AuthenticationError,
    BudgetExceeded,
    ConfigError,
    Interrupted,
    ModelError,
    QuotaExceeded,
    StorageError,
)
from adw.quota.drift import UNMEASURED
from adw.workflow.calls import Calls
from tests.fakes.counter import ByteCounter
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.prices import FixedPrices
from tests.fakes.scripted_model import ScriptedModel, says
from tests.support.kit import MODEL, MemoryCallFiles, World, shop

_REQUEST = ModelRequest(MODEL, (Text("system"),), (), (Message("user", (Text("issue"),)),), 1_000)
_FACTS = CallFacts("build", 1, 2, "build/3")
_SPARE = "spare-model"
_YES = says("yes", usage=Usage(fresh=100, cache_read=50, output=20))
_NO = ModelError("overloaded", retried=True)
_CUT = ModelError("the stream was cut", usage=Usage(fresh=90, output=5))


def _world(*script: Answer | AdwError, **changes: Any) -> World:
    world = shop(script, **changes)
    world.prices = FixedPrices({MODEL: 200_000, _SPARE: 100_000, "small-spare": 1_100})
    return world


def _ask(world: World, fallback: str = "", request: ModelRequest = _REQUEST) -> Answer:
    return world.within(lambda kit: kit.calls.ask(request, _FACTS, fallback))


def _outcomes(world: World) -> list[tuple[str, str, int]]:
    return [(entry.model, entry.outcome, entry.usage.total) for entry in world.ledger.entries()]


def _models(world: World) -> list[str]:
    return [request.model for request in world.model.requests]


def _held(world: World) -> dict[str, Reservation]:
    assert isinstance(world.ledger, MemoryLedger)
    return world.ledger.reservations


class _Watching(MemoryLedger):
    """Notes the order of what happens, with the model's calls in between."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def reserve(self, reservation: Reservation, *, budget_tokens: int, budget_usd: float) -> None:
        self.order.append(f"reserve {reservation.tag.key} {reservation.tokens}")
        super().reserve(reservation, budget_tokens=budget_tokens, budget_usd=budget_usd)

    def settle(self, entry: Entry) -> None:
        self.order.append(f"settle {entry.tag.key} {entry.usage.total}")
        super().settle(entry)


def test_a_call_is_reserved_before_it_is_sent_and_settled_after() -> None:
    world = _world(_YES)
    ledger = world.ledger = _Watching()
    world.model = ScriptedModel(lambda _request, _number: ledger.order.append("ask") or _YES)  # type: ignore[func-returns-value]
    assert _ask(world) == _YES
    counted = world.events.told[0].input_tokens  # type: ignore[union-attr]
    expected = math.ceil(counted * UNMEASURED)
    assert ledger.order == [f"reserve run-1:0001 {expected + 1_000}", "ask", "settle run-1:0001 170"]
    assert _held(world) == {}


def test_an_entry_tells_all_about_its_call() -> None:
    world = _world(replace(_YES, duration_s=2.5), flags=("snapshots",))
    _ask(world)
    (entry,) = world.ledger.entries()
    tag = entry.tag
    assert (tag.key, tag.run_id, tag.phase, tag.attempt, tag.turn) == ("run-1:0001", "run-1", "build", 1, 2)
    assert (tag.prompt_version, tag.flags, tag.issue) == ("build/3", ("snapshots",), "wrong-total")
    assert (entry.model, entry.usage, entry.outcome, entry.duration_s) == (MODEL, _YES.usage, "ok", 2.5)
    assert entry.cost_usd == Decimal("0.00035")
    assert entry.counted_input > 0


def test_what_happens_is_told() -> None:
    world = _world(_YES)
    _ask(world)
    started, ended = world.events.told
    assert isinstance(started, CallStarted)
    assert (started.phase, started.attempt, started.turn, started.model) == ("build", 1, 2, MODEL)
    assert ended == CallEnded("build", 2, _YES.usage, replayed=False, cost_usd=Decimal("0.00035"))


def test_keys_count_up() -> None:
    world = _world(_YES, _YES)
    assert world.within(lambda kit: [kit.calls.ask(_REQUEST, _FACTS) and kit.calls.count for _ in range(2)]) == [1, 2]
    assert [entry.tag.key for entry in world.ledger.entries()] == ["run-1:0001", "run-1:0002"]


def test_a_resumed_run_pays_nothing_again() -> None:
    world = _world(_YES, says("other"), ModelError("not now", retried=True))

    def two(calls: Calls) -> list[str]:
        return [calls.ask(_REQUEST, _FACTS).text, calls.ask(_REQUEST, _FACTS).text, calls.ask(_REQUEST, _FACTS).text]

    with pytest.raises(ModelError):
        world.within(lambda kit: two(kit.calls))
    world.model = ScriptedModel([says("third")])
    world.events.told.clear()
    assert world.within(lambda kit: two(kit.calls)) == ["yes", "other", "third"]
    assert len(world.model.requests) == 1
    assert [event.replayed for event in world.events.told if isinstance(event, CallEnded)] == [True, True, False]
    assert _outcomes(world) == [
        (MODEL, "ok", 170),
        (MODEL, "ok", 120),
        (MODEL, "model_error", 0),
        (MODEL, "ok", 120),
    ]
    assert _held(world) == {}


def test_an_answer_that_was_kept_before_a_crash_is_not_asked_for_again() -> None:
    world = _world()
    world.files.keep("run-1:0001", _REQUEST, _YES, _FACTS)
    assert _ask(world) == _YES
    assert world.model.requests == []
    assert _outcomes(world) == [(MODEL, "ok", 170)]


def test_a_fallback_s_answer_that_was_kept_is_not_asked_for_again_either() -> None:
    world = _world()
    world.files.keep("run-1:0001", replace(_REQUEST, model=_SPARE), _YES, _FACTS)
    assert _ask(world, fallback=_SPARE) == _YES
    assert _outcomes(world) == [(_SPARE, "ok", 170)]


def test_an_answer_to_another_request_is_none() -> None:
    world = _world(says("mine"))
    world.files.keep("run-1:0001", replace(_REQUEST, max_tokens=999), _YES, _FACTS)
    assert _ask(world).text == "mine"


def test_an_answer_is_kept_before_the_journal_has_it() -> None:
    world = _world(_YES)
    _ask(world)
    assert world.files.find("run-1:0001", _REQUEST) == _YES


@pytest.mark.parametrize(
    ("script", "fallback", "asked", "outcomes"),
    [
        ([_NO, _YES], _SPARE, [MODEL, _SPARE], [(MODEL, "model_error", 0), (_SPARE, "ok", 170)]),
        ([_CUT, _YES], _SPARE, [MODEL, _SPARE], [(MODEL, "model_error", 95), (_SPARE, "ok", 170)]),
        ([_CUT, _YES], "", [MODEL, MODEL], [(MODEL, "model_error", 95), (MODEL, "ok", 170)]),
    ],
)
def test_after_a_failure_there_is_one_more_try(
    script: list[Answer | AdwError], fallback: str, asked: list[str], outcomes: list[tuple[str, str, int]]
) -> None:
    world = _world(*script)
    assert _ask(world, fallback) == _YES
    assert _models(world) == asked
    assert sorted(_outcomes(world)) == sorted(outcomes)
    assert _held(world) == {}


@pytest.mark.parametrize(
    ("script", "fallback", "asked"),
    [
        ([_NO], "", [MODEL]),
        ([_CUT, _CUT], "", [MODEL, MODEL]),
        ([_NO, _CUT], _SPARE, [MODEL, _SPARE]),
    ],
)
def test_the_last_failure_is_the_end_and_nothing_stays_held(
    script: list[Answer | AdwError], fallback: str, asked: list[str]
) -> None:
    world = _world(*script, _YES)
    with pytest.raises(ModelError):
        _ask(world, fallback)
    assert _models(world) == asked
    assert [entry.outcome for entry in world.ledger.entries()] == ["model_error"] * len(asked)
    assert world.ledger.spent("run-1") == sum(
        (error.usage for error in script if isinstance(error, ModelError)), Usage()
    )
    assert _held(world) == {}


def test_a_key_that_is_refused_holds_and_bills_nothing() -> None:
    world = _world(AuthenticationError("wrong key"), _YES)
    with pytest.raises(AuthenticationError):
        _ask(world, _SPARE)
    assert (_models(world), _outcomes(world), _held(world)) == ([MODEL], [], {})


def test_an_interrupted_call_may_have_been_billed_so_it_stays_held() -> None:
    world = _world(Interrupted("ctrl-C"), _YES)
    with pytest.raises(Interrupted):
        _ask(world)
    assert list(_held(world)) == ["run-1:0001"]
    assert _ask(world) == _YES
    assert (_outcomes(world), _held(world)) == ([(MODEL, "ok", 170)], {})


class _FullDisk(MemoryCallFiles):
    def keep(self, key: str, request: ModelRequest, answer: Answer, facts: CallFacts) -> None:
        raise StorageError(f"no space for {key}, {request.model}, {answer.model}, {facts.phase}")


def test_an_answer_that_could_not_be_kept_is_billed_all_the_same() -> None:
    world = _world(_YES, _YES)
    world.files = _FullDisk()
    with pytest.raises(StorageError):
        _ask(world)
    assert _outcomes(world) == [(MODEL, "storage", 170)]
    assert _held(world) == {}
    world.files = MemoryCallFiles()
    _ask(world)
    assert _outcomes(world) == [(MODEL, "storage", 170), (MODEL, "ok", 170)]


def _nothing_happened(world: World) -> None:
    assert (world.model.requests, _outcomes(world), _held(world)) == ([], [], {})


def test_a_request_that_outgrows_the_window_is_not_sent() -> None:
    world = _world(_YES)
    with pytest.raises(BudgetExceeded, match="ceiling"):
        _ask(world, request=replace(_REQUEST, max_tokens=150_000))
    _nothing_happened(world)


def test_a_model_whose_window_nobody_knows_is_not_asked() -> None:
    world = _world(_YES)
    with pytest.raises(ConfigError):
        _ask(world, request=replace(_REQUEST, model="unheard-of"))
    _nothing_happened(world)
    with pytest.raises(ConfigError):
        world.within(lambda kit: kit.calls.room(ModelChoice("unheard-of")))


@pytest.mark.parametrize("limits", [Limits(budget_tokens=1_010), Limits(budget_usd=0.01)])
def test_a_call_that_could_pass_the_run_s_budget_is_not_sent(limits: Limits) -> None:
    world = _world(_YES, limits=limits)
    with pytest.raises(BudgetExceeded):
        _ask(world)
    _nothing_happened(world)


def test_a_budget_in_dollars_needs_a_price() -> None:
    world = _world(_YES, limits=Limits(budget_usd=5.0))
    world.prices = FixedPrices({MODEL: 200_000}, unpriced=(MODEL,))
    with pytest.raises(BudgetExceeded, match="no known price") as caught:
        _ask(world)
    assert (caught.value.unit, caught.value.left) == ("usd", 5.0)
    _nothing_happened(world)


def test_without_a_price_a_call_is_unpriced_not_free() -> None:
    world = _world(_YES)
    world.prices = FixedPrices({MODEL: 200_000}, unpriced=(MODEL,))
    _ask(world)
    (entry,) = world.ledger.entries()
    assert entry.cost_usd is None


class _QuotaUsedUp(MemoryLedger):
    def reserve(self, reservation: Reservation, *, budget_tokens: int, budget_usd: float) -> None:
        raise QuotaExceeded(f"no quota for {reservation.tag.key}, {budget_tokens}, {budget_usd}")


def test_a_call_for_which_there_is_no_quota_is_not_sent() -> None:
    world = _world(_YES)
    world.ledger = _QuotaUsedUp()
    with pytest.raises(QuotaExceeded):
        _ask(world)
    _nothing_happened(world)


def test_a_fallback_whose_window_is_too_small_is_not_asked() -> None:
    world = _world(_NO, _YES)
    with pytest.raises(BudgetExceeded, match="small-spare"):
        _ask(world, "small-spare")
    assert (_models(world), _held(world)) == ([MODEL], {})


class _DearSpare(FixedPrices):
    def cost(self, model: str, usage: Usage, at: datetime) -> Decimal | None:
        cost = super().cost(model, usage, at)
        return cost * 100 if cost is not None and model == _SPARE else cost


def test_a_fallback_that_could_pass_the_budget_is_not_asked() -> None:
    world = _world(_NO, _YES, limits=Limits(budget_usd=0.05))
    world.prices = _DearSpare({MODEL: 200_000, _SPARE: 200_000})
    with pytest.raises(BudgetExceeded):
        _ask(world, _SPARE)
    assert (_models(world), _held(world)) == ([MODEL], {})


def test_what_a_cut_stream_was_billed_counts_before_the_next_try() -> None:
    world = _world(_CUT, _YES, limits=Limits(budget_tokens=1_110))
    with pytest.raises(BudgetExceeded):
        _ask(world)
    assert (_models(world), _held(world), world.ledger.spent("run-1").total) == ([MODEL], {}, 95)


def test_sections_get_the_safe_share_less_what_is_reserved() -> None:
    room: Callable[[ModelChoice], int] = lambda choice: _world().within(lambda kit: kit.calls.room(choice))  # noqa: E731
    assert room(ModelChoice(MODEL, max_tokens=8_000)) == int((150_000 - 8_000) / UNMEASURED) - 1_500
    with pytest.raises(BudgetExceeded, match="149,000 tokens of reserved output leave no room") as caught:
        room(ModelChoice(MODEL, max_tokens=149_000))
    assert (caught.value.asked, caught.value.left) == (149_000 + 1_725, 150_000)


def _window_of(world: World, tokens: int) -> None:
    world.prices = FixedPrices({MODEL: tokens, _SPARE: tokens})


def _counted(world: World) -> int:
    return next(event.input_tokens for event in world.events.told if isinstance(event, CallStarted))


_LONG = replace(_REQUEST, messages=(Message("user", (Text("word " * 4_000),)),))


def test_what_earlier_calls_were_billed_beyond_their_count_is_expected_of_the_next() -> None:
    world = _world(_YES)
    _ask(world, request=_LONG)
    dear = replace(_YES, usage=Usage(fresh=int(_counted(world) * 1.4)))
    world = _world(dear, _YES)
    # The first fits with the margin of an unmeasured model; what it was billed says that the second does not.
    _window_of(world, int((_counted_of(_LONG) * 1.2 + 1_000) / 0.75))
    with pytest.raises(BudgetExceeded, match="margin for the bill"):
        world.within(lambda kit: [kit.calls.ask(_LONG, _FACTS) for _ in range(2)])
    assert len(world.model.requests) == 1


def _counted_of(request: ModelRequest) -> int:
    world = _world(_YES)
    _ask(world, request=request)
    return _counted(world)


def test_what_was_learned_since_does_not_stop_a_resumed_run_before_answers_it_has() -> None:
    world = _world(_YES, _NO)
    _window_of(world, int((_counted_of(_LONG) * 1.2 + 1_000) / 0.75))

    def two(calls: Calls) -> list[str]:
        return [calls.ask(_LONG, _FACTS).text, calls.ask(_REQUEST, _FACTS).text]

    with pytest.raises(ModelError):
        world.within(lambda kit: two(kit.calls))
    other = _tagged("run-2:0001", world)
    world.ledger.settle(replace(other, usage=Usage(fresh=other.counted_input * 2)))
    world.model = ScriptedModel([_YES])
    assert world.within(lambda kit: two(kit.calls)) == ["yes", "yes"]


def _tagged(key: str, world: World) -> Entry:
    first = next(iter(world.ledger.entries()))
    return replace(first, tag=replace(first.tag, key=key, run_id="run-2"))


def test_a_fallback_s_answer_is_held_against_the_fallback_s_own_count() -> None:
    class TwoTokenizers(ByteCounter):
        def count_request(self, request: ModelRequest) -> int:
            return super().count_request(request) + (50_000 if request.model == _SPARE else 0)

    world = _world(_NO, _YES)
    world.counter = TwoTokenizers()
    _ask(world, _SPARE)
    assert [entry.counted_input > 50_000 for entry in world.ledger.entries() if entry.outcome == "ok"] == [True]

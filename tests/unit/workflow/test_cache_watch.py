from dataclasses import replace

import pytest

from adw.domain.call import CallFacts, SectionFact
from adw.domain.flags import ALL_FLAGS, Flag
from adw.domain.run import Limits
from adw.domain.usage import Usage
from adw.workflow.cache_watch import CacheWatch
from tests.fakes.scripted_model import says
from tests.support.kit import APPROVE, DONE, MEND, PLAN, call, shop


def _facts(turn: int, digest: str = "a", **changes: object) -> CallFacts:
    sections = (SectionFact("issue", "content", 5, "i"), SectionFact("file a.py", "content", 9, digest))
    return replace(CallFacts("build", 0, turn, "build/1", sections), **changes)  # type: ignore[arg-type]


_HIT = Usage(fresh=400, cache_read=9_600)
_MISS = Usage(fresh=2_000, cache_read=8_000)


def _second(facts: CallFacts, usage: Usage) -> str:
    watch = CacheWatch(may_switch=False)
    assert watch.seen(_facts(1), _MISS) == ""
    return watch.seen(facts, usage)


def test_a_call_that_missed_the_cache_is_told_with_the_section_that_differs() -> None:
    said = _second(_facts(2, digest="b"), _MISS)
    assert said == "only 80% of the input came from the cache; section that differs: file a.py"


def test_a_call_that_missed_the_cache_though_nothing_differs_is_told_too() -> None:
    assert "section that differs: none" in _second(_facts(2), _MISS)


def test_a_section_more_or_less_is_a_difference() -> None:
    assert _second(_facts(2, sections=_facts(2).sections[:1]), _MISS).endswith("file a.py")
    more = (*_facts(2).sections, SectionFact("report", "report", 1, "r"))
    assert _second(_facts(2, sections=more), _MISS).endswith("report")


@pytest.mark.parametrize(
    ("facts", "usage"),
    [
        (_facts(2), _HIT),
        (_facts(1), _MISS),
        (_facts(2, phase="review"), _MISS),
        (_facts(2, attempt=1), _MISS),
        (_facts(2, folded=True), _MISS),
        (_facts(2), Usage(fresh=4_000)),
    ],
    ids=["hit", "a conversation's first", "another phase", "another attempt", "folded", "too short"],
)
def test_what_could_not_hit_or_did_is_not_told(facts: CallFacts, usage: Usage) -> None:
    assert _second(facts, usage) == ""


def test_what_the_api_says_of_a_miss_is_told_too() -> None:
    watch = CacheWatch(may_switch=False)
    assert not watch.suspicious
    watch.seen(_facts(1), _MISS)
    assert not watch.suspicious
    watch.seen(_facts(2), _MISS)
    assert watch.suspicious
    assert watch.seen(_facts(3), _MISS, "tools_changed").endswith("; the API says: tools_changed")


def test_after_a_miss_requests_ask_why() -> None:
    looks = [says("", call("read", number, paths=["shop/cart.py"]), usage=_MISS) for number in range(3)]
    world = shop([PLAN, *looks, says("", MEND, DONE), APPROVE])
    world.run()
    assert [request.diagnose for request in world.model.requests] == [False, False, False, True, True, True]


def test_snapshots_are_given_up_once_where_that_is_allowed() -> None:
    watch = CacheWatch(may_switch=True)
    said = [watch.seen(_facts(turn), _MISS) for turn in range(1, 4)]
    assert ["fallback_full_context" in one for one in said] == [False, True, False]
    assert watch.full_context


@pytest.mark.parametrize("flags", [ALL_FLAGS, tuple(flag for flag in ALL_FLAGS if flag is not Flag.STABLE_PROMPTS)])
def test_a_run_tells_what_missed_the_cache_and_goes_on_with_its_full_context(flags: tuple[Flag, ...]) -> None:
    looks = [says("", call("read", number, paths=["shop/cart.py"]), usage=_MISS) for number in range(4)]
    limits = Limits(fallback_full_context=True)
    world = shop([PLAN, *looks, says("", MEND, DONE), APPROVE], flags=flags, limits=limits)
    world.run()
    notices = [repr(event) for event in world.events.of("notice")]
    assert len(notices) == (3 if Flag.STABLE_PROMPTS in flags else 0)
    if notices:
        assert "goes on with its full context" in notices[0]
        assert [len(request.messages) for request in world.model.requests[1:6]] == [1, 3, 5, 7, 9]

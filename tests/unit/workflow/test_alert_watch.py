"""Alerts of a run, as the calls that cause them are made."""

from dataclasses import replace

from adw.domain.call import CallFacts, SectionFact
from adw.domain.messages import Message, ModelRequest, Text
from adw.domain.quota import Alert, Quota, Thresholds
from adw.domain.usage import Usage
from adw.workflow.alert_watch import AlertWatch
from adw.workflow.calls import Calls
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.prices import FixedPrices
from tests.fakes.scripted_model import says
from tests.support.kit import MODEL, World, shop

_REQUEST = ModelRequest(MODEL, (Text("system"),), (), (Message("user", (Text("issue"),)),), 1_000)


class Bell:
    """An alarm that remembers."""

    def __init__(self, complaint: str = "") -> None:
        self.heard: list[Alert] = []
        self.complaint = complaint

    def sound(self, alert: Alert) -> str:
        self.heard.append(alert)
        return self.complaint


def _asked(world: World, bell: Bell | None, thresholds: Thresholds, *requests: ModelRequest) -> None:
    """The requests as turns of one conversation; a section of each differs from the last one's."""

    def work(calls: Calls) -> None:
        for turn, request in enumerate(requests, 1):
            sections = (SectionFact("files", "files", 10, f"{turn:016x}"),)
            calls.ask(request, CallFacts("build", 1, turn, "build/3", sections))

    journal = world.journal()
    watch = AlertWatch(world.spec, thresholds, world.ledger, world.clock, world.events, bell)
    ports = replace(world.ports(journal), alerts=watch)
    journal.run(lambda: work(Calls(world.spec, ports)))


def _kinds(world: World) -> list[str]:
    return [alert.kind for alert in world.ledger.alerts()]


def _notices(world: World) -> list[str]:
    return [getattr(event, "text", "") for event in world.events.of("notice")]


def _world(*usages: Usage, quota: Quota | None = None) -> World:
    world = shop([says("yes", usage=usage) for usage in usages])
    world.ledger = MemoryLedger(quota=quota or Quota())
    world.prices = FixedPrices({MODEL: 200_000})
    return world


def test_a_quota_that_is_mostly_used_is_told_once_by_all_runs_together() -> None:
    quota, bell = Quota(monthly_tokens=20_000), Bell()
    world = _world(Usage(fresh=9_000), Usage(fresh=7_500), Usage(fresh=100), quota=quota)
    _asked(world, bell, Thresholds(), *[_REQUEST] * 3)
    (alert,) = bell.heard
    assert (alert.key, alert.facts["used"]) == ("quota_used month 2026-11", 16_500)
    assert world.ledger.alerts() == (alert,)
    assert any(alert.message in text and alert.action in text for text in _notices(world))
    other = _world(Usage(fresh=1))
    other.ledger, other.spec = world.ledger, replace(other.spec, id="run-2")
    _asked(other, bell, Thresholds(), _REQUEST)
    assert bell.heard == [alert]


def test_a_large_run_is_told_with_its_costliest_turn() -> None:
    world, bell = _world(Usage(fresh=400), Usage(output=700), Usage(fresh=1)), Bell()
    _asked(world, bell, Thresholds(run_tokens=1_000), *[_REQUEST] * 3)
    (alert,) = bell.heard
    assert (alert.facts["tokens"], alert.facts["turn"]) == (1_100, "build 1.2")


def test_a_cache_that_is_missed_is_told_with_the_section_that_changed() -> None:
    world, bell = _world(*[Usage(fresh=5_000)] * 5), Bell()
    _asked(world, bell, Thresholds(), *[_REQUEST] * 5)
    (alert,) = bell.heard
    assert (alert.kind, alert.facts["section"], alert.facts["requests"]) == ("hit_rate", "files", 3)


def test_requests_near_their_ceiling_are_told_when_there_were_three() -> None:
    world, bell = _world(*[Usage(fresh=10)] * 4), Bell()
    full = replace(_REQUEST, max_tokens=147_000)
    _asked(world, bell, Thresholds(), full, _REQUEST, full, full)
    assert [alert.kind for alert in bell.heard] == ["utilization"]


def test_thresholds_of_0_warn_of_nothing() -> None:
    world, bell = _world(*[Usage(fresh=5_000_000)] * 4), Bell()
    _asked(world, bell, Thresholds(0.0, 0, 0.0, 0.0), *[replace(_REQUEST, max_tokens=147_000)] * 4)
    assert (bell.heard, _kinds(world)) == ([], [])


def test_what_a_resumed_run_has_told_already_is_not_told_again() -> None:
    world, bell = _world(Usage(fresh=400), Usage(output=700)), Bell()
    _asked(world, bell, Thresholds(run_tokens=1_000), *[_REQUEST] * 2)
    told = len(_notices(world))
    _asked(world, bell, Thresholds(run_tokens=1_000), *[_REQUEST] * 2)
    assert (len(bell.heard), len(_notices(world))) == (1, told)


def test_an_alarm_that_fails_is_noticed_and_the_run_goes_on() -> None:
    world, bell = _world(Usage(fresh=400), Usage(fresh=2)), Bell("hooks.on_alert: it is broken")
    _asked(world, bell, Thresholds(run_tokens=100), *[_REQUEST] * 2)
    assert "hooks.on_alert: it is broken" in _notices(world)
    _asked(_world(Usage(fresh=400)), None, Thresholds(run_tokens=100), _REQUEST)

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.bill import bill_of
from adw.domain.codec import dump
from adw.domain.usage import Usage
from adw.quota import report as reports
from adw.quota.report import By
from tests.fakes.entries import NOW, entry, later

EVERY = get_args(By)


def usage_report(entries, *more, **named):
    return reports.usage_report(map(bill_of, entries), *more, **named)


ENTRIES = st.lists(
    st.builds(
        entry,
        key=st.text(max_size=3),
        usage=st.builds(Usage, *[st.integers(0, 10**7)] * 5),
        run_id=st.sampled_from(["run-1", "run-2", "run-3"]),
        phase=st.sampled_from(["plan", "build", "test", "review"]),
        model=st.sampled_from(["claude-a", "claude-b"]),
        cost=st.one_of(st.none(), st.decimals(0, 100, places=12).map(str)),
        at=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    max_size=30,
)


@given(entries=ENTRIES)
def test_every_breakdown_adds_up_to_the_totals_to_the_last_token_and_digit(entries):
    report = usage_report(entries, EVERY)
    usage = sum((one.usage for one in entries), Usage())
    assert report.totals.total == usage.total
    assert report.totals.calls == len(entries)
    assert report.totals.cost_usd == sum((one.cost_usd or Decimal(0) for one in entries), Decimal(0))
    for by in EVERY:
        groups = [group.totals for group in report.by(by)]
        for name in (
            "calls",
            "fresh",
            "cache_read",
            "cache_write_5m",
            "cache_write_1h",
            "output",
            "total",
            "cost_usd",
            "unpriced_calls",
        ):
            assert sum(getattr(group, name) for group in groups) == getattr(report.totals, name), (by, name)


@given(entries=ENTRIES)
def test_a_total_is_the_sum_of_its_classes_and_the_hit_rate_what_they_say(entries):
    report = usage_report(entries, ("run",))
    for totals in (report.totals, *(group.totals for group in report.by("run"))):
        sent = totals.fresh + totals.cache_read + totals.cache_write_5m + totals.cache_write_1h
        assert totals.total == sent + totals.output
        assert totals.cache_hit_rate == (totals.cache_read / sent if sent else 0.0)


def test_an_empty_ledger_has_an_empty_report():
    report = usage_report([], EVERY)
    assert (report.totals.calls, report.totals.total, report.totals.cost_usd) == (0, 0, Decimal(0))
    assert all(report.by(by) == () for by in EVERY)
    assert (report.first, report.last, report.unpriced_models) == (None, None, ())


def test_calls_without_a_price_are_named_not_counted_as_free():
    report = usage_report(
        [entry("a", cost="0.5"), entry("b", cost=None, model="glm-5"), entry("c", cost=None, model="a")]
    )
    assert report.totals.cost_usd == Decimal("0.5")
    assert report.totals.unpriced_calls == 2
    assert report.unpriced_models == ("a", "glm-5")


def test_runs_stand_in_the_order_of_their_first_call_the_rest_by_name():
    entries = [
        entry("1", run_id="run-b", phase="plan", at=later(0)),
        entry("2", run_id="run-a", phase="build", at=later(1)),
        entry("3", run_id="run-b", phase="build", at=later(2)),
    ]
    report = usage_report(entries)
    assert [group.name for group in report.by("run")] == ["run-b", "run-a"]
    assert [group.name for group in report.by("phase")] == ["build", "plan"]
    assert [group.totals.runs for group in report.by("phase")] == [2, 1]
    assert report.totals.runs == 2
    assert (report.first, report.last) == (later(0), later(2))


def test_periods_are_those_of_the_zone():
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    names = {by: usage_report([entry("a", at=new_year)], [by]).by(by)[0].name for by in ("day", "week", "month")}
    assert names == {"day": "2026-12-31", "week": "2026-W53", "month": "2026-12"}
    paris = usage_report([entry("a", at=new_year)], ["day", "month"], zone=ZoneInfo("Europe/Paris"))
    assert paris.by("day")[0].name == "2027-01-01"
    assert paris.by("month")[0].name == "2027-01"


def test_issues_group_their_runs():
    report = usage_report([entry("a"), entry("b", run_id="run-2")], ["issue"])
    assert [(group.name, group.totals.runs) for group in report.by("issue")] == [("42", 2)]


def test_a_breakdown_that_was_not_asked_for_is_an_error():
    with pytest.raises(KeyError):
        usage_report([], ["run"]).by("day")


def test_entries_are_read_once():
    assert usage_report(iter([entry("a"), entry("b")])).totals.calls == 2


def test_the_report_is_plain_json():
    report = dump(usage_report([entry("a", Usage(1, 2, 3, 4, 5), cost="0.25")], ["phase"]))
    assert report["totals"]["cost_usd"] == "0.25"
    assert report["totals"]["total"] == 15
    assert report["breakdowns"][0]["groups"][0]["name"] == "build"
    assert report["first"] == NOW.isoformat().replace("+00:00", "Z")

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.bill import bill_of
from adw.domain.results import UsageRow
from adw.domain.usage import Usage
from adw.quota import report
from adw.quota.report import By, kept_apart
from tests.fakes.entries import entry, later
from tests.fakes.memory_ledger import MemoryLedger

EVERY = get_args(By)


def lines(entries, by, **named):
    return report.lines(map(bill_of, entries), by, **named)


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


@pytest.mark.parametrize("by", EVERY)
@given(entries=ENTRIES)
def test_the_lines_add_up_to_the_total_to_the_last_token_and_digit(by, entries):
    rows, total = lines(entries, by)
    priced = [one.cost_usd for one in entries if one.cost_usd is not None]
    assert total.usage == sum((one.usage for one in entries), Usage())
    assert (total.calls, total.unpriced) == (len(entries), len(entries) - len(priced))
    assert total.cost_usd == sum(priced, Decimal(0))
    assert sum((row.usage for row in rows), Usage()) == total.usage
    for name in ("calls", "cost_usd", "unpriced"):
        assert sum(getattr(row, name) for row in rows) == getattr(total, name), name
    assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("by", EVERY)
@given(entries=ENTRIES)
def test_bills_kept_apart_by_what_the_report_is_by_give_the_same_lines(by, entries):
    ledger = MemoryLedger()
    ledger.add(entries)
    bills = ledger.bills(kept_apart(by))
    assert report.lines(bills, by) == lines(ledger.entries(), by)


def test_an_empty_ledger_has_no_lines():
    assert [lines([], by) for by in EVERY] == [((), UsageRow("total", 0, Usage(), Decimal(0)))] * len(EVERY)


def test_calls_without_a_price_are_counted_and_not_as_free():
    entries = [entry("a", cost="0.5"), entry("b", cost=None), entry("c", cost=None)]
    (row,), total = lines(entries, "run")
    assert (row.cost_usd, row.unpriced) == (total.cost_usd, total.unpriced) == (Decimal("0.5"), 2)


def test_runs_stand_in_the_order_of_their_first_call_the_rest_by_name():
    entries = [
        entry("1", run_id="run-b", phase="plan", at=later(0)),
        entry("2", run_id="run-a", phase="build", at=later(1)),
        entry("3", run_id="run-b", phase="build", at=later(2)),
    ]
    names = {by: [row.name for row in lines(entries, by)[0]] for by in ("run", "phase")}
    assert names == {"run": ["run-b", "run-a"], "phase": ["build", "plan"]}


def test_lines_have_the_titles_that_people_know_them_by():
    rows, total = lines([entry("1", run_id="a"), entry("2", run_id="b")], "run", titles={"b": "Mend it"})
    assert ([row.title for row in rows], total.title) == (["", "Mend it"], "")


def test_periods_are_those_of_the_zone():
    new_year = [entry("a", at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))]
    names = {by: lines(new_year, by)[0][0].name for by in ("day", "week", "month")}
    assert names == {"day": "2026-12-31", "week": "2026-W53", "month": "2026-12"}
    paris = {by: lines(new_year, by, zone=ZoneInfo("Europe/Paris"))[0][0].name for by in ("day", "month")}
    assert paris == {"day": "2027-01-01", "month": "2027-01"}


def test_issues_group_their_runs():
    (row,), _ = lines([entry("a"), entry("b", run_id="run-2")], "issue")
    assert (row.name, row.calls) == ("42", 2)

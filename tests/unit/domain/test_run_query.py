"""Which runs `adw runs list` lists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adw.domain.results import RunQuery
from adw.domain.run import Outcome, RunRecord
from tests.support.kit import spec

NOW = spec().created_at + timedelta(days=10)


def record(number: int, outcome: Outcome | None, title: str = "Wrong total") -> RunRecord:
    made = replace(
        spec(),
        id=f"run-{number}",
        issue=replace(spec().issue, title=title),
        branch=f"adw/branch-{number}",
        created_at=NOW - timedelta(days=number),
    )
    return RunRecord(made, outcome)


RECORDS = (
    record(1, None),
    record(2, Outcome.PASSED, "Slow start"),
    record(3, Outcome.FAILED),
    record(4, Outcome.PASSED),
)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (RunQuery(), "1234"),
        (RunQuery(outcomes=(Outcome.PASSED,)), "24"),
        (RunQuery(outcomes=(None, Outcome.FAILED)), "13"),
        (RunQuery(since=timedelta(days=3)), "123"),
        (RunQuery(since=NOW - timedelta(days=2)), "12"),
        (RunQuery(text="SLOW"), "2"),
        (RunQuery(text="branch-3"), "3"),
        (RunQuery(most=2), "12"),
        (RunQuery(outcomes=(Outcome.PASSED,), most=1), "2"),
        (RunQuery(text="nothing like it"), ""),
    ],
)
def test_what_is_asked_for_is_listed_in_order(query: RunQuery, ids: str) -> None:
    assert [one.spec.id for one in query.chosen(RECORDS, NOW)] == [f"run-{number}" for number in ids]

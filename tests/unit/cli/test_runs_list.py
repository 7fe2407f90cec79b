"""`adw runs list` with what narrows it."""

from datetime import timedelta

import pytest

from adw.cli import app
from adw.domain.results import RunQuery
from adw.domain.run import Outcome
from tests.unit.cli.stub_wiring import StubWiring


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ([], RunQuery()),
        (["--outcome", "passed", "--outcome", "open"], RunQuery((Outcome.PASSED, None))),
        (["--since", "7d", "--limit", "5"], RunQuery(since=timedelta(days=7), most=5)),
        (["--issue", "total"], RunQuery(text="total")),
    ],
)
def test_options_become_a_query(options, query):
    wiring = StubWiring()
    assert app.run(["runs", "list", *options], lambda: wiring) == 0
    assert wiring.asked == [("list_runs", query)]


def test_every_outcome_can_be_asked_for():
    for outcome in Outcome:
        assert app.run(["runs", "list", "--outcome", outcome.value], StubWiring) == 0


def test_an_unknown_outcome_is_wrong_usage(capfd):
    assert app.run(["runs", "list", "--outcome", "good"], StubWiring) == 2
    assert "no_progress" in capfd.readouterr().err

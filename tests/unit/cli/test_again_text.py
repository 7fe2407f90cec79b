"""What people see of a run that does one phase of another again, and of what comes next."""

from dataclasses import replace

import pytest

from adw.cli import app
from adw.domain.results import RunList
from adw.domain.run import Follows, Phase
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring

EARLIER = "260131-070000-abc"
SPEC = replace(samples.SPEC, follows=Follows(EARLIER, Phase.TEST), until=Phase.TEST)
RECORD = replace(samples.PASSED_RECORD, spec=SPEC)


def shown(capfd, *arguments, **results):
    assert app.run(arguments, lambda: StubWiring(**results)) == 0
    return " ".join(capfd.readouterr().out.split())


def test_what_a_run_does_again_is_said_at_its_end_and_whenever_it_is_looked_at(capfd):
    outcome = replace(samples.PASSED_RUN, record=RECORD)
    detail = replace(samples.DETAIL, record=RECORD)
    row = replace(samples.ROW, follows=EARLIER, phase=Phase.TEST)

    assert f"does test of {EARLIER} again" in shown(capfd, "test", samples.RUN, outcome=outcome)
    assert f"does test of {EARLIER} again" in shown(capfd, "runs", "show", samples.RUN, detail=detail)
    assert f"(test of {EARLIER} again)" in shown(capfd, "runs", "list", runs=RunList((row,)))


@pytest.mark.parametrize(
    ("until", "way"), [(Phase.PLAN, "build"), (Phase.BUILD, "test"), (Phase.TEST, "review"), (Phase.REVIEW, "")]
)
def test_a_run_that_ended_before_the_review_says_how_to_go_on(until, way, capfd):
    record = replace(RECORD, spec=replace(SPEC, until=until))
    said = shown(capfd, "plan", samples.RUN, outcome=replace(samples.PASSED_RUN, record=record))

    assert ("go on with it: adw" in said) is bool(way)
    assert f"go on with it: adw {way} {samples.RUN}".strip() in said or not way


def test_a_run_that_changed_nothing_offers_nothing_to_take(capfd):
    record = replace(RECORD, result=replace(RECORD.result, commit=""))
    said = shown(capfd, "plan", samples.RUN, outcome=replace(samples.PASSED_RUN, record=record))

    assert "git merge" not in said

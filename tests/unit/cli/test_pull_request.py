"""`--pr` on the command line, and how people and programs see what came of it."""

import json
from dataclasses import replace

import pytest

from adw.cli import app
from adw.domain.publication import Published, Unpublished
from adw.domain.results import RunRequest
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring

ADDRESS = "https://github.com/octo/shop/pull/7"
PUBLISHED = replace(
    samples.PASSED_RUN, record=replace(samples.PASSED_RUN.record, published=Published(pull_request=ADDRESS))
)
UNPUBLISHED = replace(samples.PASSED_RUN, unpublished=Unpublished("remote", "github.com is down", "adw resume x --pr"))


def run(*arguments, **made):
    stub = StubWiring(**made)
    return app.run(arguments, lambda: stub), stub.asked


def test_it_is_asked_of_a_run_and_of_one_that_goes_on():
    assert run("run", "42", "--pr")[1] == [("start_run", RunRequest("42", publish=True))]
    assert run("resume", samples.RUN, "--pr")[1] == [("resume_run", samples.RUN, None, None, "publish")]
    assert run("resume", samples.RUN)[1] == [("resume_run", samples.RUN, None, None)]


def test_a_plan_alone_has_nothing_to_show(capfd):
    code, asked = run("run", "42", "--pr", "--until", "plan", "--json")
    assert (code, asked) == (2, [])
    assert "--until plan" in json.loads(capfd.readouterr().out)["errors"][0]["message"]


def test_the_pull_request_is_named(capfd):
    assert run("run", "42", "--pr", outcome=PUBLISHED)[0] == 0
    assert ADDRESS in capfd.readouterr().out


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_run_that_passed_and_could_not_be_published_tells_both(capfd, form):
    code, _ = run("run", "42", "--pr", *form, outcome=UNPUBLISHED)
    out, err = capfd.readouterr()
    assert code == 1
    if not form:
        assert "github.com is down" in err
        assert samples.RUN in out
        return
    shown = json.loads(out)
    assert shown["errors"] == [{"code": "remote", "message": "github.com is down", "hint": "adw resume x --pr"}]
    assert shown["data"]["record"]["outcome"] == "passed"

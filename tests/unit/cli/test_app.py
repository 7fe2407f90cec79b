"""What the shell sees of every command: exit codes, streams, envelopes."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adw.cli import app
from adw.domain.results import LineRange, RunRequest
from adw.domain.run import Phase
from adw.errors import AuthenticationError, Interrupted
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring

ENVELOPES = Path(__file__).parent / "envelopes"
COMMANDS = {
    "run": ["run", "issue.md"],
    "run-dry": ["run", "issue.md", "--dry-run"],
    "resume": ["resume", samples.RUN],
    "cancel": ["cancel", samples.RUN],
    "plan": ["plan", samples.RUN],
    "build": ["build", samples.RUN],
    "review": ["review", samples.RUN],
    "test-run": ["test", samples.RUN],
    "run-detached": ["run", "issue.md", "--detach"],
    "queue-add": ["queue", "add", "issue.md", "42"],
    "queue-list": ["queue", "list"],
    "queue-cancel": ["queue", "cancel", samples.RUN],
    "worker": ["worker"],
    "worker-child": ["worker", "--child"],
    "runs-list": ["runs", "list"],
    "runs-show": ["runs", "show", samples.RUN],
    "runs-log": ["runs", "log", samples.RUN],
    "runs-diff": ["runs", "diff", samples.RUN],
    "runs-clean": ["runs", "clean", "--yes"],
    "usage-report": ["usage", "report"],
    "usage-import-claude-code": ["usage", "import", "claude-code"],
    "usage-export": ["usage", "export"],
    "usage-savings": ["usage", "savings"],
    "usage-quota": ["usage", "quota"],
    "usage-forecast": ["usage", "forecast"],
    "usage-alerts": ["usage", "alerts"],
    "init": ["init"],
    "doctor": ["doctor"],
    "test": ["test"],
    "test-raw": ["test", "--no-external"],
    "check": ["check"],
    "parse": ["parse", "test.log"],
    "demo": ["demo"],
}


def run(*arguments, wiring=None):
    stub = wiring or StubWiring()
    return app.run(arguments, lambda: stub)


def envelope(capfd):
    return json.loads(capfd.readouterr().out)


def pinned(name, content):
    """The envelope as it was promised. ADW_PIN=1 makes a new promise: read the diff before you commit it."""
    path = ENVELOPES / f"{name}.json"
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("ADW_PIN"):
        path.write_text(text, encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_envelope_of_each_command_is_the_pinned_one(name, capfd):
    exit_code = run(*COMMANDS[name], "--json")

    shown = envelope(capfd)
    assert exit_code == 0
    assert shown == pinned(name, shown)


def test_envelope_of_a_failed_run_tells_the_run_in_full_beside_the_error(capfd):
    exit_code = run("run", "issue.md", "--json", wiring=StubWiring(outcome=samples.FAILED_RUN))

    shown = envelope(capfd)
    assert exit_code == 1
    assert shown == pinned("run-failed", shown)


def test_envelope_of_an_error_is_the_pinned_one(capfd):
    wiring = StubWiring(raising=lambda: AuthenticationError("the API refuses the key", hint="look at it"))

    exit_code = run("runs", "list", "--json", wiring=wiring)

    shown = envelope(capfd)
    assert exit_code == 4
    assert shown == pinned("error", shown)


@pytest.mark.parametrize(
    ("arguments", "command", "hint"),
    [
        (["run", "--json"], "run", "adw run --help"),
        (["usage", "report", "--by", "moon", "--json"], "usage report", "adw usage report --help"),
        (["--json", "fly"], "", "adw --help"),
        (["runs", "--json"], "runs", "adw runs --help"),
    ],
)
def test_wrong_usage_with_json_is_an_envelope_too(arguments, command, hint, capfd):
    exit_code = run(*arguments)

    shown = envelope(capfd)
    assert exit_code == 2
    assert (shown["command"], shown["ok"], shown["errors"][0]["code"]) == (command, False, "usage")
    assert shown["errors"][0]["hint"] == hint


def test_wrong_usage_for_people_goes_to_standard_error(capfd):
    exit_code = run("run", "issue.md", "--moon")

    out, err = capfd.readouterr()
    assert exit_code == 2
    assert out == ""
    assert err.startswith("error: No such option: --moon")
    assert err.endswith("\nhint: adw run --help\n")


def test_json_after_two_dashes_is_an_argument(capfd):
    exit_code = run("run", "--", "--json")

    assert exit_code == 0
    assert "look at it: adw runs diff" in capfd.readouterr().out


def test_without_arguments_the_help_is_shown(capfd):
    assert run() == 0
    assert "Usage: adw" in capfd.readouterr().out


def test_what_libraries_print_stays_out_of_the_envelope(capfd):
    run("runs", "list", "--json", wiring=StubWiring(noise="a library says hello"))

    out, err = capfd.readouterr()
    assert json.loads(out)["ok"]
    assert "a library says hello" in err


def test_progress_goes_to_standard_output_for_people_and_to_standard_error_with_json(capfd):
    run("run", "issue.md")
    for_people = capfd.readouterr()
    run("run", "issue.md", "--json")
    for_programs = capfd.readouterr()

    line = f"run {samples.RUN}: {samples.ISSUE.title} (branch {samples.BRANCH})\nhello\n"
    assert for_people.out.startswith(line)
    assert for_people.err == ""
    assert for_programs.err == line


def test_warnings_of_a_run_go_to_standard_error(capfd):
    run("run", "issue.md", wiring=StubWiring(outcome=samples.FAILED_RUN))

    assert "warning: the checkout has changes\nerror: 2 tests fail still\n" in capfd.readouterr().err


@pytest.mark.parametrize("raised", [KeyboardInterrupt, lambda: Interrupted("told to stop")])
def test_an_interrupted_run_tells_how_to_resume_it(raised, capfd):
    exit_code = run("run", "issue.md", wiring=StubWiring(raising=raised))

    assert exit_code == 130
    assert f"hint: resume with: adw resume {samples.RUN}\n" in capfd.readouterr().err


def test_an_interrupt_before_there_is_a_run_has_nothing_to_resume(capfd):
    exit_code = run("runs", "list", wiring=StubWiring(raising=KeyboardInterrupt))

    assert exit_code == 130
    assert capfd.readouterr().err == "error: interrupted\n"


def test_an_interrupt_while_the_arguments_are_read_is_no_crash(capfd):
    def wiring():
        raise KeyboardInterrupt

    assert app.run(["runs", "list", "--json"], wiring) == 130
    assert envelope(capfd)["errors"][0]["code"] == "interrupted"


def test_a_crash_says_how_to_see_where_and_how_to_go_on(capfd, monkeypatch):
    monkeypatch.delenv("ADW_TRACEBACK", raising=False)
    exit_code = run("run", "issue.md", "--json", wiring=StubWiring(raising=lambda: RuntimeError("boom")))

    shown = envelope(capfd)["errors"][0]
    assert exit_code == 1
    assert shown["code"] == "crashed"
    assert "RuntimeError: boom" in shown["message"]
    assert shown["hint"] == f"set ADW_TRACEBACK=1 to see where; resume with: adw resume {samples.RUN}"


def test_a_crash_shows_its_traceback_when_asked_to(capfd, monkeypatch):
    monkeypatch.setenv("ADW_TRACEBACK", "1")
    run("runs", "list", wiring=StubWiring(raising=lambda: RuntimeError("boom")))

    err = capfd.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert "stub_wiring.py" in err


def asked(*arguments):
    wiring = StubWiring()
    assert run(*arguments, wiring=wiring) == 0
    return wiring.asked


def test_run_passes_on_what_the_command_line_says():
    everything = ["--until", "build", "--budget-tokens", "0", "--budget-usd", "1.5", "--model", "m", "--record", "f"]

    assert asked("run", "issue.md") == [("start_run", RunRequest("issue.md"))]
    assert asked("run", "-", *everything) == [
        ("start_run", RunRequest("-", Phase.BUILD, 0, 1.5, model="m", record="f", replay=""))
    ]


@pytest.mark.parametrize("budget", ["inf", "nan", "-1", "1e10"])
def test_a_budget_that_is_none_is_refused(budget, capfd):
    assert run("run", "issue.md", "--budget-usd", budget) == 2
    assert "--budget-usd" in capfd.readouterr().err


def test_resume_passes_on_a_new_budget():
    assert asked("resume", "a") == [("resume_run", "a", None, None)]
    assert asked("resume", "a", "--budget-tokens", "5", "--budget-usd", "0") == [("resume_run", "a", 5, 0.0)]


@pytest.mark.parametrize("phase", [Phase.PLAN, Phase.BUILD, Phase.REVIEW])
def test_a_phase_again_passes_on_what_the_command_line_says(phase):
    options = ["--budget-tokens", "5", "--budget-usd", "0", "--model", "m", "--level", "minimal"]

    assert asked(phase.value, "a") == [("follow_run", "a", RunRequest("", phase))]
    assert asked(phase.value, "a", *options) == [
        ("follow_run", "a", RunRequest("", phase, 5, 0.0, "m", level="minimal"))
    ]


def test_run_refuses_to_record_a_replay(capfd):
    assert run("run", "issue.md", "--record", "a", "--replay", "b") == 2
    assert "exclude each other" in capfd.readouterr().err


def test_runs_clean_passes_on_ids_and_force():
    assert asked("runs", "clean", "a", "b", "--force", "--yes") == [("clean_runs", ("a", "b"), True)]
    assert asked("runs", "clean", "-y") == [("clean_runs", (), False)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("10-40", LineRange(10, 40)), ("10-", LineRange(10)), ("10", LineRange(10, 10)), ("-20", LineRange(-20))],
)
def test_runs_log_passes_on_check_and_lines(text, lines):
    assert asked("runs", "log", "a", "--check", "test-1", "--lines", text) == [("run_log", "a", "test-1", lines)]


@pytest.mark.parametrize("text", ["", "-", "a-b", "4-3", "1-2-3"])
def test_runs_log_refuses_what_is_no_range(text, capfd):
    assert run("runs", "log", "a", "--lines", text) == 2
    assert f"--lines {text}" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("7d", timedelta(days=7)),
        ("12h", timedelta(hours=12)),
        ("4w", timedelta(weeks=4)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_usage_report_understands_dates_and_spans(text, since):
    assert asked("usage", "report", "--by", "day", "--since", text, "--run", "a") == [("usage", "day", since, "a")]


def test_usage_report_refuses_what_is_neither_date_nor_span(capfd):
    assert run("usage", "report", "--since", "yesterday") == 2
    assert "write 2026-01-31" in capfd.readouterr().err

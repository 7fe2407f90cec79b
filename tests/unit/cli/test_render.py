"""What people see: each result as text, on a terminal and in a pipe."""

import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from adw.checks.report import line
from adw.cli.envelope import envelope
from adw.cli.pieces import duration, money, plain
from adw.cli.render import Screen
from adw.cli.verdict import of_result
from adw.domain.results import LineRange, RunDiff, RunList
from adw.domain.run import Outcome
from tests.unit.cli import samples


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


def stream(kind=io.TextIOWrapper):
    return kind(io.BytesIO(), encoding="utf-8")


def shown(result, *, kind=io.TextIOWrapper, as_json=False):
    out, err = stream(kind), stream()
    Screen("a command", as_json, out, err).result(result)
    out.flush()
    err.flush()
    return out.buffer.getvalue().decode("utf-8", "surrogateescape"), err.buffer.getvalue().decode()


def text(result):
    return shown(result)[0]


def test_a_passed_run_says_what_it_cost_and_how_to_take_it():
    lines = text(samples.PASSED_RUN)

    assert "4,700 (1,000 fresh, 3,000 cached, 300 written to cache, 400 output; hit rate 70%)" in lines
    assert "$0.0123 for 4 calls in 1 min 05 s" in lines
    assert f"take it: git merge {samples.BRANCH}" in lines


def test_a_failed_run_shows_its_phases_and_offers_nothing_to_merge():
    out, err = shown(samples.FAILED_RUN)

    assert "3 attempts, 2 tests fail still" in out
    assert "git merge" not in out
    assert f"hint: adw runs show {samples.RUN} tells what was tried" in err


def test_a_run_that_ended_before_its_first_phase_is_shown():
    record = replace(
        samples.FAILED_RECORD, result=None, outcome=Outcome.OVER_BUDGET, detail="200,001 of 200,000 tokens"
    )
    out, err = shown(replace(samples.FAILED_RUN, record=record, cost_usd=None))

    assert "over_budget" in out
    assert "no known price" in out
    assert "error: 200,001 of 200,000 tokens" in err


def test_a_dry_run_shows_the_request_by_section():
    lines = text(samples.DRY_RUN)

    assert "claude-opus-5, else claude-sonnet-5-5" in lines
    assert "200,000 tokens, $1.50, 75% of the window, 3 attempts, 30 turns a conversation" in lines
    assert "910 of 1,000,000" in lines
    assert "nothing was made and nothing was spent" in lines


def test_a_dry_run_without_limits_says_so():
    limits = replace(samples.DRY_RUN.limits, budget_tokens=0, budget_usd=0.0)

    assert "any number of tokens, any cost" in text(replace(samples.DRY_RUN, limits=limits))


def test_a_run_in_full_shows_plan_report_findings_and_commits():
    lines = text(samples.DETAIL)

    for part in (
        "plan: Count from one",
        line(samples.REPORT),
        "tests/test_cart.py::test_total",
        "blocker cart.py:7: loses the discount",
        "skippable README.md: says 3 still",
        "89abcdef0123 Count from one",
        "build 1.1: edit cart.py",
        "test-1",
    ):
        assert part in lines


def test_a_killed_run_in_full_says_how_to_resume_it():
    killed = replace(samples.DETAIL, record=samples.KILLED_RECORD)

    assert f"resume with: adw resume {samples.RUN}" in text(killed)
    assert "resume with" not in text(replace(killed, alive=True))


def test_a_report_that_could_not_be_judged_shows_why_and_no_counts():
    result = replace(samples.RESULT, report=samples.UNJUDGED, plan=None, review=None)
    record = replace(samples.FAILED_RECORD, result=result, detail="cannot judge")
    lines = text(replace(samples.DETAIL, record=record))

    assert line(samples.UNJUDGED) in lines


def test_a_cancelled_run_can_be_resumed_and_one_that_was_quicker_is_told():
    assert text(samples.CANCELLED_RECORD) == f"{samples.RUN} is cancelled; resume with: adw resume {samples.RUN}\n"
    assert text(samples.PASSED_RECORD) == f"{samples.RUN} has ended: passed\n"


def hint_of(hint, outcome, **spec):
    record = replace(samples.FAILED_RECORD, outcome=outcome, hint=hint, spec=replace(samples.SPEC, **spec))
    return shown(replace(samples.FAILED_RUN, record=record))[1].partition("hint: ")[2].rstrip("\n")


def test_what_a_run_says_to_do_next_goes_before_the_general_hint():
    assert hint_of("a smaller issue", Outcome.OVER_BUDGET) == "a smaller issue"


def test_a_run_that_an_error_ended_is_told_how_to_resume_it_by_its_id():
    resume = f"resume with: adw resume {samples.RUN}"
    assert hint_of("ask for another model", Outcome.MODEL_ERROR) == f"ask for another model; {resume}"
    assert hint_of("`adw resume` asks again", Outcome.MODEL_ERROR) == f"`adw resume {samples.RUN}` asks again"


def test_a_replay_that_differs_is_not_to_be_resumed():
    assert hint_of("record again", Outcome.MODEL_ERROR, replay="x.json") == "record again"


def test_a_run_that_was_interrupted_is_resumed_in_the_same_words_whatever_stopped_it():
    record = replace(samples.CANCELLED_RECORD, detail="the check was stopped", hint="go on")

    err = shown(replace(samples.FAILED_RUN, record=record))[1]
    assert f"error: the check was stopped\nhint: resume with: adw resume {samples.RUN}\n" in err


def test_a_list_of_runs_has_one_line_for_each():
    lines = text(samples.RUNS).splitlines()

    assert len(lines) == 3
    assert "failed" in lines[1]
    assert "running" in lines[2]
    assert "$1.25" in lines[2]


def test_a_list_without_runs_says_how_to_start_one():
    assert text(RunList(())) == "no runs yet; start one with: adw run ISSUE\n"


def test_a_usage_report_shows_the_total_and_what_has_no_price():
    lines = text(samples.USAGE_REPORT)

    assert "since 2026-01-31 08:00 UTC" in lines
    assert "total" in lines
    assert "1 call without a known price" in lines


def test_a_usage_report_of_everything_and_with_all_prices_says_no_more_than_the_table():
    total = replace(samples.USAGE_REPORT.total, unpriced=0)
    lines = text(replace(samples.USAGE_REPORT, since=None, total=total))

    assert "since" not in lines
    assert "no known price" not in lines


def test_cleaning_says_what_was_kept_and_why():
    assert text(samples.CLEANED) == (
        f"removed {samples.RUN}\nkept 260130-080000-aaa: is under way\n1 run and 1 branch removed, 1.5 MB freed\n"
    )


def test_the_demos_branch_is_gone_and_not_offered():
    assert "git merge" not in text(samples.DEMO)


def test_a_run_that_had_no_plan_yet_shows_none():
    record = replace(samples.FAILED_RECORD, result=replace(samples.RESULT, plan=None, report=None, review=None))
    lines = text(replace(samples.DETAIL, record=record))

    assert "plan:" not in lines
    assert "review:" not in lines


def test_on_a_terminal_tables_are_shown_too():
    assert "running" in shown(samples.RUNS, kind=Terminal)[0]


def test_no_line_in_a_pipe_ends_with_blanks():
    assert not [line for line in text(samples.DETAIL).splitlines() if line.endswith(" ")]


def test_the_demo_ends_with_diff_report_price_and_the_truth():
    lines = text(samples.DEMO)

    assert lines.startswith(samples.DIFF)
    assert "test (pytest): 61 passed in 3.1 s" in lines
    assert "at list price this would have cost $0.0123" in lines
    assert lines.endswith("The answers are written by hand: nothing was spent.\n")


def test_a_diff_in_a_pipe_is_byte_for_byte_what_git_said():
    diff = "diff --git a/x b/x\n+caf\udce9\r\n+\x1b[31mred\n"

    assert text(RunDiff("a", "b", "c", ("x",), diff)) == diff


def test_a_diff_on_a_terminal_cannot_write_to_it():
    diff = "+\x1b]0;title\x07red\x1b[2J\n"

    out = shown(RunDiff("a", "b", "c", ("x",), diff), kind=Terminal)[0]
    assert "\x1b]0" not in out
    assert "\x1b[2J" not in out
    assert "+red" in out


def test_titles_cannot_write_to_the_terminal():
    record = replace(samples.PASSED_RECORD, spec=replace(samples.SPEC, issue=replace(samples.ISSUE, title="a\x1b[2Jb")))

    assert "ab" in text(replace(samples.PASSED_RUN, record=record))


def test_brackets_are_no_markup():
    assert "[red]" in text(replace(samples.CLEANED, removed=("[red]",)))


def test_json_carries_sums_beside_token_counts():
    sent = json.loads(shown(samples.PASSED_RUN, as_json=True)[0])["data"]["usage"]

    assert (sent["total"], sent["cache_hit_rate"]) == (4700, 0.6977)


def test_json_survives_names_that_are_not_utf_8():
    out = shown(RunDiff("a", "b", "c", ("caf\udce9",), ""), as_json=True)[0]

    assert json.loads(out)["data"]["files"] == ["caf\udce9"]


def test_an_envelope_without_problem_is_ok():
    assert json.loads("".join(envelope("x"))) == {
        "schema": 1,
        "command": "x",
        "ok": True,
        "data": None,
        "warnings": [],
        "errors": [],
    }


def test_a_report_of_many_lines_is_the_same_envelope_as_one_of_few():
    (row,) = samples.USAGE_REPORT.rows
    few, many = (json.loads(shown(replace(samples.USAGE_REPORT, rows=(row,) * n), as_json=True)[0]) for n in (9, 2000))

    assert many["data"].pop("rows") == few["data"]["rows"][:1] * 2000
    few["data"].pop("rows")
    assert list(many["data"]) == list(few["data"])
    assert many == few


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = shown(samples.RUN_DIFF, kind=Terminal)[0]
    monkeypatch.setenv("NO_COLOR", "1")
    plain_text = shown(samples.RUN_DIFF, kind=Terminal)[0]

    assert "\x1b[32m" in coloured
    assert "\x1b[32m" not in plain_text


def test_a_pipe_folds_nothing():
    title = "The total is off by " + "very " * 100 + "much"
    many = replace(samples.RUNS, runs=(replace(samples.RUNS.runs[0], title=title),))
    assert title in text(many).splitlines()[1]


@pytest.mark.parametrize(
    ("outcome", "code", "exit_code"),
    [
        (Outcome.FAILED, "", 1),
        (Outcome.NO_PROGRESS, "", 1),
        (Outcome.CRASHED, "", 1),
        (Outcome.CRASHED, "workspace", 2),
        (Outcome.OVER_BUDGET, "over_budget", 3),
        (Outcome.OVER_QUOTA, "", 3),
        (Outcome.MODEL_ERROR, "authentication", 4),
        (Outcome.MODEL_ERROR, "model_error", 5),
        (Outcome.MODEL_ERROR, "replay_mismatch", 5),
        (Outcome.CHECK_ERROR, "", 6),
        (Outcome.CANCELLED, "", 130),
        (None, "", 1),
    ],
)
def test_exit_codes_of_runs(outcome, code, exit_code):
    record = replace(samples.FAILED_RECORD, outcome=outcome, error_code=code, detail="", result=None)
    found, problem = of_result(replace(samples.FAILED_RUN, record=record))

    assert found == exit_code
    assert problem
    assert problem.code == (code or outcome or "crashed")
    assert samples.RUN in problem.hint or outcome is Outcome.OVER_QUOTA


def test_a_passed_run_is_0():
    assert of_result(samples.PASSED_RUN) == (0, None)
    assert of_result(samples.DEMO) == (0, None)


def test_a_demo_that_fails_is_not_0():
    assert of_result(replace(samples.DEMO, outcome=samples.FAILED_RUN))[0] == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4.24, "4.2 s"), (59.9, "59.9 s"), (65, "1 min 05 s"), (3599.9, "1 h 00 min"), (7380, "2 h 03 min")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("usd", "words"),
    [(None, "no known price"), (Decimal(0), "$0.00"), (Decimal("0.00123"), "$0.0012"), (Decimal("12.345"), "$12.34")],
)
def test_money(usd, words):
    assert money(usd) == words


@pytest.mark.parametrize(
    ("given", "left"),
    [("\x1b[1;31mred\x1b[0m", "red"), ("\x1b]0;title\x07x", "x"), ("a\x07\x08\x7f\x9bb", "ab"), ("a\tb\nc", "a\tb\nc")],
)
def test_plain_text_has_no_controls(given, left):
    assert plain(given) == left


@pytest.mark.parametrize(
    ("lines", "cut"),
    [
        (LineRange(), (1, "1\n2\n3\n")),
        (LineRange(2, 2), (2, "2\n")),
        (LineRange(2), (2, "2\n3\n")),
        (LineRange(-2), (2, "2\n3\n")),
        (LineRange(-9), (1, "1\n2\n3\n")),
        (LineRange(7, 9), (7, "")),
    ],
)
def test_ranges_of_lines(lines, cut):
    assert lines.cut("1\n2\n3\n") == cut

"""The usage commands on a real repository and a real ledger, in this process."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adw.adapters.call_files import CallFolder
from adw.adapters.claude_logs.read import Seen
from adw.adapters.clock import SystemClock
from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.call import CallFacts, SectionFact
from adw.domain.estimate import Estimate
from adw.domain.flags import Flag
from adw.domain.messages import Answer, Message, ModelRequest, Text, ToolCall, ToolResult
from adw.domain.results import RunRequest
from adw.domain.run import Outcome, Phase, RunRecord
from adw.domain.usage import Usage
from adw.errors import StorageError, UnknownRun, UsageError
from adw.wiring.dry import plan_run
from adw.wiring.estimating import estimated, with_estimate
from adw.wiring.exporting import export_usage
from adw.wiring.house import House, Place, open_house
from adw.wiring.importing import _New, _warnings, import_claude_code
from adw.wiring.savings import usage_savings
from adw.wiring.spending import usage
from tests.fakes.entries import entry
from tests.support.claude_logs import GOOD, text
from tests.support.kit import spec
from tests.support.project import sample_project

SETTINGS = '[checks.test]\ncommand = "python -m pytest"\n[quota]\nmonthly_tokens = 1_000_000\n'
NOW = SystemClock().now()
BETWEEN = Estimate(1_000, 500, 2_000, Decimal("0.1"), Decimal("0.05"), Decimal("0.2"), 3)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    project = sample_project(tmp_path)
    (project.folder / ".adw.toml").write_text(SETTINGS, encoding="utf-8")
    return Place(project.folder, {**project.variables, "CLAUDE_CONFIG_DIR": str(tmp_path / "claude")}, io.BytesIO())


@pytest.fixture
def house(place: Place) -> House:
    return open_house(place)


def ledger_of(house: House) -> SqlLedger:
    return SqlLedger.open(house.environment.data_home / "ledger.db")


def ran(house: House, number: int, *entries, outcome=Outcome.PASSED, ago=0.0, **more) -> str:
    """A run of the repository that was billed the entries."""
    run_id = f"run-{number:02}"
    at = NOW - timedelta(days=ago)
    house.store.create(RunRecord(replace(spec(), id=run_id, created_at=at, **more), outcome))
    with ledger_of(house) as ledger:
        for at_call, one in enumerate(entries):
            tag = replace(one.tag, key=f"{run_id}:{at_call}", run_id=run_id)
            ledger.settle(replace(one, tag=tag, created_at=at))
    return run_id


def filled(house: House) -> None:
    on, off = tuple(Flag), tuple(flag for flag in Flag if flag is not Flag.SNAPSHOTS)
    ran(house, 1, entry("a", Usage(fresh=1_000, cache_read=1_000)), flags=off, estimate=BETWEEN, ago=2)
    ran(house, 2, entry("b", Usage(fresh=400, output=100), phase="plan"), entry("c"), flags=on, estimate=BETWEEN)
    ran(house, 3, entry("d", cost=None, model="glm-9"), outcome=Outcome.FAILED, flags=on, ago=40)


@pytest.mark.parametrize("by", ["run", "phase", "model", "issue", "day", "week", "month"])
def test_a_report_by_anything_adds_up_to_the_ledger(house: House, place: Place, by: str) -> None:
    filled(house)
    report = usage(by, None, None, place)
    with ledger_of(house) as ledger:
        entries = list(ledger.entries())
    assert report.total.usage == sum((one.usage for one in entries), Usage())
    assert sum((row.usage for row in report.rows), Usage()) == report.total.usage
    assert sum(row.cost_usd for row in report.rows) == sum(one.cost_usd or 0 for one in entries)
    assert (sum(row.calls for row in report.rows), report.total.unpriced) == (len(entries), 1)
    assert report.unpriced_models == ("glm-9",)


def test_a_report_says_how_spending_goes_on(house: House, place: Place) -> None:
    filled(house)
    figures = usage("run", None, None, place).figures
    assert figures is not None
    assert figures.days[-1].running_tokens == 2_600
    assert figures.days[-1].tokens_per_run == 1_300
    assert figures.runs_left is not None
    assert figures.runs_left.of_runs == 2
    assert (figures.passed, figures.ended) == (2, 2)
    assert figures.cost_per_passed_run == Decimal("0.0015")
    assert [(one.flag, one.saved) for one in figures.effects] == [("snapshots", pytest.approx(0.7))]
    assert figures.coverage is not None
    assert (figures.coverage.runs, figures.coverage.inside) == (2, 2)


def test_a_report_since_long_ago_shows_the_days_since_then(house: House, place: Place) -> None:
    filled(house)
    figures = usage("day", timedelta(days=45), None, place).figures
    assert figures is not None
    assert len(figures.days) in {45, 46}
    assert figures.days[-1].running_tokens == 2_700
    assert figures.cost_per_passed_run is None


def test_phases_stand_in_their_order_and_runs_have_their_titles(house: House, place: Place) -> None:
    filled(house)
    assert [row.name for row in usage("phase", None, None, place).rows] == ["plan", "build"]
    assert {row.title for row in usage("run", None, None, place).rows} == {spec().issue.title}


def test_one_run_is_looked_at_by_the_beginning_of_its_id(house: House, place: Place) -> None:
    filled(house)
    ran(house, 10, entry("x"))
    report = usage("model", None, "run-02", place)
    assert (report.total.usage.total, report.figures) == (600, None)
    assert usage("model", None, "run-1", place).total.calls == 1
    with pytest.raises(UnknownRun):
        usage("model", None, "none", place)


def test_outside_of_a_repository_the_ledger_is_shown_all_the_same(house: House, place: Place, tmp_path: Path) -> None:
    filled(house)
    report = usage("run", None, None, replace(place, folder=tmp_path))
    assert report.total.calls == 4
    assert report.figures is not None
    assert (report.figures.runs_left, report.figures.effects) == (None, ())


def test_files_of_a_report(house: House, place: Place) -> None:
    filled(house)
    usage("month", None, None, place, html="r.html", csv="r.csv")
    page = (place.folder / "r.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 5
    rows = list(csv.DictReader((place.folder / "r.csv").open(encoding="utf-8", newline="")))
    assert rows[-1]["month"] == "total"
    assert sum(int(row["total"]) for row in rows[:-1]) == int(rows[-1]["total"]) == 2_700
    with pytest.raises(StorageError):
        usage("month", None, None, place, csv="none/r.csv")


def test_an_estimate_comes_from_runs_that_ended_and_goes_with_the_run(house: House) -> None:
    asked = replace(spec(), models=dict.fromkeys(Phase, spec().models[Phase.BUILD]))
    assert estimated(house, asked).runs == 0
    filled(house)
    ran(house, 4, entry("e", Usage(fresh=10**8)), outcome=Outcome.CANCELLED)
    ran(house, 5, entry("f", Usage(fresh=10**8)), replay="recording.json")
    found = estimated(house, asked)
    assert found.runs == 3
    assert 100 < found.tokens < 2_000
    assert with_estimate(house, asked).estimate == found
    assert with_estimate(house, replace(asked, replay="recording.json")).estimate is None


def test_a_dry_run_tells_the_estimate_and_says_that_it_is_a_default(place: Place) -> None:
    dry = plan_run(RunRequest("issue.md"), place)
    assert dry.estimate is not None
    assert (dry.estimate.runs, dry.estimate.usd is not None) == (0, True)
    assert not (place.folder / ".adw" / "runs").exists()


@pytest.mark.parametrize("form", ["prometheus", "otel", "csv", "json"])
def test_an_export_is_text_or_a_file(house: House, place: Place, form: str) -> None:
    filled(house)
    shown = export_usage(form, "", None, place)
    written = export_usage(form, "usage.out", timedelta(days=10), place)
    assert (shown.calls, written.calls, written.text) == (4, 3, "")
    assert "glm-9" in shown.text
    text_ = (place.folder / "usage.out").read_text(encoding="utf-8")
    assert "glm-9" not in text_
    if form == "json":
        assert sum(json.loads(line)["total"] for line in text_.splitlines()) == 2_600


def test_logs_are_imported_from_where_they_are(house: House, place: Place, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no logs of Claude Code found"):
        import_claude_code((), place)
    log = tmp_path / "claude" / "projects" / "p" / "s.jsonl"
    log.parent.mkdir(parents=True)
    unpriced = GOOD | {"requestId": "r2", "message": {**GOOD["message"], "id": "m2", "model": "glm-9"}}
    log.write_text(text(GOOD, unpriced) + '{"usage": {\n', encoding="utf-8")
    result = import_claude_code((), place)
    assert (result.files, result.answers, result.new, result.unpriced, result.left_out) == (1, 2, 2, 1, 1)
    assert len(result.warnings) == 2
    with ledger_of(house) as ledger:
        (first, _) = ledger.entries()
    assert (first.tag.run_id, first.tag.issue, first.created_at) == ("s", "p", datetime(2026, 10, 1, 8, tzinfo=UTC))
    assert import_claude_code((str(log),), place).new == 0


def test_a_file_that_cannot_be_read_is_named_and_the_rest_imported(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "claude" / "projects" / "p"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").symlink_to("/proc/self/mem")
    (folder / "b.jsonl").write_text(text(GOOD), encoding="utf-8")
    result = import_claude_code((), place)
    assert (result.new, result.files) == (1, 1)
    assert "a.jsonl: Input/output error" in result.warnings[0]


def test_of_many_files_that_cannot_be_read_a_few_are_named() -> None:
    seen = Seen(unreadable=[f"{number}: no" for number in range(9)])
    assert list(_warnings(seen, _New())) == [
        *(f"{number}: no" for number in range(5)),
        "4 more files could not be read",
    ]


def test_imported_sessions_are_no_runs(house: House, place: Place, tmp_path: Path) -> None:
    filled(house)
    log = tmp_path / "claude" / "projects" / "p" / "s.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(text(GOOD | {"timestamp": NOW.isoformat()}), encoding="utf-8")
    import_claude_code((), place)
    figures = usage("run", None, None, place).figures
    assert figures is not None
    assert (figures.days[-1].tokens_per_run, figures.days[-1].running_tokens) == (1_300, 2_610)


def test_savings_are_nothing_where_no_calls_are_kept(house: House, place: Place) -> None:
    filled(house)
    result = usage_savings(None, place)
    assert (result.runs, result.savings) == (0, ())
    assert Flag.STABLE_PROMPTS in result.not_counted


def test_savings_are_counted_from_calls_and_raw_logs(house: House, place: Place) -> None:
    run_id = ran(house, 1, entry("a"), flags=tuple(Flag))
    ran(house, 2, entry("b"), flags=())
    replayed = ran(house, 3, entry("c"), flags=tuple(Flag), replay="recording.json")
    for one in (run_id, "run-02", replayed):
        _keep_calls(house, one)
    logs = house.log_path(run_id)("test-0")
    logs.parent.mkdir()
    logs.write_text("FAILED tests/test_cart.py::test_adding - assert 1 == 2\n" * 200, encoding="utf-8")
    result = usage_savings(None, place)
    snapshots, checks = result.savings
    assert (result.runs, snapshots.runs, checks.runs) == (2, 1, 1)
    assert snapshots.before >= snapshots.after > 0
    assert (checks.after, checks.saved > 0.9) == (40, True)
    assert checks.before <= spec().limits.max_result_chars
    assert [one.flag for one in usage_savings(replayed, place).savings] == ["snapshots"]
    assert usage_savings("run-02", place).savings == ()


def _keep_calls(house: House, run_id: str) -> None:
    """Two calls of one conversation; the report was sent with both."""
    read = (ToolCall("toolu_1", "read", {"paths": ["a.py"]}),)
    opening = Message("user", (Text("# Issue: mend it"),))
    more = (Message("assistant", read), Message("user", (ToolResult("toolu_1", "text\n" * 50),)))
    calls = CallFolder(house.store.folder(run_id) / "calls")
    sections = (SectionFact("report", "report", 40, "0123456789abcdef"),)
    for turn, between in ((1, ()), (2, more)):
        request = ModelRequest("claude-sonnet-5-5", (Text("You build."),), (), (opening, *between), 8_000)
        answer = Answer(read, "tool_use", Usage(fresh=100, output=9), "claude-sonnet-5-5")
        calls.keep(f"{run_id}:{turn:04}", request, answer, CallFacts("build", 0, turn, "1", sections))

"""Results as the wiring would return them, each with every field filled."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from adw.domain.checked import Checked, CheckedAll, Initialised, RawChecked
from adw.domain.diagnosis import Diagnosis, Part, Status
from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.quota import Alert
from adw.domain.quota_results import AlertList, MonthForecast, PeriodUse, QuotaUse
from adw.domain.report import CheckFault, Failure, Report, Summary
from adw.domain.results import (
    AblationReport,
    AblationRow,
    CleanResult,
    CommitLine,
    DemoResult,
    DryRun,
    GoingRun,
    KeptRun,
    PhaseDetail,
    ReplayedRun,
    RunDetail,
    RunDiff,
    RunList,
    RunLog,
    RunOutcome,
    RunRow,
    SectionTokens,
    UsageReport,
    UsageRow,
)
from adw.domain.review import Finding, Review, Severity, Verdict
from adw.domain.run import (
    CheckSpec,
    Limits,
    ModelChoice,
    Outcome,
    Phase,
    PhaseResult,
    RunRecord,
    RunResult,
    RunSpec,
)
from adw.domain.usage import Usage
from adw.domain.weights import ITPM

STARTED = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
ENDED = datetime(2026, 1, 31, 8, 3, tzinfo=UTC)
RUN = "260131-080000-k3f"
BRANCH = f"adw/cart-total-{RUN}"
USAGE = Usage(fresh=1000, cache_read=3000, cache_write_5m=200, cache_write_1h=100, output=400)
DIFF = "diff --git a/cart.py b/cart.py\n--- a/cart.py\n+++ b/cart.py\n@@ -1 +1 @@\n-total = 3\n+total = 4\n"
ISSUE = Issue("cart-total", "The total is off by one", "It says 3.\n", "issue.md", labels=("bug",))
CHECK = CheckSpec("test", "pytest", ("python", "-m", "pytest"))
MODELS = {phase: ModelChoice("claude-sonnet-5-5") for phase in Phase}
REPORT = Report(
    "test",
    "pytest",
    ok=False,
    exit_code=1,
    summary=Summary(total=61, passed=58, failed=2, errors=1, duration_s=3.2),
    failures=(Failure("tests/test_cart.py::test_total", "tests/test_cart.py:42", "ASSERT_FAIL", "assert 3 == 4"),),
    new=("tests/test_cart.py::test_total",),
    log=f".adw/runs/{RUN}/test-1.log",
)
UNJUDGED = replace(REPORT, fault=CheckFault("TIMEOUT", "600 s were not enough"))
REVIEW = Review(
    Verdict.REJECT,
    (
        Finding(Severity.BLOCKER, "cart.py", "loses the discount", line=7),
        Finding(Severity.SKIPPABLE, "README.md", "says 3 still"),
    ),
)
SPEC = RunSpec(
    id=RUN,
    issue=ISSUE,
    base_commit="0123456789abcdef0123456789abcdef01234567",
    branch=BRANCH,
    models=MODELS,
    checks=(CHECK,),
    limits=Limits(budget_tokens=200_000, budget_usd=1.5),
    created_at=STARTED,
)
RESULT = RunResult(
    Outcome.FAILED,
    phases=(
        PhaseResult(Phase.PLAN, Outcome.PASSED, calls=1),
        PhaseResult(Phase.TEST, Outcome.FAILED, attempts=3, calls=3, detail="3 attempts, 2 tests fail still"),
    ),
    commit="89abcdef0123456789abcdef0123456789abcdef",
    plan=Plan("Count from one", ("change cart.py",), change=("cart.py",)),
    report=REPORT,
    review=REVIEW,
    detail="2 tests fail still",
)
FAILED_RECORD = RunRecord(SPEC, Outcome.FAILED, RESULT, ENDED)
PASSED_RECORD = replace(FAILED_RECORD, outcome=Outcome.PASSED, result=replace(RESULT, outcome=Outcome.PASSED))
KILLED_RECORD = RunRecord(SPEC)
CANCELLED_RECORD = RunRecord(SPEC, Outcome.CANCELLED, ended_at=ENDED, error_code="interrupted")

FAILED_RUN = RunOutcome(FAILED_RECORD, USAGE, Decimal("0.0123"), 4, 65.0, BRANCH, ("the checkout has changes",))
PASSED_RUN = replace(FAILED_RUN, record=PASSED_RECORD, warnings=())
DRY_RUN = DryRun(
    issue=ISSUE,
    head=SPEC.base_commit,
    branch=BRANCH,
    checks=(CHECK,),
    models=MODELS | {Phase.PLAN: ModelChoice("claude-opus-5", fallback="claude-sonnet-5-5")},
    limits=SPEC.limits,
    sections=(SectionTokens("system", 420), SectionTokens("issue", 35)),
    tokens=910,
    context_window=1_000_000,
    warnings=("the checkout has changes",),
)
ROW = RunRow(RUN, ISSUE.title, BRANCH, STARTED, Outcome.FAILED, alive=False, calls=4, usage=USAGE, cost_usd=None)
RUNS = RunList((ROW, replace(ROW, id="260130-080000-aaa", outcome=None, alive=True, cost_usd=Decimal("1.25"))))
DETAIL = RunDetail(
    FAILED_RECORD,
    alive=False,
    phases=(
        PhaseDetail(Phase.PLAN, Outcome.PASSED, 0, 1, USAGE, Decimal("0.0100")),
        PhaseDetail(Phase.TEST, None, 3, 3, Usage(), None, "under way"),
    ),
    usage=USAGE,
    cost_usd=Decimal("0.0123"),
    calls=4,
    commits=(CommitLine(RESULT.commit, "Count from one"),),
    tried=("build 1.1: edit cart.py",),
    logs=("test-0", "test-1"),
)
LOG = RunLog(RUN, "test-1", f".adw/runs/{RUN}/test-1.log", "E   assert 3 == 4\n", first_line=41, total_lines=99)
RUN_DIFF = RunDiff(RUN, BRANCH, SPEC.base_commit, ("cart.py",), DIFF)
GOING = (
    GoingRun(RUN, ISSUE.title, Outcome.PASSED, BRANCH, 1_500_000),
    GoingRun("260130-080000-aaa", "", None, "", 0, lost="2 commits that nobody else has"),
)
CLEANED = CleanResult((RUN,), (KeptRun("260130-080000-aaa", "is under way"),), 1_500_000, (BRANCH,))
NOT_CLEANED = CleanResult((), tuple(KeptRun(one.id, "you said no") for one in GOING))
USAGE_REPORT = UsageReport(
    "run",
    STARTED,
    (UsageRow(RUN, 4, USAGE, Decimal("0.0123"), unpriced=1, title=ISSUE.title),),
    UsageRow("total", 4, USAGE, Decimal("0.0123"), unpriced=1),
)
DEMO = DemoResult(
    PASSED_RUN,
    DIFF,
    "test (pytest): 61 passed in 3.1 s",
    Decimal("0.0123"),
    "The answers are written by hand: nothing was spent.",
)
ABLATION = AblationReport(
    "cost",
    (ReplayedRun("astropy-1", "claude-sonnet-5-5", 31), ReplayedRun("session/agent-1", "gemini-3-pro", 1_000)),
    (
        AblationRow("full", replace(USAGE, fresh=9_000), Decimal("1.25"), 9_300.5, 0.0, 0.0, 1.0, 40),
        AblationRow("adw", USAGE, None, 1_300.5, 0.7629, 0.8602, None, 0),
    ),
    dump="calls.jsonl",
    plot="frontier.svg",
    warnings=("left.json is no adw.trajectory/1",),
)

LINT_REPORT = Report(
    "lint",
    "ruff",
    ok=False,
    exit_code=1,
    summary=Summary(total=2, errors=2, duration_s=0.1),
    failures=(Failure("cart.py:3:14", "cart.py:3:14", "F401", "unused import", also=("shop.py:1:1",)),),
    log=".adw/checks/lint-260131-080000-k3f.log",
)
GREEN_REPORT = Report("build", "mypy", ok=True, exit_code=0, summary=Summary(duration_s=2.5), log="build.log")
FAULTY_REPORT = Report(
    "test",
    "pytest",
    ok=False,
    exit_code=2,
    summary=Summary(),
    log=".adw/checks/test-260131-080000-k3f.log",
    fault=CheckFault("NO_REPORT", "pytest ended without writing its report", "last words"),
)
FLAKY_REPORT = replace(
    REPORT,
    failures=(replace(REPORT.failures[0], also=("tests/test_cart.py::test_sum",)),),
    log=".adw/checks/test-260131-080000-k3f.log",
    flaky=("tests/test_cart.py::test_sum",),
)
CHECKED = Checked(GREEN_REPORT)
CHECKED_ALL = CheckedAll((GREEN_REPORT,), warnings=("no lint check: ruff was not found",))
RAW = RawChecked(GREEN_REPORT, "raw output\n", 11, 100, 1000, 30, "claude-sonnet-5-5")
DIAGNOSIS = Diagnosis(
    (
        Part("git", Status.OK, "git version 2.45.0"),
        Part("sandbox", Status.WARNING, "checks run without a sandbox", "install bubblewrap (bwrap)"),
    )
)
INITIALISED = Initialised(
    "/shop/.adw.toml",
    (CHECK,),
    others=(CheckSpec("test", "jest", ("jest",)),),
    missing=("no lint check: ruff was not found",),
    warnings=("no lint check: ruff was not found",),
)
QUOTA_USE = QuotaUse(
    time_zone="Europe/Berlin",
    weights=ITPM,
    periods=(
        PeriodUse("day", "2026-01-31", datetime(2026, 1, 31, 23, tzinfo=UTC), 0, 12_000, 9_000, None, None),
        PeriodUse("month", "2026-01", datetime(2026, 1, 31, 23, tzinfo=UTC), 1_000_000, 640_000, 9_000, 351_000, 0.351),
    ),
    level="balanced",
    runs_left=14,
    tokens_per_run=25_000,
    warnings=("the checkout has changes",),
)
FORECAST = MonthForecast(
    month="2026-01",
    used=640_000,
    days_left=9.5,
    daily_mean=40_000,
    projected=1_020_000,
    low=930_000,
    high=1_150_000,
    confidence=0.8,
    limit=1_000_000,
    will_exceed=True,
    headroom=-20_000,
    exceeds_on="2026-01-30",
    action="tighten",
    advice="at this rate the quota ends on 2026-01-30: fewer runs, or a tighter --level",
)
ALERTS = AlertList(
    (
        Alert(
            key="quota_used month 2026-01",
            kind="quota_used",
            subject="2026-01",
            run_id=RUN,
            message="81% of the month's quota is used",
            action="new runs start one level tighter",
            created_at=STARTED,
            facts={"used": 810_000, "limit": 1_000_000},
        ),
    )
)

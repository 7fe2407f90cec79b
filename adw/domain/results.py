"""What commands ask of the wiring, and what they get back: everything that a person or a program wants to see."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from adw.domain.call import CallFacts
from adw.domain.estimate import Estimate
from adw.domain.issue import Issue
from adw.domain.publication import Unpublished
from adw.domain.run import CheckSpec, Limits, ModelChoice, Outcome, Phase, RunRecord
from adw.domain.usage import Usage
from adw.domain.usage_results import Figures

Since = datetime | timedelta | None
"""From when on: a moment (UTC), a span back from now, or from the beginning."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What `adw run` was asked. None: as the configuration says."""

    issue: str
    """A path, `-` for standard input, or what else an issue source knows."""
    until: Phase = Phase.REVIEW
    budget_tokens: int | None = None
    """0 lifts the configured limit."""
    budget_usd: float | None = None
    model: str = ""
    """Answers in every phase; empty: as the configuration says."""
    record: str = ""
    replay: str = ""
    level: str = ""
    """A set of optimisations by name; empty: as the configuration says."""
    publish: bool = False
    """Whether the branch is to be pushed and a pull request opened."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A run that has ended, one way or the other."""

    record: RunRecord
    usage: Usage
    cost_usd: Decimal | None
    """None where a call had no known price."""
    calls: int
    seconds: float
    branch: str
    warnings: tuple[str, ...] = ()
    unpublished: Unpublished | None = None
    """Why there is no pull request, where one was asked for and could not be had."""


@dataclass(frozen=True, slots=True)
class SectionTokens:
    name: str
    tokens: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would be; nothing was made and nothing was spent."""

    issue: Issue
    head: str
    """The commit that the run would start from."""
    branch: str
    checks: tuple[CheckSpec, ...]
    models: dict[Phase, ModelChoice]
    limits: Limits
    sections: tuple[SectionTokens, ...]
    """The plan request, section by section, in the order in which it would be sent."""
    tokens: int
    """Of the whole plan request: sections, tool schemas and frames."""
    context_window: int | None = None
    estimate: Estimate | None = None
    """Of the whole run; None where nothing would be spent."""
    level: str = ""
    """The set of optimisations by name; empty: as the configuration says."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A piece of a request as it is sent."""

    place: str
    """`tools`, `system`, or the message's role and number: `user 1`."""
    text: str
    tokens: int
    cache_breakpoint: bool = False


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One request, exactly as it was or would be sent."""

    call: int
    """From 1."""
    facts: CallFacts
    model: str
    max_tokens: int
    """Reserved output."""
    blocks: tuple[ShownBlock, ...]
    differs: str = ""
    """The first section that is not what it was in the call before, where that was of the same conversation."""


@dataclass(frozen=True, slots=True)
class ContextShown:
    subject: str
    """The run's id, or the issue."""
    sent: bool
    """False: this is what a run of the issue would begin with."""
    calls: tuple[ShownCall, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AblationRequest:
    """What `adw context ablate` was asked."""

    sources: tuple[str, ...]
    """Runs by id; files; folders of files."""
    policies: tuple[str, ...] = ()
    """Empty: the table, from full history to all that ADW does."""
    weights: str = "raw"
    """What tokens count: `raw`, `itpm` or `cost`. It times the folds."""
    dump: str = ""
    """Where to write every call as it would have been sent; empty for nowhere."""
    plot: str = ""
    """Where to draw the frontier; empty for nowhere."""


@dataclass(frozen=True, slots=True)
class AblationRow:
    """All trajectories under one policy."""

    policy: str
    usage: Usage
    cost_usd: Decimal | None
    """None where a model has no known price."""
    weighted: float
    """What the usage counts under the weights."""
    saved: float
    """Of all tokens, against full history: 0.75 is a quarter left."""
    weighted_saved: float
    evidence: float | None
    """Share of the evidence kept; None where no call needed any."""
    evidence_needed: int
    """Pairs of call and identifier."""


@dataclass(frozen=True, slots=True)
class ReplayedRun:
    id: str
    model: str
    calls: int


@dataclass(frozen=True, slots=True)
class AblationReport:
    """What recorded runs would have cost under other context policies."""

    weights: str
    trajectories: tuple[ReplayedRun, ...]
    rows: tuple[AblationRow, ...]
    dump: str = ""
    plot: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRow:
    """One line of `adw runs list`."""

    id: str
    title: str
    branch: str
    created_at: datetime
    outcome: Outcome | None
    """None while it is under way, and when it was killed."""
    alive: bool
    """Whether a process works on it now. Neither an outcome nor alive: it can be resumed."""
    calls: int
    usage: Usage
    cost_usd: Decimal | None
    follows: str = ""
    """The run of which it does one phase again; empty: none."""
    phase: Phase | None = None
    """That phase."""


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs to list. What is empty narrows nothing."""

    outcomes: tuple[Outcome | None, ...] = ()
    """None: runs that have not ended."""
    since: Since = None
    text: str = ""
    """In the title or the branch, whatever the case."""
    most: int = 0
    """Of the newest; 0: all."""

    def chosen(self, records: Iterable[RunRecord], now: datetime) -> Iterator[RunRecord]:
        """Those that are asked for, in the order in which they come."""
        start = now - self.since if isinstance(self.since, timedelta) else self.since
        fitting = (
            one
            for one in records
            if (not self.outcomes or one.outcome in self.outcomes)
            and (start is None or one.spec.created_at >= start)
            and self.text.casefold() in f"{one.spec.issue.title}\n{one.spec.branch}".casefold()
        )
        return islice(fitting, self.most or None)


@dataclass(frozen=True, slots=True)
class RunList:
    runs: tuple[RunRow, ...]
    """Newest first."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseDetail:
    phase: Phase
    outcome: Outcome | None
    """None where the phase has not ended."""
    attempts: int
    calls: int
    usage: Usage
    cost_usd: Decimal | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CommitLine:
    id: str
    subject: str


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run in full. Plan, last report and review stand in `record.result`."""

    record: RunRecord
    alive: bool
    phases: tuple[PhaseDetail, ...]
    usage: Usage
    cost_usd: Decimal | None
    calls: int
    commits: tuple[CommitLine, ...] = ()
    """Of the run's branch from its base on, oldest first."""
    tried: tuple[str, ...] = ()
    """What the run did, one line for each turn or check, oldest first."""
    logs: tuple[str, ...] = ()
    """Names of the raw logs, as `adw runs log --check` takes them."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines to show, 1-based and inclusive. A negative `first` counts from the end; `last` 0 means the end."""

    first: int = 1
    last: int = 0

    def cut(self, text: str) -> tuple[int, str]:
        """The number of the first line shown, and the lines."""
        lines = text.splitlines(keepends=True)
        start = max(len(lines) + self.first, 0) if self.first < 0 else self.first - 1
        return start + 1, "".join(lines[start : self.last or None])


@dataclass(frozen=True, slots=True)
class RunLog:
    run_id: str
    check: str
    """The log's name, `test-1` for example; empty for the run's own log."""
    path: str
    """Relative to the repository."""
    text: str
    first_line: int
    total_lines: int


@dataclass(frozen=True, slots=True)
class RunDiff:
    run_id: str
    branch: str
    base_commit: str
    files: tuple[str, ...]
    diff: str
    """Unified; empty where the run changed nothing."""


@dataclass(frozen=True, slots=True)
class KeptRun:
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class GoingRun:
    """A run that is about to be removed."""

    id: str
    title: str
    """Empty where its record cannot be read."""
    outcome: Outcome | None
    branch: str
    """That goes with it; empty for none."""
    size_bytes: int
    """Of its worktree and its files."""
    lost: str = ""
    """What nobody else has, in one sentence; empty for nothing."""


Agreeing = Callable[[tuple[GoingRun, ...]], bool]
"""Asked once, with all that would go, before the first goes."""


@dataclass(frozen=True, slots=True)
class CleanResult:
    """Worktrees, branches and folders of runs that were removed. Ledger entries stay."""

    removed: tuple[str, ...]
    kept: tuple[KeptRun, ...] = ()
    freed_bytes: int = 0
    branches: tuple[str, ...] = ()
    """That were deleted."""


@dataclass(frozen=True, slots=True)
class UsageRow:
    name: str
    """The run's id, the phase, the model or the day (ISO, UTC); `total` for all."""
    calls: int
    usage: Usage
    cost_usd: Decimal
    """Of the priced calls."""
    unpriced: int = 0
    """Calls without a known price."""
    title: str = ""
    """What people call it: the issue of a run."""


@dataclass(frozen=True, slots=True)
class UsageReport:
    by: str
    """`day`, `week`, `month`, `run`, `phase`, `model` or `issue`."""
    since: datetime | None
    rows: tuple[UsageRow, ...]
    total: UsageRow
    """The sum of the rows, to the last token."""
    unpriced_models: tuple[str, ...] = ()
    """Models of the calls without a known price."""
    figures: Figures | None = None
    """How spending goes on; None where one run is looked at."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoResult:
    outcome: RunOutcome
    diff: str
    report: str
    """The last test report in one line."""
    list_price_usd: Decimal | None
    """What the same tokens would have cost at list price."""
    note: str
    """That nobody was asked and nothing was spent: the answers are written by hand."""
    warnings: tuple[str, ...] = ()

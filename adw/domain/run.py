"""A run: what it was asked, what it may spend, how it ended."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from adw.domain.estimate import Estimate
from adw.domain.flags import ALL_FLAGS, Flag
from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.publication import Publication, Published
from adw.domain.report import Report
from adw.domain.review import Review
from adw.domain.weights import RAW, Weights


class Phase(StrEnum):
    PLAN = "plan"
    BUILD = "build"
    TEST = "test"
    REVIEW = "review"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NO_PROGRESS = "no_progress"
    OVER_BUDGET = "over_budget"
    OVER_QUOTA = "over_quota"
    MODEL_ERROR = "model_error"
    CHECK_ERROR = "check_error"
    CANCELLED = "cancelled"
    CRASHED = "crashed"


ENDED = (Outcome.PASSED, Outcome.FAILED, Outcome.NO_PROGRESS)
"""What a run does not come back from: there is nothing left of it to do."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model answers in a phase."""

    model: str
    fallback: str = ""
    """Asked once when `model` fails; empty for none."""
    effort: str = ""
    max_tokens: int = 8000
    """Output reserved for each answer."""


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A check by name. `command` is argv, run without a shell in the workspace."""

    name: str
    """`test`, `build` or `lint`."""
    tool: str
    """What reads its output: `pytest`; anything else is judged by its exit code."""
    command: tuple[str, ...]
    timeout_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of a run. Zero means no limit where noted."""

    max_attempts: int = 3
    """Rounds of the test phase, and of patching after review."""
    max_turns: int = 30
    """Model calls in one conversation of a phase."""
    budget_tokens: int = 0
    """All tokens of the run; 0: no limit."""
    budget_usd: float = 0.0
    """Cost of the run; 0: no limit."""
    safe_utilization: float = 0.75
    """Share of the context window that input and reserved output together may fill."""
    max_file_lines: int = 500
    repo_map_tokens: int = 1_200
    """What the repository map may take in the planner's request; 0: a list of the files instead."""
    max_result_chars: int = 20_000
    """What one tool result may bring back."""
    min_hit_rate: float = 0.955
    """Share of a conversation's input that the prompt cache is to serve: no fold that brings it lower, at weights for
    which reading the cache is cheaper than writing it. 0: only the cost decides."""
    fallback_full_context: bool = False
    """Whether a run whose requests hit the prompt cache too little goes on without folding."""

    def with_budget(self, tokens: int | None, usd: float | None) -> "Limits":
        """The same bounds with another budget; None leaves what is there."""
        return replace(
            self,
            budget_tokens=self.budget_tokens if tokens is None else tokens,
            budget_usd=self.budget_usd if usd is None else usd,
        )


@dataclass(frozen=True, slots=True)
class Follows:
    """An earlier run of the same issue, one phase of which is done again. What it left is frozen here."""

    run_id: str
    phase: Phase
    tree: str = ""
    """Its content, as a git tree; empty where the phase begins at the base commit."""
    report: Report | None = None
    """What the tests said of that content, where the phase does not run them itself."""

    @property
    def described(self) -> str:
        return f"{self.phase} of {self.run_id} again"


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything that a run needs to be done again from its journal. Frozen when the run starts."""

    id: str
    issue: Issue
    base_commit: str
    branch: str
    models: dict[Phase, ModelChoice]
    checks: tuple[CheckSpec, ...]
    limits: Limits
    created_at: datetime
    """UTC."""
    until: Phase = Phase.REVIEW
    """The last phase to do."""
    instructions: str = ""
    """The project's AGENTS.md, else CLAUDE.md."""
    flags: tuple[Flag, ...] = ALL_FLAGS
    """Optimisations that are on."""
    level: str = ""
    """The level that they come from: asked for, or chosen by what is left of the quota; empty: the configuration."""
    weights: Weights = RAW
    """What tokens count: folding is timed by it."""
    allow: tuple[str, ...] = ()
    """Protected paths (CI files) that this run may edit, as globs."""
    replay: str = ""
    """Path of the recording that answers instead of a model; empty for a live run."""
    record: str = ""
    """Path of the recording to write; empty for none."""
    warnings: tuple[str, ...] = ()
    """What was noticed before the start, for people."""
    estimate: Estimate | None = None
    """What it was expected to take; None where nothing is spent."""
    publication: Publication | None = None
    """Where the branch is to go when the run has ended; None: nowhere."""
    travels: bool = False
    """Whether another machine may go on with it: then its journal lies in the database that they share."""
    plan: Plan | None = None
    """A plan that is there already: none is made. Where no other run is followed, the tests show what to mend."""
    follows: Follows | None = None
    """The run that this one does a phase of again; None: it stands for itself."""

    @property
    def first(self) -> Phase:
        """The first phase that has work to do: what those before it find out is there already."""
        if self.follows is not None:
            return self.follows.phase
        return Phase.PLAN if self.plan is None else Phase.TEST


@dataclass(frozen=True, slots=True)
class PhaseResult:
    phase: Phase
    outcome: Outcome
    attempts: int = 0
    """Rounds of fixing; 0 where the first look was good."""
    calls: int = 0
    """Model calls."""
    detail: str = ""
    """Why it ended so, for people."""


@dataclass(frozen=True, slots=True)
class RunResult:
    outcome: Outcome
    phases: tuple[PhaseResult, ...] = ()
    commit: str = ""
    """The branch's last commit; empty where nothing was committed."""
    plan: Plan | None = None
    report: Report | None = None
    """The last test report."""
    review: Review | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is stored: the specification, and how it stands."""

    spec: RunSpec
    outcome: Outcome | None = None
    """None while it is under way or was killed."""
    result: RunResult | None = None
    ended_at: datetime | None = None
    error_code: str = ""
    detail: str = ""
    hint: str = ""
    published: Published | None = None
    """What people can see of it elsewhere; None until it is there."""

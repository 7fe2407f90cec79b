"""What the commands of `adw usage` get back."""

from dataclasses import dataclass
from decimal import Decimal

from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import brought into the ledger."""

    files: int
    """That were read."""
    answers: int
    """That the files hold, each once."""
    new: int
    """Entries written; the rest was in the ledger already."""
    usage: Usage
    """Of the new entries."""
    cost_usd: Decimal
    """Of the priced ones among them."""
    unpriced: int = 0
    """New entries without a known price."""
    repeated: int = 0
    """Lines that repeat an answer: it is counted once, with its largest output."""
    left_out: int = 0
    """Lines that could not be counted; the warnings say why."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the account's calendar."""

    day: str
    """ISO."""
    calls: int
    runs: int
    """That began on it; imported sessions are none."""
    usage: Usage
    cost_usd: Decimal
    """Of the priced calls."""
    unpriced: int
    running_tokens: int
    """From the first day shown to this one."""
    tokens_per_run: float | None
    """Mean of the runs that began on this day or the six before; None where none did."""
    hit_rate: float | None
    """Cache read / input of this day and the six before; None where nothing was sent."""
    runs_left: int | None = None
    """What was left of the month's quota at the end of the day, in runs at the present rate; None without a quota."""


@dataclass(frozen=True, slots=True)
class RunsLeft:
    """What is left of the month's quota, in runs."""

    runs: int
    tokens_per_run: float
    """As the quota's weights count them: the mean that it is held against."""
    left: float
    """Tokens, counted alike."""
    of_runs: int
    """How many runs the mean is of."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Runs without an optimisation, and with it: not the same issues, so a hint and no measurement."""

    flag: str
    runs_without: int
    tokens_without: float
    """Mean per run."""
    runs_with: int
    tokens_with: float
    saved: float
    """Share of the tokens: 0.25 is a quarter less with it; negative: more."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Estimates against what runs came to."""

    runs: int
    """That have ended and had an estimate."""
    inside: int
    below: int
    above: int
    share: float
    """inside / runs; the interval is made for 0.8."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report says beside the sums."""

    days: tuple[Day, ...]
    """The last sixty, or from the report's beginning."""
    runs_left: RunsLeft | None
    """None without a monthly quota, or without runs."""
    cost_per_passed_run: Decimal | None
    """Failed runs included; None where none has passed or a cost is not known."""
    passed: int
    ended: int
    """Runs of this repository that were billed: outcomes are kept there."""
    effects: tuple[Effect, ...]
    coverage: Coverage | None


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was exported."""

    format: str
    file: str
    """Empty: to standard output."""
    calls: int
    text: str = ""
    """The export itself, where no file was named."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saving:
    """What one optimisation saved, in tokens counted alike before and after."""

    flag: str
    runs: int
    """In which it was on and could be counted."""
    before: int
    """Tokens that would have been sent without it."""
    after: int
    """Tokens that were sent."""
    saved: float
    """Share of `before`: 0.75 is a quarter left."""
    how: str
    """How the two were counted."""


@dataclass(frozen=True, slots=True)
class SavingsResult:
    """What was counted for the runs whose calls are kept."""

    runs: int
    savings: tuple[Saving, ...]
    not_counted: tuple[str, ...]
    """Optimisations of which the kept calls do not tell what would have been sent instead."""
    warnings: tuple[str, ...] = ()

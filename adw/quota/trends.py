"""How spending goes on: day by day, run by run, with and without each optimisation, against what was estimated."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from adw.domain.bill import Bill
from adw.domain.flags import Flag
from adw.domain.run import ENDED, Outcome
from adw.domain.usage import Usage
from adw.domain.usage_results import Coverage, Day, Effect, Figures, RunsLeft
from adw.domain.weights import RAW, Weights
from adw.quota.sums import Sum

WEEK = 7
"""Days that a mean looks back over, its own included."""
"""What estimates are held against: runs that were stopped from outside did not cost what they would have."""


def is_imported(phase: str) -> bool:
    """Whether calls of this phase were made by another program: its sessions are no runs of ADW's."""
    return phase.startswith("claude-code")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run of ADW's with what it was billed."""

    id: str
    at: datetime
    """UTC, when it began."""
    usage: Usage
    cost_usd: Decimal | None
    """None where a call had no known price."""
    outcome: Outcome | None = None
    """None while it is under way."""
    flags: tuple[str, ...] | None = None
    """None where they are not known."""
    estimated: tuple[int, int] | None = None
    """Tokens, from and to."""


def days(
    bills: Iterable[Bill], runs: Iterable[RunFacts], first: date, last: date, zone: tzinfo = UTC
) -> tuple[Day, ...]:
    """Every day of `zone` from `first` to `last`, also those without a call.

    `bills` are kept apart by slot. What came in the week before `first` counts for the means of the first days only.
    """
    sums: defaultdict[date, Sum] = defaultdict(Sum)
    for bill in bills:
        sums[bill.at.astimezone(zone).date()].add(bill)
    begun: dict[date, list[int]] = {}
    for run in runs:
        begun.setdefault(run.at.astimezone(zone).date(), []).append(run.usage.total)
    found: list[Day] = []
    running = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        week = [day - timedelta(days=back) for back in range(WEEK)]
        one = sums.get(day) or Sum()
        usage = one.usage
        running += usage.total
        lately = sum((sums[other].usage for other in week if other in sums), Usage())
        tokens = [total for other in week for total in begun.get(other, ())]
        found.append(
            Day(
                day=day.isoformat(),
                calls=one.calls,
                runs=len(begun.get(day, ())),
                usage=usage,
                cost_usd=one.cost_usd,
                unpriced=one.unpriced,
                running_tokens=running,
                tokens_per_run=sum(tokens) / len(tokens) if tokens else None,
                hit_rate=lately.cache_hit_rate if lately.input else None,
            )
        )
    return tuple(found)


def runs_left(runs: Sequence[RunFacts], left: Decimal | None, now: datetime, weights: Weights = RAW) -> RunsLeft | None:
    """How many runs like those of the last seven days (where there are none: like all) fit what is left.

    `left`: tokens as `weights` count them; None where there is no quota. None where no run was billed anything.
    """
    lately = [run for run in runs if run.at > now - timedelta(days=WEEK)]
    counted = [weights.of(run.usage) for run in lately or runs]
    if left is None or not sum(counted):
        return None
    mean = sum(counted) / len(counted)
    return RunsLeft(runs=int(float(left) / mean), tokens_per_run=mean, left=float(left), of_runs=len(counted))


def burned_down(series: Sequence[Day], rate: RunsLeft | None, weights: Weights = RAW) -> tuple[Day, ...]:
    """The days with the runs that were left after each, as far as they are of the last one's month."""
    if rate is None or not series:
        return tuple(series)
    month, left = series[-1].day[:7], rate.left
    found: list[Day] = []
    for day in reversed(series):
        found.append(replace(day, runs_left=int(left / rate.tokens_per_run)) if day.day.startswith(month) else day)
        left += weights.of(day.usage)
    return tuple(reversed(found))


def cost_per_passed_run(runs: Iterable[RunFacts]) -> Decimal | None:
    """What all runs that ended cost, over those that passed. None where none did, or a cost is not known."""
    ended = [run for run in runs if run.outcome is not None]
    passed = sum(run.outcome is Outcome.PASSED for run in ended)
    costs = [run.cost_usd for run in ended]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) / passed if passed and len(known) == len(costs) else None


def effects(runs: Iterable[RunFacts]) -> tuple[Effect, ...]:
    """For each optimisation the runs without it beside those with it, where there are both. No run under way counts."""
    known = [(run.flags, run.usage.total) for run in runs if run.flags is not None and run.outcome in ENDED]
    found = []
    for flag in Flag:
        with_it = [tokens for flags, tokens in known if flag in flags]
        without = [tokens for flags, tokens in known if flag not in flags]
        if with_it and without:
            before, after = sum(without) / len(without), sum(with_it) / len(with_it)
            saved = 1 - after / before if before else 0.0
            found.append(Effect(flag.value, len(without), before, len(with_it), after, saved))
    return tuple(found)


def coverage(runs: Iterable[RunFacts]) -> Coverage | None:
    """How often the tokens of a run lay inside its estimate. None where no run that has ended had one."""
    pairs = [(run.usage.total, *run.estimated) for run in runs if run.estimated and run.outcome in ENDED]
    if not pairs:
        return None
    inside = sum(low <= tokens <= high for tokens, low, high in pairs)
    return Coverage(
        runs=len(pairs),
        inside=inside,
        below=sum(tokens < low for tokens, low, _ in pairs),
        above=sum(tokens > high for tokens, _, high in pairs),
        share=inside / len(pairs),
    )


def figures(
    runs: Sequence[RunFacts], series: Sequence[Day], left: Decimal | None, now: datetime, weights: Weights = RAW
) -> Figures:
    """All of it. `series`: the days that are shown."""
    outcomes = [run.outcome for run in runs]
    rate = runs_left(runs, left, now, weights)
    return Figures(
        days=burned_down(series, rate, weights),
        runs_left=rate,
        cost_per_passed_run=cost_per_passed_run(runs),
        passed=sum(outcome is Outcome.PASSED for outcome in outcomes),
        ended=sum(outcome is not None for outcome in outcomes),
        effects=effects(runs),
        coverage=coverage(runs),
    )

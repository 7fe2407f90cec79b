"""What users are warned of: when, in which words, and what is done about it (SPEC §5)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from adw.domain.entry import Entry
from adw.domain.quota import Alert
from adw.domain.weights import Weights
from adw.quota.allowance import Left

ENOUGH = 3
"""Requests of a run that must have gone wrong before it is worth a warning."""


def quota_used(left: Left, threshold: float, run_id: str, now: datetime) -> Alert | None:
    """For a period of which `threshold` (0.0 to 1.0) or more was billed; 0 for never."""
    if not threshold or left.share_used < threshold:
        return None
    period = left.standing.period
    return Alert(
        key=f"quota_used {period.kind} {period.name}",
        kind="quota_used",
        subject=period.name,
        run_id=run_id,
        message=f"{left.share_used:.0%} of the {period.kind}'s quota is used: "
        f"{left.used:,.0f} of {left.limit:,} tokens",
        action="new runs start one level tighter than what is left says, at most at aggressive",
        created_at=now,
        facts={"period": period.kind, "used": round(left.used), "limit": left.limit},
    )


def run_tokens(entries: Iterable[Entry], threshold: int, weights: Weights, now: datetime) -> Alert | None:
    """For the entries of one run that came to more than `threshold` tokens; 0 for never."""
    known = tuple(entries)
    total = sum(one.usage.total for one in known)
    if not threshold or total <= threshold:
        return None
    phases: Counter[str] = Counter()
    for one in known:
        phases[one.tag.phase] += one.usage.total
    phase, most = max(phases.items(), key=lambda item: item[1])
    call = max(known, key=lambda one: weights.of(one.usage))
    turn = f"{call.tag.phase} {call.tag.attempt}.{call.tag.turn}"
    run_id = call.tag.run_id
    return _of_run(
        "run_tokens",
        run_id,
        now,
        message=f"the run has taken {total:,} tokens, more than {threshold:,}: {most:,} of them in phase {phase}; "
        f"its costliest turn is {turn} with {call.usage.total:,}",
        action=f"see what was sent: adw context show {run_id} --phase {phase}; --budget-tokens bounds a run",
        facts={"tokens": total, "phase": phase, "phase_tokens": most, "turn": turn, "turn_tokens": call.usage.total},
    )


def hit_rate(rate: float, requests: int, threshold: float, section: str, run_id: str, now: datetime) -> Alert | None:
    """For a run of whose input too little came from the cache. `requests`: those that could have hit it."""
    if requests < ENOUGH or rate >= threshold:
        return None
    return _of_run(
        "hit_rate",
        run_id,
        now,
        message=f"{rate:.0%} of what could have come from the prompt cache did, of {requests} requests; "
        f"section that changed: {section}",
        action=f"see what differs: adw context show {run_id}; limits.fallback_full_context stops folding then",
        facts={"hit_rate": round(rate, 4), "requests": requests, "section": section},
    )


def utilization(filled: list[float], threshold: float, run_id: str, now: datetime) -> Alert | None:
    """For a run whose requests come near their ceiling again and again. `filled`: shares of it, one a request."""
    near = [share for share in filled if threshold and share >= threshold]
    if len(near) < ENOUGH:
        return None
    return _of_run(
        "utilization",
        run_id,
        now,
        message=f"{len(near)} requests came to {threshold:.0%} or more of what a request may fill, the largest to "
        f"{max(near):.0%}: there is no room for what else the model may need",
        action="a smaller issue, a tighter --level, a smaller limits.max_file_lines, or a model with a larger window",
        facts={"requests": len(near), "largest": round(max(near), 4)},
    )


def _of_run(
    kind: str, run_id: str, now: datetime, *, message: str, action: str, facts: dict[str, str | int | float]
) -> Alert:
    """Raised once for a run."""
    return Alert(f"{kind} {run_id}", kind, run_id, run_id, message, action, now, facts)

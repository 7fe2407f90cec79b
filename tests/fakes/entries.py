"""Entries and reservations to fill ledgers with; what a test does not name is the same every time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from adw.domain.entry import CallTag, Entry, Reservation
from adw.domain.usage import Usage

NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


def tag(key: str, run_id: str = "run-1", *, phase: str = "build", issue: str = "42") -> CallTag:
    return CallTag(
        key=key,
        run_id=run_id,
        phase=phase,
        attempt=1,
        turn=2,
        prompt_version="build/3",
        flags=("snapshots", "stable_prompts"),
        issue=issue,
    )


def reservation(
    key: str, tokens: int = 100, *, output: int = 0, usd: str = "0", run_id: str = "run-1", at: datetime = NOW
) -> Reservation:
    """`tokens` are input and output together."""
    return Reservation(tag(key, run_id), tokens - output, output, Decimal(usd), at)


def entry(
    key: str,
    usage: Usage | None = None,
    *,
    run_id: str = "run-1",
    phase: str = "build",
    model: str = "claude-test",
    cost: str | None = "0.001",
    at: datetime = NOW,
) -> Entry:
    return Entry(
        tag=tag(key, run_id, phase=phase),
        model=model,
        usage=usage or Usage(fresh=100),
        cost_usd=None if cost is None else Decimal(cost),
        duration_s=1.25,
        outcome="ok",
        created_at=at,
        counted_input=90,
    )


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)

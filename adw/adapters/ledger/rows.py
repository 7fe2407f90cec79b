"""Domain values to rows and back."""

from typing import Any

from sqlalchemy import Row

from adw.domain.entry import CallTag, Entry, Reservation
from adw.domain.usage import Usage


def entry_row(entry: Entry) -> dict[str, object]:
    tag, usage = entry.tag, entry.usage
    return {
        "key": tag.key,
        "run_id": tag.run_id,
        "issue": tag.issue,
        "phase": tag.phase,
        "attempt": tag.attempt,
        "turn": tag.turn,
        "model": entry.model,
        "fresh": usage.fresh,
        "cache_read": usage.cache_read,
        "cache_write_5m": usage.cache_write_5m,
        "cache_write_1h": usage.cache_write_1h,
        "output": usage.output,
        "counted_input": entry.counted_input,
        "cost_pico_usd": entry.cost_usd,
        "prompt_version": tag.prompt_version,
        "flags": tag.flags,
        "duration_s": entry.duration_s,
        "outcome": entry.outcome,
        "created_at": entry.created_at,
    }


def entry_from(row: Row[Any]) -> Entry:
    tag = CallTag(
        key=row.key,
        run_id=row.run_id,
        phase=row.phase,
        attempt=row.attempt,
        turn=row.turn,
        prompt_version=row.prompt_version,
        flags=row.flags,
        issue=row.issue,
    )
    return Entry(
        tag=tag,
        model=row.model,
        usage=Usage(row.fresh, row.cache_read, row.cache_write_5m, row.cache_write_1h, row.output),
        cost_usd=row.cost_pico_usd,
        duration_s=row.duration_s,
        outcome=row.outcome,
        created_at=row.created_at,
        counted_input=row.counted_input,
    )


def reservation_row(reservation: Reservation) -> dict[str, object]:
    return {
        "key": reservation.tag.key,
        "run_id": reservation.tag.run_id,
        "input": reservation.input,
        "output": reservation.output,
        "pico_usd": reservation.usd,
        "created_at": reservation.created_at,
    }

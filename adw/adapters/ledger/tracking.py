"""The run's row of `quota_tracking`: what reports read instead of adding up entries."""

from sqlalchemy import Connection, Double, case, cast
from sqlalchemy.dialects import postgresql, sqlite

from adw.adapters.ledger.tables import quota_tracking
from adw.domain.entry import Entry

_SUMS = ("total_tokens", "fresh_tokens", "cached_tokens", "output_tokens")


def add(db: Connection, entry: Entry) -> None:
    """Add an entry's tokens to its run's row, which the run's first entry makes."""
    usage, row = entry.usage, quota_tracking.c
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    new = insert(quota_tracking).values(
        workflow_id=entry.tag.run_id,
        total_tokens=usage.total,
        fresh_tokens=usage.fresh,
        cached_tokens=usage.cache_read,
        output_tokens=usage.output,
        cache_hit_rate=usage.cache_hit_rate,
        optimization_flags=entry.tag.flags,
        created_at=entry.created_at,
    )
    sums = {name: row[name] + new.excluded[name] for name in _SUMS}
    sent = sums["total_tokens"] - sums["output_tokens"]
    rate = case((sent == 0, 0.0), else_=cast(sums["cached_tokens"], Double) / cast(sent, Double))
    db.execute(new.on_conflict_do_update(index_elements=["workflow_id"], set_={**sums, "cache_hit_rate": rate}))

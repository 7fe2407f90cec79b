"""The run's row of `quota_tracking`: what reports read instead of adding up entries."""

from functools import cache

from sqlalchemy import ColumnElement, Connection, Double, bindparam, case, cast, null
from sqlalchemy.dialects import postgresql, sqlite

from adw.adapters.ledger.tables import quota_tracking
from adw.domain.entry import Entry
from adw.domain.quota import Quota

_SUMS = ("total_tokens", "fresh_tokens", "cached_tokens", "output_tokens")


def add(db: Connection, entry: Entry, quota: Quota) -> None:
    """Add an entry's tokens to its run's row, which the run's first entry makes.

    `quota_percentage` is what the run counts of the month's quota; null where there is none.
    """
    usage = entry.usage
    values = {
        "workflow_id": entry.tag.run_id,
        "total_tokens": usage.total,
        "fresh_tokens": usage.fresh,
        "cached_tokens": usage.cache_read,
        "output_tokens": usage.output,
        "cache_hit_rate": usage.cache_hit_rate,
        "quota_percentage": 100 * quota.weights.of(usage) / quota.monthly_tokens if quota.monthly_tokens else None,
        "optimization_flags": entry.tag.flags,
        "created_at": entry.created_at,
    }
    weights = quota.weights
    per_token = {
        "w_fresh": weights.fresh,
        "w_read": weights.cache_read,
        "w_write": weights.cache_write,
        "w_output": weights.output,
        "monthly": quota.monthly_tokens / 100,
    }
    limited = bool(quota.monthly_tokens)
    db.execute(_statement(db.dialect.name, limited=limited), values | (per_token if limited else {}))


@cache
def _statement(dialect: str, *, limited: bool) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = quota_tracking.c
    new = insert(quota_tracking).values({column.name: bindparam(column.name, type_=column.type) for column in row})
    sums = {name: row[name] + new.excluded[name] for name in _SUMS}
    sent = sums["total_tokens"] - sums["output_tokens"]
    rate = case((sent == 0, 0.0), else_=cast(sums["cached_tokens"], Double) / cast(sent, Double))
    counted: ColumnElement[float] = (
        bindparam("w_fresh", type_=Double()) * sums["fresh_tokens"]
        + bindparam("w_read", type_=Double()) * sums["cached_tokens"]
        + bindparam("w_write", type_=Double()) * (sent - sums["fresh_tokens"] - sums["cached_tokens"])
        + bindparam("w_output", type_=Double()) * sums["output_tokens"]
    )
    percentage = counted / bindparam("monthly", type_=Double()) if limited else null()
    changed = {**sums, "cache_hit_rate": rate, "quota_percentage": percentage}
    return new.on_conflict_do_update(index_elements=["workflow_id"], set_=changed)

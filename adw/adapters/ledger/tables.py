"""The ledger's tables as queries see them. `migrations.py` is what makes them; a test holds the two together."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Double, Integer, MetaData, String, Table
from sqlalchemy.types import TypeDecorator

PICO = 12
"""Money is held in whole pico-dollars. Prices are stated in dollars per million tokens with up to six decimals, so
that every price of a token is a whole number of them: sums reconcile exactly, and databases add them as integers.
Signed 64-bit reaches nine million dollars."""


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC times. SQLite holds them as text that sorts by time, PostgreSQL as `timestamptz`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _to_utc(value, naive=dialect.name == "sqlite")

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


def _to_utc(value: datetime, *, naive: bool) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    utc = value.astimezone(UTC)
    return utc.replace(tzinfo=None) if naive else utc


class Dollars(TypeDecorator[Decimal]):
    """Exact US dollars, rounded half to even at 1e-12."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else int(value.scaleb(PICO).to_integral_value())

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else dollars(value)


class Flags(TypeDecorator[tuple[str, ...]]):
    """Names as a JSON array."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        return None if value is None else tuple(json.loads(value))


class Facts(TypeDecorator[dict[str, str | int | float]]):
    """Figures by name as a JSON object."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: dict[str, str | int | float] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, str | int | float] | None:  # noqa: ARG002
        return None if value is None else dict(json.loads(value))


def dollars(pico: int | Decimal) -> Decimal:
    """Whole pico-dollars as dollars, without trailing zeros (PostgreSQL sums integers to `numeric`)."""
    exact = Decimal(int(pico)).scaleb(-PICO)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("key", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("issue", String, nullable=False),
    Column("phase", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("model", String, nullable=False),
    Column("fresh", BigInteger, nullable=False),
    Column("cache_read", BigInteger, nullable=False),
    Column("cache_write_5m", BigInteger, nullable=False),
    Column("cache_write_1h", BigInteger, nullable=False),
    Column("output", BigInteger, nullable=False),
    Column("counted_input", BigInteger, nullable=False),
    Column("cost_pico_usd", Dollars),
    Column("prompt_version", String, nullable=False),
    Column("flags", Flags, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("outcome", String, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("key", String, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("input", BigInteger, nullable=False),
    Column("output", BigInteger, nullable=False),
    Column("pico_usd", Dollars, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)


def _sums() -> tuple[Column[int], ...]:
    names = ("calls", "fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output", "pico_usd", "unpriced")
    return tuple(Column(name, BigInteger, nullable=False) for name in names)


# Kept by triggers: see rollups.py.
usage_sums = Table(
    "usage_sums",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("slot", UtcTime, primary_key=True),
    Column("phase", String, primary_key=True),
    Column("model", String, primary_key=True),
    Column("issue", String, primary_key=True),
    *_sums(),
)

time_sums = Table(
    "time_sums",
    metadata,
    Column("span", String, primary_key=True),
    Column("start", UtcTime, primary_key=True),
    *_sums(),
)

# In SQLite only: see grouped.py.
adding = Table(
    "adding",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("after_id", BigInteger, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("message", String, nullable=False),
    Column("action", String, nullable=False),
    Column("facts", Facts, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

# `cached_tokens` are cache reads; cache writes are what is left of `total_tokens` (SPEC: total = fresh + cache read +
# cache write + output). `quota_percentage` is null until a quota is configured.
quota_tracking = Table(
    "quota_tracking",
    metadata,
    Column("workflow_id", String, primary_key=True),
    Column("total_tokens", BigInteger, nullable=False),
    Column("fresh_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cache_hit_rate", Double, nullable=False),
    Column("quota_percentage", Double),
    Column("optimization_flags", Flags, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

applied_migrations = Table(
    "ledger_migrations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("applied_at", UtcTime, nullable=False),
)

"""Migration 2: sums that the database keeps itself, with every entry and in its transaction.

Triggers keep them, so that they cannot drift from the entries whoever writes those: a settled call, an import, another
version of ADW. Times are cut to quarters of an hour UTC (a *slot*): every time zone's days consist of whole ones.

An entry also ends the reservation of its key.

- `usage_sums`: by run, slot, phase, model and issue: what reports read.
- `time_sums`: by slot and by UTC day: what a quota is held against. A month is some thirty rows of days, and slots
  where its ends are not midnight UTC.
"""

# ruff: noqa: S608 - only names of this module's own go into the statements
_CLASSES = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output")
_SUMS = ("calls", *_CLASSES, "pico_usd", "unpriced")
_SUM_COLUMNS = ", ".join(f"{name} BIGINT NOT NULL" for name in _SUMS)
_LIST = ", ".join(_SUMS)
_AGGREGATED = ", ".join(
    (
        "count(*)",
        *(f"sum({name})" for name in _CLASSES),
        "coalesce(sum(cost_pico_usd), 0)",
        "sum(CASE WHEN cost_pico_usd IS NULL THEN 1 ELSE 0 END)",
    )
)


def _added(table: str) -> str:
    return "DO UPDATE SET " + ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in _SUMS)


_TABLES = (
    f"""CREATE TABLE usage_sums (
        run_id TEXT NOT NULL,
        slot {{time}} NOT NULL,
        phase TEXT NOT NULL,
        model TEXT NOT NULL,
        issue TEXT NOT NULL,
        {_SUM_COLUMNS},
        PRIMARY KEY (run_id, slot, phase, model, issue)){{compact}}""",
    f"""CREATE TABLE time_sums (
        span TEXT NOT NULL CHECK (span IN ('slot', 'day')),
        start {{time}} NOT NULL,
        {_SUM_COLUMNS},
        PRIMARY KEY (span, start)){{compact}}""",
    """CREATE TABLE alerts (
        id {id},
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        run_id TEXT NOT NULL,
        message TEXT NOT NULL,
        action TEXT NOT NULL,
        facts TEXT NOT NULL,
        created_at {time} NOT NULL)""",
    "CREATE INDEX alerts_run_id ON alerts (run_id)",
    # What crashed calls of before hold expires as output: how much of it was input was not written down.
    "ALTER TABLE reservations ADD COLUMN input BIGINT NOT NULL DEFAULT 0 CHECK (input >= 0)",
    "ALTER TABLE reservations RENAME COLUMN tokens TO output",
)


def sums_from(source: str, slot: str, day: str) -> tuple[str, str, str]:
    """Statements that add the entries of `source` to all sums. Rows in a fixed order: no deadlocks."""
    usage = f"""INSERT INTO usage_sums (run_id, slot, phase, model, issue, {_LIST})
        SELECT run_id, {slot}, phase, model, issue, {_AGGREGATED} FROM {source}
        WHERE true GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (run_id, slot, phase, model, issue) {_added("usage_sums")}"""
    times = tuple(
        f"""INSERT INTO time_sums (span, start, {_LIST})
        SELECT '{span}', {start}, {_AGGREGATED} FROM {source} WHERE true GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (span, start) {_added("time_sums")}"""
        for span, start in (("day", day), ("slot", slot))
    )
    return usage, times[0], times[1]


SLOT_SQLITE = "substr({at}, 1, 14) || printf('%02d', CAST(substr({at}, 15, 2) AS INTEGER) / 15 * 15) || ':00.000000'"
DAY_SQLITE = "substr({at}, 1, 10) || ' 00:00:00.000000'"
_SLOT_POSTGRESQL = "date_bin('15 minutes', created_at, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
_DAY_POSTGRESQL = "date_bin('1 day', created_at, TIMESTAMPTZ '2000-01-01 00:00:00+00')"


def trigger_sqlite(*, when: str = "") -> str:
    """SQLite knows row triggers only; and one row needs no grouping."""
    row = ", ".join(
        ("1", *(f"new.{name}" for name in _CLASSES), "coalesce(new.cost_pico_usd, 0)", "new.cost_pico_usd IS NULL")
    )
    slot, day = SLOT_SQLITE.format(at="new.created_at"), DAY_SQLITE.format(at="new.created_at")
    return f"""CREATE TRIGGER entries_summed AFTER INSERT ON entries {when}BEGIN
        INSERT INTO usage_sums (run_id, slot, phase, model, issue, {_LIST})
            VALUES (new.run_id, {slot}, new.phase, new.model, new.issue, {row})
            ON CONFLICT (run_id, slot, phase, model, issue) {_added("usage_sums")};
        INSERT INTO time_sums (span, start, {_LIST}) VALUES ('day', {day}, {row}), ('slot', {slot}, {row})
            ON CONFLICT (span, start) {_added("time_sums")};
        DELETE FROM reservations WHERE key = new.key;
        END"""


def _triggers_postgresql() -> tuple[str, str]:
    statements = ";\n".join(sums_from("added", _SLOT_POSTGRESQL, _DAY_POSTGRESQL))
    return (
        f"""CREATE FUNCTION entries_summed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
        {statements};
        DELETE FROM reservations USING added WHERE reservations.key = added.key;
        RETURN NULL;
        END $$""",
        """CREATE TRIGGER entries_summed AFTER INSERT ON entries REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION entries_summed()""",
    )


def _filled(names: dict[str, str]) -> tuple[str, ...]:
    return tuple(statement.format_map(names) for statement in _TABLES)


def sqlite(names: dict[str, str]) -> tuple[str, ...]:
    """The migration's statements. `names`: what the database calls ids, times and floats."""
    backfill = sums_from("entries", SLOT_SQLITE.format(at="created_at"), DAY_SQLITE.format(at="created_at"))
    return (*_filled({**names, "compact": " WITHOUT ROWID"}), *backfill, trigger_sqlite())


def postgresql(names: dict[str, str]) -> tuple[str, ...]:
    """The same for PostgreSQL (14 and later)."""
    backfill = sums_from("entries", _SLOT_POSTGRESQL, _DAY_POSTGRESQL)
    return (*_filled({**names, "compact": ""}), *backfill, *_triggers_postgresql())

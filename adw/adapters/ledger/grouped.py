"""Migration 3, for SQLite: entries that are added many at a time are summed once, not each by each.

`adding` has a row while that goes on, inside of one transaction: the id of the last entry before. While it is there,
the trigger of each entry rests; when it goes, all that came after are added up in groups. So the database still keeps
its sums itself, in the transaction that writes the entries, and were the row ever left behind, sums would catch up when
it goes. PostgreSQL needs none of this: its trigger is called once a statement.
"""

# ruff: noqa: S608 - only names of this package's own go into the statements
from adw.adapters.ledger.rollups import DAY_SQLITE, SLOT_SQLITE, sums_from, trigger_sqlite

_TABLE = "CREATE TABLE adding (one INTEGER PRIMARY KEY CHECK (one = 1), after_id BIGINT NOT NULL)"
_NEW = "(SELECT * FROM entries WHERE id > old.after_id)"


def sqlite() -> tuple[str, ...]:
    """The migration's statements."""
    slot, day = SLOT_SQLITE.format(at="created_at"), DAY_SQLITE.format(at="created_at")
    statements = ";\n".join(sums_from(_NEW, slot, day))
    return (
        _TABLE,
        "DROP TRIGGER entries_summed",
        trigger_sqlite(when="WHEN NOT EXISTS (SELECT 1 FROM adding) "),
        f"""CREATE TRIGGER added_summed AFTER DELETE ON adding BEGIN
        {statements};
        DELETE FROM reservations WHERE key IN (SELECT key FROM entries WHERE id > old.after_id);
        END""",
    )

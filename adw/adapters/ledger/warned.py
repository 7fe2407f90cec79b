"""Alerts, each once."""

from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from adw.adapters.ledger.engine import COUNTED
from adw.adapters.ledger.tables import alerts
from adw.domain.quota import Alert


def add(db: Connection, alert: Alert) -> bool:
    """Whether nobody had raised it before."""
    insert = (sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert)(alerts)
    row = {
        "key": alert.key,
        "kind": alert.kind,
        "subject": alert.subject,
        "run_id": alert.run_id,
        "message": alert.message,
        "action": alert.action,
        "facts": alert.facts,
        "created_at": alert.created_at,
    }
    return (
        db.execute(insert.on_conflict_do_nothing(index_elements=["key"]), row, execution_options=COUNTED).rowcount > 0
    )


def found(db: Connection, run_id: str | None) -> tuple[Alert, ...]:
    """All of them, or those that were noticed in a run, oldest first."""
    query = select(alerts).order_by(alerts.c.id)
    if run_id is not None:
        query = query.where(alerts.c.run_id == run_id)
    return tuple(_alert(row) for row in db.execute(query))


def _alert(row: "Row[*tuple[Any, ...]]") -> Alert:
    return Alert(
        key=row.key,
        kind=row.kind,
        subject=row.subject,
        run_id=row.run_id,
        message=row.message,
        action=row.action,
        created_at=row.created_at,
        facts=row.facts,
    )

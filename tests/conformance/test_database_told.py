"""Which PostgreSQL database there is, told to people: by `adw doctor`, and without what is secret about it."""

import io
from pathlib import Path

from adw.adapters.durable.storage import Database
from adw.domain.diagnosis import Status
from adw.wiring.outside import database
from adw.wiring.place import Place


def test_doctor_opens_it_and_shows_no_password(postgresql, tmp_path: Path) -> None:
    url = postgresql.new_database().replace("adw@", "adw:first-secret@") + "&password=second-secret"
    (told,) = database(Place(tmp_path, {"HOME": str(tmp_path), "ADW_DATABASE_URL": url}, io.BytesIO()))
    assert (told.subject, told.status) == ("ledger", Status.OK)
    assert told.detail.startswith("postgresql+psycopg://adw:***@/adw")
    assert told.detail.endswith("(PostgreSQL, by ADW_DATABASE_URL)")
    assert "secret" not in told.detail


def test_errors_about_it_show_no_password() -> None:
    url = "postgresql://alice:first-secret@db.example.com/adw?password=second-secret&sslmode=require"
    assert Database.at(url).shown == "postgresql+psycopg://alice:***@db.example.com/adw?sslmode=require"

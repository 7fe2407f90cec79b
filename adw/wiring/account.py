"""The user's account, wherever the command was called: its ledger, its quota. Quick to open: without git."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adw.adapters.ledger.ledger import SqlLedger
from adw.config import Environment, Settings, load
from adw.domain.quota import NO_QUOTA, Quota
from adw.wiring.place import Place, root_of


@contextmanager
def open_ledger(environment: Environment, quota: Quota = NO_QUOTA) -> Iterator[SqlLedger]:
    """The user's ledger, which lets no call pass the quota. Raises StorageError."""
    if environment.database_url is not None:
        where: Path | str = environment.database_url.get_secret_value()
    else:
        where = environment.data_home / "ledger.db"
    with SqlLedger.open(where, quota=quota) as ledger:
        yield ledger


def settings_at(place: Place) -> Settings:
    """Of the repository; outside of one, the user's own. Raises ConfigError."""
    return load(root_of(place.folder.resolve()), place.variables)

"""DBOS over one file, from launch to the end."""

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from dbos import DBOS, DBOSConfig, Serializer

from adw.adapters.dbos_journal.execution import Execution
from adw.adapters.dbos_journal.storage import check_usable, open_engine, storage
from adw.domain.codec import JsonValue

JOURNAL_VERSION = "1"
"""Changes whenever the steps of a run change, so that an old journal is refused and not misread."""

QUEUE = "adw_resume"
_QUEUE_POLL_S = 0.25
"""How long a resume waits, at most. Four looks a second cost 2% of a processor while a resumed run is under way."""
_WORKFLOW = "adw_run"


@contextmanager
def launched(path: Path, execution: Execution) -> Iterator[Callable[[], JsonValue]]:
    """DBOS over the file, for as long as the block runs, and the workflow that conducts `execution`."""
    quiet = logging.getLogger("dbos")
    if not quiet.handlers:
        quiet.addHandler(logging.NullHandler())  # Else DBOS adds one that writes to standard error.
    engine = open_engine(path)
    try:
        with storage(path):
            resuming = path.exists()
            check_usable(path)
            DBOS(config=_config(engine))

            @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
            def conduct() -> JsonValue:
                return execution.conduct()

            DBOS.listen_queues([QUEUE] if resuming else [])
            DBOS.launch()
            # For the next launch: a queue that is known before is looked at from the first moment.
            DBOS.register_queue(QUEUE, polling_interval_sec=_QUEUE_POLL_S, on_conflict="never_update")
        yield conduct
    finally:
        execution.abandon()
        DBOS.destroy(destroy_registry=True)
        engine.dispose()


def _config(engine: sqlalchemy.Engine) -> DBOSConfig:
    return {
        "name": "adw",
        "system_database_engine": engine,
        "application_version": JOURNAL_VERSION,
        "executor_id": str(uuid.uuid4()),
        "serializer": Json(),
        "log_level": "CRITICAL",
        "enable_otlp": False,
        # DBOS.destroy waits for the end of such an interval. No run waits for notifications.
        "notification_listener_polling_interval_sec": 0.05,
    }


class Json(Serializer):
    """Stored values are JSON that anyone can read; DBOS' default is pickle."""

    def name(self) -> str:
        return "adw_json"

    def serialize(self, data: Any) -> str:
        return json.dumps(data, allow_nan=False)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 - the name in DBOS' own base class
        return json.loads(serialized_data)

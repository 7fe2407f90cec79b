"""`adw usage export`: the ledger for other programs."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from adw.adapters.clock import SystemClock
from adw.adapters.exports.opentelemetry import otlp_json
from adw.adapters.exports.prometheus import exposition
from adw.adapters.exports.tables import entries_csv, entries_json
from adw.adapters.exports.written import write
from adw.adapters.ledger.ledger import SqlLedger
from adw.config import Environment
from adw.domain.bill import Key
from adw.domain.entry import Entry
from adw.domain.results import Since
from adw.domain.usage_results import ExportResult
from adw.wiring.house import Place, open_ledger

_SUMMED: tuple[Key, ...] = ("phase", "model")


class _Counted:
    """Entries on their way out."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = entries
        self.calls = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.calls += 1
            yield entry


def export_usage(form: str, file: str, since: Since, place: Place | None = None) -> ExportResult:
    """The ledger as `prometheus`, `otel`, `csv` or `json`, in a file or as text. Raises StorageError."""
    place = place or Place()
    now = SystemClock().now()
    start = now - since if isinstance(since, timedelta) else since
    with open_ledger(Environment.read(place.variables)) as ledger:
        counted = _Counted(ledger.entries(since=start))
        pieces = _pieces(form, ledger, counted, start, now)
        if file:
            write(place.folder / file, pieces)
            text = ""
        else:
            text = "".join(pieces)
        calls = counted.calls or sum(bill.calls for bill in ledger.bills(_SUMMED, since=start))
    return ExportResult(format=form, file=file, calls=calls, text=text)


def _pieces(
    form: str, ledger: SqlLedger, entries: Iterable[Entry], start: datetime | None, now: datetime
) -> Iterator[str]:
    match form:
        case "otel":
            return otlp_json(entries, now)
        case "csv":
            return entries_csv(entries)
        case "json":
            return entries_json(entries)
    return exposition(ledger.bills(_SUMMED, since=start))

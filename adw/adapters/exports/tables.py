"""Rows as comma-separated values (RFC 4180), and as lines of JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain

from adw.domain.entry import Entry
from adw.domain.results import UsageReport, UsageRow

_CLASSES = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets run, should a cell begin with it: an issue's title is not to be trusted."""


def report_csv(report: UsageReport) -> Iterator[str]:
    """A line for each row of the report, and one for their sum."""
    heads = (report.by, "title", "calls", *_CLASSES, "total", "cache_hit_rate", "cost_usd", "unpriced_calls")
    yield from _csv(heads, map(_report_row, (*report.rows, report.total)))


def entries_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """A line for each call in the ledger."""
    yield from _csv(_COLUMNS, (_values(entry) for entry in entries))


def entries_json(entries: Iterable[Entry]) -> Iterator[str]:
    """A JSON object a line for each call in the ledger."""
    for entry in entries:
        line = dict(zip(_COLUMNS, _values(entry), strict=True)) | {"flags": list(entry.tag.flags)}
        yield f"{json.dumps(line, ensure_ascii=False)}\n"


_COLUMNS = (
    "key",
    "created_at",
    "run",
    "issue",
    "phase",
    "attempt",
    "turn",
    "model",
    *_CLASSES,
    "total",
    "cost_usd",
    "outcome",
    "duration_s",
    "counted_input",
    "prompt_version",
    "flags",
)


def _values(entry: Entry) -> tuple[object, ...]:
    tag, usage = entry.tag, entry.usage
    return (
        tag.key,
        entry.created_at.isoformat(),
        tag.run_id,
        tag.issue,
        tag.phase,
        tag.attempt,
        tag.turn,
        entry.model,
        *(getattr(usage, name) for name in _CLASSES),
        usage.total,
        None if entry.cost_usd is None else format(entry.cost_usd, "f"),
        entry.outcome,
        entry.duration_s,
        entry.counted_input,
        tag.prompt_version,
        " ".join(tag.flags),
    )


def _report_row(row: UsageRow) -> tuple[object, ...]:
    usage = row.usage
    classes = (getattr(usage, name) for name in _CLASSES)
    cost = format(row.cost_usd, "f")
    return (row.name, row.title, row.calls, *classes, usage.total, f"{usage.cache_hit_rate:.6f}", cost, row.unpriced)


def _csv(heads: tuple[str, ...], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in chain([heads], rows):
        writer.writerow([_cell(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value

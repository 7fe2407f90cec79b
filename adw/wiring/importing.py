"""`adw usage import claude-code`: logs of another program into the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path

from adw.adapters.claude_logs.entries import Price, new_entries
from adw.adapters.claude_logs.read import Seen, default_folders, log_files, read_files
from adw.adapters.claude_logs.stage import Stage
from adw.config import Environment
from adw.domain.entry import Entry
from adw.domain.usage import Usage
from adw.domain.usage_results import ImportResult
from adw.errors import UsageError
from adw.wiring.house import Place, open_ledger

_CHUNK = 5_000
_REASONS = {
    "torn": "torn or no JSON",
    "numbers": "token counts missing, negative, huge or no whole numbers",
    "time": "no time, or one that is none",
}
_NAMED = 5
"""Files that could not be read, as far as they are named."""


@dataclass(slots=True)
class _New:
    """Sums over what is written."""

    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal = Decimal(0)
    unpriced: int = 0

    def counted(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self.usage += entry.usage
            self.cost_usd += entry.cost_usd or Decimal(0)
            self.unpriced += entry.cost_usd is None
            yield entry


def import_claude_code(paths: Sequence[str], place: Place | None = None) -> ImportResult:
    """Every answer that Claude Code's logs bill, once, however often it is imported.

    Raises UsageError where there are no logs, StorageError where the ledger refuses: then what was written before is
    kept, and the import can be done again.
    """
    from adw.adapters.price_list import GenaiPrices  # noqa: PLC0415 - 0.1 s that other commands do without

    place = place or Place()
    files = _files(place, paths)
    with Stage() as stage:
        seen = read_files(files, stage)
        answers, new = len(stage), _New()
        written = _write(place, stage, new, GenaiPrices().cost)
    return ImportResult(
        files=seen.files,
        answers=answers,
        new=written,
        usage=new.usage,
        cost_usd=new.cost_usd,
        unpriced=new.unpriced,
        repeated=seen.answers - answers,
        left_out=seen.left_out.total(),
        warnings=tuple(_warnings(seen, new)),
    )


def _files(place: Place, paths: Sequence[str]) -> tuple[Path, ...]:
    if not paths and not default_folders(place.variables):
        raise UsageError(
            "no logs of Claude Code found: neither CLAUDE_CONFIG_DIR nor ~/.claude has a folder `projects`",
            hint="name a folder or a log",
        )
    return log_files([place.folder / path for path in paths] or default_folders(place.variables))


def _write(place: Place, stage: Stage, new: _New, price: Price) -> int:
    """Session by session, in chunks: 'all or nothing' for a million entries would lock others out for a minute."""
    written = 0
    with open_ledger(Environment.read(place.variables)) as ledger:
        everything = (
            entry
            for session in stage.sessions()
            for entry in new_entries(session, ledger.entries(run_id=session.id), price)
        )
        entries = new.counted(everything)
        while chunk := list(islice(entries, _CHUNK)):
            written += ledger.add(chunk)
    return written


def _warnings(seen: Seen, new: _New) -> Iterator[str]:
    for reason, lines in sorted(seen.left_out.items()):
        yield f"{lines:,} line{'' if lines == 1 else 's'} left out: {_REASONS[reason]}"
    yield from seen.unreadable[:_NAMED]
    if len(seen.unreadable) > _NAMED:
        yield f"{len(seen.unreadable) - _NAMED:,} more files could not be read"
    if new.unpriced:
        yield f"{new.unpriced:,} answers of models without a known price: not in the cost"

"""Logs and reports of the user's own checks, kept in the repository's `.adw/checks`: the newest of them."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adw.domain import codec
from adw.domain.report import Report
from adw.errors import StorageError

KEPT = 20
"""Checks whose log and report stay."""


class KeptChecks:
    """`<root>/checks/<check>-<id>.log` with the report beside it, where `<root>` is the repository's `.adw`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "checks"

    def begin(self, check: str, check_id: str) -> Path:
        """The path of a new log; what is too old is removed. Raises StorageError."""
        with _disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            ignore = self._root / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", "utf-8")  # keeps the user's `git status` clean
            self._prune()
        return self._folder / f"{check}-{check_id}.log"

    def keep(self, log: Path, command: tuple[str, ...], report: Report) -> None:
        """Store the report beside its log. Raises StorageError."""
        text = json.dumps({"command": command, "report": codec.dump(report)})
        fresh = log.with_suffix(f".{os.getpid()}")
        with _disk(log):
            fresh.write_text(text, "utf-8", "backslashreplace")
            fresh.replace(log.with_suffix(".json"))

    def previous(self, check: str, command: tuple[str, ...]) -> Report | None:
        """The newest report of the very same command that could be judged; None where there is none."""
        for path in _newest_first(self._folder.glob(f"{check}-*.json")):
            try:
                stored = json.loads(path.read_bytes())
                if tuple(stored["command"]) == command:
                    report = codec.load(Report, stored["report"])
                    if report.fault is None:
                        return report
            except (OSError, ValueError, KeyError, TypeError):
                continue  # removed meanwhile, or of another version: then it says nothing
        return None

    def _prune(self) -> None:
        """Make room for one more."""
        for log in _newest_first(self._folder.glob("*.log"))[KEPT - 1 :]:
            for path in (log, log.with_suffix(".json")):
                path.unlink(missing_ok=True)


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    """By when they were written: several checks may have the same second in their names."""
    aged = []
    for path in paths:
        with suppress(OSError):  # removed meanwhile
            aged.append((path.stat().st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(aged, reverse=True)]


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "free some space, or give the permission: logs of checks are kept there"
        raise StorageError(f"cannot use {path}: {error.strerror or error}", hint=hint) from error

"""Which paths the run has written, kept beside the worktree.

A path is noted before it is written, so that a run that was killed in between still knows what to put right.
"""

import os
from pathlib import Path

from adw.adapters.git.confined import as_error


class Written:
    """A set of paths in a file, NUL behind each."""

    def __init__(self, file: Path) -> None:
        self._file = file
        stored = file.read_bytes() if file.exists() else b""
        # What follows the last NUL is a note that a crash cut short: its file was not written.
        self._paths = set(os.fsdecode(stored).split("\0")[:-1])

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(self._paths)

    def add(self, path: str) -> None:
        if path in self._paths:
            return
        try:
            with self._file.open("ab") as stream:
                stream.write(os.fsencode(path) + b"\0")
        except OSError as error:
            raise as_error(str(self._file), error) from error
        self._paths.add(path)

    def replace(self, paths: set[str]) -> None:
        """Forget what is not among `paths`."""
        whole = b"".join(os.fsencode(path) + b"\0" for path in sorted(paths))
        new = self._file.with_name(f"{self._file.name}-new")
        try:
            new.write_bytes(whole)
            new.replace(self._file)
        except OSError as error:
            raise as_error(str(self._file), error) from error
        self._paths = set(paths)

"""A real terminal for the installed command, and what it shows there."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.support.project import Project

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The command in a terminal of `columns`. `text` is what it has written so far, escape sequences and all."""

    def __init__(self, project: Project, *arguments: str, columns: int = 100) -> None:
        self._main, self._inner = pty.openpty()
        termios.tcsetwinsize(self._inner, (30, columns))
        self.before = self.settings()
        self.text = ""
        variables = {name: value for name, value in project.variables.items() if name != "NO_COLOR"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "adw", *arguments],
            cwd=project.folder,
            env={**variables, "TERM": "xterm-256color"},
            stdin=self._inner,
            stdout=self._inner,
            stderr=self._inner,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._inner)
        os.close(self._main)

    def settings(self) -> list[object]:
        return list(termios.tcgetattr(self._inner))

    def read_until(self, condition: Callable[[str], bool], seconds: float = 120.0) -> None:
        """Take what the command shows until the condition holds of all of it. Fails after `seconds`."""
        end = time.monotonic() + seconds
        while not condition(self.text):
            assert time.monotonic() < end, self.text
            self._take(0.1)

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self._main, f"{text}\n".encode())

    def lines(self) -> list[str]:
        """What the command shows until it ends, as a reader sees it."""
        self.read_until(lambda _: self.process.poll() is not None)
        while self._take(0.0):
            pass
        return _CONTROL.sub("", self.text).replace("\r\n", "\n").splitlines()

    def _take(self, wait_s: float) -> bool:
        readable, _, _ = select.select([self._main], [], [], wait_s)
        if readable:
            self.text += os.read(self._main, 65536).decode(errors="replace")
        return bool(readable)

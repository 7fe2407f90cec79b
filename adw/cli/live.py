"""The live display: a panel that is redrawn on a terminal, one line for each event anywhere else."""

import time
from collections.abc import Callable
from threading import Lock

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from adw.cli.pieces import counted, duration, plain
from adw.cli.progress import Progress
from adw.domain.event_lines import line_of, place
from adw.domain.events import CheckEnded, Event, Notice, PhaseEnded, RunStarted

_TOOLS_SHOWN = 4
_LASTING = (RunStarted, PhaseEnded, CheckEnded, Notice)
"""Events that stay on the terminal above the panel."""


class LiveDisplay:
    """An observer for people. Events may come from any thread. `close` gives the terminal back as it was."""

    def __init__(self, console: Console, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._monotonic = monotonic
        self._lock = Lock()
        self._progress = Progress()
        self._began = 0.0
        self._live: Live | None = None
        self._closed = False

    @property
    def run_id(self) -> str:
        """The run that is shown; empty before there is one."""
        return self._progress.run_id

    def tell(self, event: Event) -> None:
        with self._lock:
            if self._closed:  # a thread that was left behind must not write into the result
                return
            if self._live is None:
                self._begin()
            self._progress = self._progress.after(event)
            if self._live is None or isinstance(event, _LASTING):
                self._console.print(plain(line_of(event, self._progress.spent)).replace("\n", " "), soft_wrap=True)

    def close(self) -> None:
        """Take the panel away and show the cursor again."""
        with self._lock:
            self._closed = True
            if self._live is not None:
                self._live.stop()

    def _begin(self) -> None:
        self._began = self._began or self._monotonic()
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(console=self._console, get_renderable=self.panel, transient=True)
            self._live.start()

    def panel(self) -> Group:
        """What the display redraws: where the run is, what it cost, the last check and tools."""
        # Called by the display's own thread, which holds its lock: to take ours here could stop both for ever.
        # One read of an immutable value needs none.
        progress = self._progress
        elapsed = duration(self._monotonic() - self._began)
        head = progress.phase or "start"
        if progress.turn:
            head += f": {place(progress.attempt, progress.turn)}"
        if progress.asking:
            head += f": {progress.asking:,} tokens to {progress.model}"
        lines = [f"{counted(progress.calls, 'call')} · {progress.spent} · {elapsed}", progress.check]
        lines += [f"  {tool}" for tool in progress.tools[-_TOOLS_SHOWN:]]
        return Group(
            Spinner("dots", text=Text(plain(head))),
            *(Text(plain(line), style="dim", no_wrap=True, overflow="ellipsis") for line in lines if line),
        )

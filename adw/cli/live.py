"""The live display: a panel that is redrawn on a terminal, one line for each event anywhere else."""

import time
from collections.abc import Callable, Iterator
from threading import Lock

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from adw.cli.pieces import counted, duration, plain
from adw.cli.progress import Progress, RunningCheck
from adw.domain.event_lines import line_of, place
from adw.domain.events import CheckEnded, CheckOutput, CheckStarted, Event, Notice, PhaseEnded, RunStarted

_TOOLS_SHOWN = 4
_LASTING = (RunStarted, PhaseEnded, CheckEnded, Notice)
"""Events that stay on the terminal above the panel."""
_OF_CHECKS = (CheckStarted, CheckOutput, CheckEnded)


class LiveDisplay:
    """An observer for people. Events may come from any thread. `close` gives the terminal back as it was.

    `aside` is where checks are announced that belong to no run, when nobody watches: their report is all that
    `console` shall have.
    """

    def __init__(
        self, console: Console, monotonic: Callable[[], float] = time.monotonic, aside: Console | None = None
    ) -> None:
        self._console = console
        self._aside = aside or console
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
            if not self._progress.of_run and isinstance(event, _OF_CHECKS):
                if self._live is None and isinstance(event, CheckStarted):
                    self._aside.print(plain(line_of(event)).replace("\n", " "), soft_wrap=True)
            elif not isinstance(event, CheckOutput) and (self._live is None or isinstance(event, _LASTING)):
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
        if not progress.of_run:
            return Group(*(piece for one in progress.running for piece in _check_panel(one, elapsed)))
        head = progress.phase or "start"
        if progress.turn:
            head += f": {place(progress.attempt, progress.turn)}"
        if progress.asking:
            head += f": {progress.asking:,} tokens to {progress.model}"
        lines = [f"{counted(progress.calls, 'call')} · {progress.spent} · {elapsed}", progress.check]
        lines += [f"  {one.said}" for one in progress.running if one.said]
        lines += [f"  {tool}" for tool in progress.tools[-_TOOLS_SHOWN:]]
        return Group(
            Spinner("dots", text=Text(plain(head))),
            *(_dim(line) for line in lines if line),
        )


def _check_panel(one: RunningCheck, elapsed: str) -> Iterator[RenderableType]:
    """What runs, for how long, and what it said last."""
    yield Spinner("dots", text=Text(plain(f"{one.check}: {elapsed}: {one.command}"), no_wrap=True, overflow="ellipsis"))
    if one.said:
        yield _dim(f"  {one.said}")


def _dim(line: str) -> Text:
    return Text(plain(line), style="dim", no_wrap=True, overflow="ellipsis")

"""An observer that makes the live display when the first thing happens: most commands have nothing to watch."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # rich takes its time
    from collections.abc import Callable

    from adw.cli.live import LiveDisplay
    from adw.domain.events import Event


class Watching:
    """Events may come from any thread; what comes after `close` is not shown."""

    def __init__(self, made: Callable[[], LiveDisplay]) -> None:
        self._made = made
        self._display: LiveDisplay | None = None
        self._closed = False
        self._lock = Lock()

    @property
    def run_id(self) -> str:
        """The run that is shown; empty before there is one."""
        return self._display.run_id if self._display else ""

    def tell(self, event: Event) -> None:
        with self._lock:
            if self._display is None and not self._closed:
                self._display = self._made()
            display = self._display
        if display:
            display.tell(event)

    def close(self) -> None:
        """Give the terminal back as it was."""
        with self._lock:
            self._closed = True
            display = self._display
        if display:
            display.close()

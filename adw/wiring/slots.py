"""A worker that does several runs at a time: as many processes, because DBOS is one object in each."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext

from adw.domain.codec import dump, load
from adw.domain.queue import QueueRow
from adw.errors import AdwError, StorageError
from adw.wiring.place import Place
from adw.wiring.serving import serve

_MOST_RESTARTS = 10
"""Of one process, when something kills it."""


def serve_several(number: int, told: Callable[[QueueRow], None], *, drain: bool) -> None:
    """Until KeyboardInterrupt; with `drain`, until nothing is left to do now. Raises StorageError."""
    context = multiprocessing.get_context("spawn")
    slots = [_Slot(context, drain=drain) for _ in range(number)]
    try:
        while any(slot.open for slot in slots):
            for ready in wait([slot.receiver for slot in slots if slot.open]):
                slot = next(one for one in slots if one.receiver is ready)
                if row := slot.heard():
                    told(row)
    finally:
        for slot in slots:
            slot.stop()


class _Slot:
    """One of the processes."""

    def __init__(self, context: SpawnContext, *, drain: bool) -> None:
        self._context = context
        self._drain = drain
        self._starts = 0
        self._start()

    def _start(self) -> None:
        self.receiver, sender = self._context.Pipe(duplex=False)
        self._process = self._context.Process(target=_slot, args=(sender, self._drain))
        self._process.start()
        sender.close()
        self.open = True
        self._starts += 1

    def heard(self) -> QueueRow | None:
        """A run that is over. None where the process has ended; one that was killed is started again."""
        try:
            said = self.receiver.recv()
        except EOFError:
            self.open = False
            self._process.join()
            if self._process.exitcode and self._process.exitcode < 0 and self._starts <= _MOST_RESTARTS:
                self._start()
            elif self._process.exitcode:
                raise StorageError("a process of the worker failed: its message stands above") from None
            return None
        return load(QueueRow, said)

    def stop(self) -> None:
        if self._process.is_alive() and self._process.pid:
            os.kill(self._process.pid, signal.SIGTERM)
        self._process.join()


def _slot(sender: Connection, drain: bool) -> None:  # noqa: FBT001 - multiprocessing passes no keywords here
    """In the process: serve until the parent says so or is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C reaches the parent too, which passes it on as SIGTERM
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(Place(), lambda row: sender.send(dump(row)), drain=drain)
    except KeyboardInterrupt:
        pass
    except AdwError as error:
        raise SystemExit(f"{error.message} {error.hint}") from error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)

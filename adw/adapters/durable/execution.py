"""Bodies and what becomes of them: one step's, and the run's."""

import contextvars
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adw.domain.codec import JsonValue


class Order:
    """Whether a step may be taken now: inside a run, not inside another step, not after one that failed.

    The calls that this refuses are mistakes of the program, not of its user.
    """

    def __init__(self) -> None:
        self._refusal = "outside of a run"

    def open(self) -> None:
        self._refusal = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        if self._refusal:
            raise RuntimeError(f"step {name!r} {self._refusal}")
        self._refusal = f"inside step {name!r}"
        try:
            yield
        except BaseException:
            # On resume the failed step is tried again: a step taken after it now would not fit then.
            self._refusal = f"after step {name!r} failed"
            raise
        self._refusal = ""


class Unrecorded(BaseException):
    """Leaves a step or the workflow without a trace in the store: DBOS stores no BaseException."""


class Once:
    """A step's body: whether it was called, and what it raised."""

    def __init__(self, body: Callable[[], JsonValue]) -> None:
        self._body = body
        self.called = False
        self.error: BaseException | None = None

    def __call__(self) -> JsonValue:
        self.called = True
        try:
            return plain(self._body())
        except BaseException as error:
            self.error = error
            raise Unrecorded from error


class Execution:
    """One execution of the run's body, seen from the caller's thread, from DBOS' and from the body's own."""

    def __init__(self, body: Callable[[], JsonValue]) -> None:
        self._body = body
        self._released = threading.Event()
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.value: JsonValue = None
        self.error: BaseException | None = None

    def conduct(self) -> JsonValue:
        """In DBOS' thread: wait for the body, or until nobody waits for it any more."""
        if self._released.is_set():
            raise Unrecorded
        self.begun.set()
        context = contextvars.copy_context()  # DBOS keeps there which workflow a step belongs to.
        threading.Thread(target=context.run, args=(self._run,), name="adw-run", daemon=True).start()
        self._released.wait()
        if self.error is not None or not self.ended.is_set():
            raise Unrecorded
        return self.value

    def abandon(self) -> None:
        self._released.set()

    def _run(self) -> None:
        try:
            self.value = plain(self._body())
        except BaseException as error:  # noqa: BLE001 - raised again by `run`, in the caller's thread
            self.error = error
        self.ended.set()
        self._released.set()


def plain(value: JsonValue) -> JsonValue:
    """What JSON makes of `value`: a first run sees the same as a resumed one. Raises TypeError or ValueError."""
    return json.loads(json.dumps(value, allow_nan=False))

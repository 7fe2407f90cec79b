"""Time, ids and the stop flag of the running process: the only module that reads the clock or makes ids."""

import secrets
import threading
import time
from datetime import UTC, datetime

from adw.ports import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower-case: no letter that reads like a digit."""
_RANDOM_CHARACTERS = 3


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class RandomIds:
    """Ids of time and chance: `261121-201500-k3f` (UTC).

    They sort by the second they were made in; within one second 32768 of them are possible. The run store refuses
    an id that is taken, so two runs never share one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def run_id(self) -> str:
        chance = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARACTERS))
        return f"{self._clock.now():%y%m%d-%H%M%S}-{chance}"


class StopFlag:
    """The user's wish to stop, set from a signal or another thread and looked at by whatever waits."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def is_set(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        self._event.set()

"""A run in a process of its own that kills itself with SIGKILL: `-m tests.e2e.crashing KIND SEEN run|resume|test WHAT`.

With the first event of that KIND beyond the SEEN ones that an earlier process was told, the process is gone, at once
and without any cleaning up. Prints the number of that event. Where no such event comes, the run ends and nothing dies.
"""

import os
import signal
import sys

from adw.domain.events import Event
from adw.domain.results import RunRequest
from adw.domain.run import Phase
from adw.wiring.drive import resume_run, start_run
from adw.wiring.following import follow_run


class KillingObserver:
    """Observer that ends the process at an event."""

    def __init__(self, kind: str, seen: int) -> None:
        self._kind = kind
        self._seen = seen
        self._told = 0

    def tell(self, event: Event) -> None:
        if event.kind in ("notice", "check_output"):  # told once only, or whenever a check happens to print
            return
        self._told += 1
        if self._told > self._seen and event.kind == self._kind:
            sys.stdout.write(f"{self._told}\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    observer = KillingObserver(sys.argv[1], int(sys.argv[2]))
    if sys.argv[3] == "resume":
        resume_run(sys.argv[4], observer)
    elif sys.argv[3] == "test":
        follow_run(sys.argv[4], RunRequest("", Phase.TEST), observer)
    else:
        start_run(RunRequest(sys.argv[4]), observer)
    return 0


if __name__ == "__main__":
    sys.exit(main())

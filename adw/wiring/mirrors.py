"""Where a queued run is done: in the repository itself, or in this machine's clone of its remote."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from adw.adapters.checks.environment import scrubbed
from adw.adapters.git.mirror import Mirror
from adw.adapters.locks import held_soon
from adw.config import Environment
from adw.domain.queue import QueuedRun
from adw.errors import WorkspaceError
from adw.wiring.github import login
from adw.wiring.house import House, Place, open_house

_PATIENCE_S = 1800.0
"""How long other runs of this machine may take to bring the clone up to date and to set it up."""
_SET_UP = "set-up"
_TAIL = 1_000


@contextmanager
def house_of(run: QueuedRun, place: Place) -> Iterator[House]:
    """The repository of the run; of a clone, nobody else moves what is checked out while the block runs.

    Raises RemoteError, AuthenticationError, WorkspaceError and what `open_house` raises.
    """
    if not run.cloned:
        yield open_house(replace(place, folder=Path(run.where)))
        return
    environment = Environment.read(place.variables)
    mirror = Mirror.below(environment.data_home / "mirrors", run.where)
    with held_soon(environment.data_home, f"mirror {mirror.root.name}", _PATIENCE_S):
        commit = mirror.refresh(run.branch, **login(environment))
        house = open_house(replace(place, folder=mirror.root))
        _set_up(house, commit)
        yield house


def _set_up(house: House, commit: str) -> None:
    """Run the user's command that makes a fresh clone ready, once for every commit that is checked out."""
    command, done = house.settings.queue.setup, house.root / _SET_UP
    if not command or (done.exists() and done.read_text("utf-8") == commit):
        return
    limit_s = house.settings.queue.setup_timeout_s
    try:
        ended = subprocess.run(  # noqa: S603 - the command is the project's own configuration
            command,
            cwd=house.repository.root,
            env=scrubbed(house.place.variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorkspaceError(f"queue.setup: {error}", hint="run it in a fresh clone by hand") from error
    if ended.returncode != 0:
        tail = house.redactor.text(ended.stdout.decode(errors="replace")[-_TAIL:])
        raise WorkspaceError(f"queue.setup ended with exit code {ended.returncode}: {tail}", hint="try it by hand")
    house.root.mkdir(exist_ok=True)
    done.write_text(commit, "utf-8")

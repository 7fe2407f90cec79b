"""What every tool family is to the check runner: how to start it so that it reports, and how to read what it left.

A tool is pure. It never opens a file: the runner lays `files` and `plugins` into a scratch folder before the start
and hands back what lies there at the end. A new tool is one module with a class of this shape and one line in
`adw.checks.tools`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from adw.domain.report import CheckFault, Failure, Summary


@dataclass(frozen=True, slots=True)
class Place:
    """Where a check runs, as absolute paths with `/`."""

    root: str
    """The workspace."""
    scratch: str
    """A fresh folder outside the workspace that is gone after the check: empty, but for a folder `tmp`."""
    checkout: str = ""
    """The user's own checkout; empty where unknown, equal to `root` where the check runs there."""
    deadline: float = 0.0
    """Seconds since the epoch at which the tool should write down where it hangs; 0: never."""
    configs: Mapping[str, str] = field(default_factory=dict)
    """Texts of the configuration files at the workspace's root, by name."""
    surrounding: Mapping[str, str] = field(default_factory=dict)
    """The same of the checkout that the workspace lies in: tools that look upwards would find them."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What is to be started."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the scrubbed environment."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Texts to lay into the scratch folder, by file name."""
    plugins: tuple[str, ...] = ()
    """Files of `adw/adapters/checks/plugins` to lay there too."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a command left when it ended."""

    exit_code: int
    """Negative: the signal that ended it."""
    log: str
    """Standard output and error as they came, without colours; the middle left out where it was too long."""
    files: Mapping[str, bytes]
    """What lay in the scratch folder at the end, by file name."""
    place: Place
    command: tuple[str, ...] = ()
    duration_s: float = 0.0
    timed_out: bool = False
    timeout_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tool makes of the evidence. A fault means: not judged, whatever failures are named beside it."""

    summary: Summary = field(default_factory=Summary)
    failures: tuple[Failure, ...] = ()
    fault: CheckFault | None = None


class Tool(Protocol):
    """One tool family."""

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        """The command as it is to be started so that it leaves a report in `place.scratch`."""
        ...

    def read(self, evidence: Evidence) -> Reading:
        """Failures and counts. Never empty and faultless where the exit code is not 0."""
        ...

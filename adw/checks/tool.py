"""What every tool family is to the check runner: how to start it so that it reports, and how to read what it left.

A tool is pure. It never opens a file: the runner lays `files` and `plugins` into a scratch folder before the start
and hands back what lies there at the end. A new tool is one module with a class of this shape and one line in the
`TOOLS` of its package. How a verdict follows from what it reads is the same for all: `adw.checks.judge`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
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
    collect: tuple[str, ...] = ()
    """Globs in the workspace, for tools that write their reports nowhere else: what matches and was written after the
    start is handed back by its path. A file that was there before is stale and never read."""
    caches: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that get a folder which lasts from check to check, where a tool cannot do without: the
    folder's name below `.adw/cache` of the checkout. Nothing but checks uses it, and it can be removed at any time."""


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
    mild: tuple[Failure, ...] = ()
    """Warnings: they count only where the command failed and names nothing worse."""
    finished: bool = False
    """Whether the output itself says that the tool came to its end, as with `12 passed in 3 s` or `Found 0 errors`."""


class Kind(StrEnum):
    """What a tool tells: failing tests, or findings at lines."""

    TEST = "test"
    FINDINGS = "findings"


class Tool(Protocol):
    """One tool family."""

    name: str
    """What stands in a check's `tool` and in its report."""
    kind: Kind

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        """The command as it is to be started so that it leaves a report in `place.scratch`."""
        ...

    def read(self, evidence: Evidence) -> Reading:
        """Failures and counts. Never empty and faultless where the exit code is not 0."""
        ...

    def recognises(self, log: str) -> bool:
        """Whether `log`, without colours, has what only this tool prints. Never true for another tool's log."""
        ...

    def parse(self, log: str, root: str) -> Reading:
        """What the output alone says, without report files and exit code, in time linear in its length.

        `log` is without colours; `root` is the folder that absolute paths are made relative to. The reading is not
        judged: a log that ends too early has `finished` false.
        """
        ...

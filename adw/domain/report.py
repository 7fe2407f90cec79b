"""What a check returns: small, lossless on red, the same for every tool (SPEC §4)."""

from dataclasses import dataclass
from enum import StrEnum

SCHEMA = 1


class FailureCode(StrEnum):
    """Codes for tests; build and lint findings carry their tool's own codes instead."""

    ASSERT_FAIL = "ASSERT_FAIL"
    EXCEPTION = "EXCEPTION"
    IMPORT_ERROR = "IMPORT_ERROR"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    COLLECTION_ERROR = "COLLECTION_ERROR"
    FIXTURE_ERROR = "FIXTURE_ERROR"
    TIMEOUT = "TIMEOUT"
    CRASH = "CRASH"
    SNAPSHOT_MISMATCH = "SNAPSHOT_MISMATCH"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing test or one finding. `loc` is `path:line` or `path:line:column` inside the workspace."""

    name: str
    loc: str
    code: str
    message: str
    also: tuple[str, ...] = ()
    """Names of further failures with the same code and message: grouped, never dropped."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


@dataclass(frozen=True, slots=True)
class Summary:
    total: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class CheckFault:
    """Why a check could not be judged: it makes the run's outcome `check_error`, never green."""

    code: str
    """TIMEOUT, CRASH, NO_TESTS, NO_TOOL, NO_REPORT, MISMATCH, OUTPUT_LIMIT."""
    message: str
    tail: str = ""
    """The log's last lines."""


@dataclass(frozen=True, slots=True)
class Report:
    check: str
    """`test`, `build` or `lint`."""
    tool: str
    ok: bool
    exit_code: int
    summary: Summary
    failures: tuple[Failure, ...] = ()
    new: tuple[str, ...] = ()
    """Names of failures that the baseline did not have."""
    log: str = ""
    """Path of the raw log, relative to the repository."""
    fault: CheckFault | None = None
    flaky: tuple[str, ...] = ()
    """Names that failed and then passed unchanged: failures all the same."""
    schema: int = SCHEMA

    @property
    def failing(self) -> tuple[str, ...]:
        """Every failing name, sorted."""
        return tuple(sorted(name for failure in self.failures for name in failure.names))

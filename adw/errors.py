"""Every error that ADW raises on purpose.

Each class has a stable `code` (it stands in the JSON envelope), an `exit_code`, and the `outcome` that a run
ends with when the error ends it. The message names the limit and the value that met it; the hint says what to
do next.

AdwError
├── UsageError                usage             exit 2   wrong arguments, or an issue that cannot be read
│   ├── ConfigError           config            exit 2   a configuration file or the environment
│   ├── UnknownRun            unknown_run       exit 2   no run has that id
│   ├── RunConflict           run_conflict      exit 2   another process works on that issue or run
│   └── WorkspaceError        workspace         exit 2   the repository cannot carry a run
├── BudgetExceeded            over_budget       exit 3   one request's window, or the run's tokens or cost
├── QuotaExceeded             over_quota        exit 3   the allowance of a period
├── AuthenticationError       authentication    exit 4   no key, or one that the API refuses
├── ModelError                model_error       exit 5   the model or the way to it failed
│   └── ReplayMismatch        replay_mismatch   exit 5   a request differs from the recording
├── CheckError                check_error       exit 6   a check could not be run or judged
├── StorageError              storage           exit 1   a disk or a database refused
├── RemoteError               remote            exit 1   GitHub or a git remote, or the way to it, failed
└── Interrupted               interrupted       exit 130 ctrl-C or `adw cancel`
"""

from typing import ClassVar

from adw.domain.run import Outcome
from adw.domain.usage import Usage


class AdwError(Exception):
    """The root: whatever is caught at a command's edge and shown without a traceback."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    outcome: ClassVar[Outcome] = Outcome.CRASHED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AdwError):
    """Wrong arguments, or an issue that cannot be read: nothing was spent."""

    code = "usage"
    exit_code = 2


class ConfigError(UsageError):
    """A configuration file or the environment says something that ADW does not understand."""

    code = "config"


class UnknownRun(UsageError):
    """No run has that id, or more than one begins with it."""

    code = "unknown_run"


class RunConflict(UsageError):
    """Another process works on the same issue or the same run."""

    code = "run_conflict"


class WorkspaceError(UsageError):
    """The repository cannot carry a run: none there, no commits, a path outside, …."""

    code = "workspace"


class BudgetExceeded(AdwError):
    """A request would not fit its window, or the run its budget. Raised before anything is sent.

    `asked` and `left` are tokens, or US dollars where `unit` is "usd"; `utilization` is what the request would
    have filled of the limit (1.0 = all of it).
    """

    code = "over_budget"
    exit_code = 3
    outcome = Outcome.OVER_BUDGET

    def __init__(
        self,
        message: str,
        *,
        asked: float,
        left: float,
        utilization: float,
        unit: str = "tokens",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.asked = asked
        self.left = left
        self.utilization = utilization
        self.unit = unit


class QuotaExceeded(AdwError):
    """The allowance of a period is used up, or would be by this call."""

    code = "over_quota"
    exit_code = 3
    outcome = Outcome.OVER_QUOTA


class AuthenticationError(AdwError):
    """No key, or one that the API refuses."""

    code = "authentication"
    exit_code = 4
    outcome = Outcome.MODEL_ERROR


class ModelError(AdwError):
    """The model, or the way to it, failed after its retries.

    `usage` is what the failed call was billed as far as is known (a stream that was cut has begun to cost).
    `retried` tells whether the client has tried again by itself already: nothing retries inside a retry.
    """

    code = "model_error"
    exit_code = 5
    outcome = Outcome.MODEL_ERROR

    def __init__(self, message: str, *, hint: str = "", usage: Usage | None = None, retried: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.usage = usage or Usage()
        self.retried = retried


class ReplayMismatch(ModelError):
    """A request is not the recorded one; the message shows the first difference."""

    code = "replay_mismatch"


class CheckError(AdwError):
    """A check could not be run, or its output could not be judged. Never to be read as green."""

    code = "check_error"
    exit_code = 6
    outcome = Outcome.CHECK_ERROR


class StorageError(AdwError):
    """A disk or a database refused: full, read-only, locked, corrupt, of a newer version."""

    code = "storage"


class RemoteError(AdwError):
    """GitHub, a git remote, or the way to one of them failed: an outage, a rate limit, a rejection."""

    code = "remote"


class Interrupted(AdwError):
    """Ctrl-C or `adw cancel`. The run stays resumable."""

    code = "interrupted"
    exit_code = 130
    outcome = Outcome.CANCELLED

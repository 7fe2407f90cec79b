"""What is told where something went wrong (docs/exit-codes.md)."""

from dataclasses import dataclass

from adw.errors import AdwError

USAGE = 2
INTERRUPTED = 130
RESUME = "resume with: adw resume {id}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the envelope's `errors`."""

    code: str
    message: str
    hint: str = ""


def of_error(error: AdwError, run_id: str) -> tuple[int, Problem]:
    """`run_id`: the run that was under way, where there was one."""
    resume = RESUME.format(id=run_id) if run_id and error.exit_code == INTERRUPTED else ""
    return error.exit_code, Problem(error.code, error.message, resume or error.hint)


def of_interrupt(run_id: str) -> tuple[int, Problem]:
    return INTERRUPTED, Problem("interrupted", "interrupted", RESUME.format(id=run_id) if run_id else "")

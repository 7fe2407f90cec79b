"""A CheckRunner that runs nothing: reports come from a script, or from a look at the workspace."""

from collections.abc import Callable, Iterable
from pathlib import Path

from adw.domain.report import Failure, FailureCode, Report, Summary
from adw.domain.run import CheckSpec

Judge = Callable[[CheckSpec, Path], Report]


def green(check: CheckSpec, passed: int = 1) -> Report:
    return Report(check.name, check.tool, ok=True, exit_code=0, summary=Summary(total=passed, passed=passed))


def red(check: CheckSpec, *names: str, message: str = "assert 1 == 2", passed: int = 0) -> Report:
    """One failure for each name, in line 1 of its file."""
    failures = tuple(
        Failure(name, f"{name.split('::', maxsplit=1)[0]}:1", FailureCode.ASSERT_FAIL, message) for name in names
    )
    counts = Summary(total=len(names) + passed, passed=passed, failed=len(names))
    return Report(check.name, check.tool, ok=False, exit_code=1, summary=counts, failures=failures)


class ScriptedChecks:
    """Gives the scripted reports one after the other, whatever the check; a `Judge` is asked every time.

    `calls` are the names of the checks that were run. The log of each holds one line.
    """

    def __init__(self, script: Iterable[Report] | Judge) -> None:
        self.calls: list[str] = []
        self._judge: Judge | None = script if callable(script) else None
        self._reports = iter(()) if callable(script) else iter(script)

    def run(self, check: CheckSpec, root: Path, log: Path) -> Report:
        self.calls.append(check.name)
        report = self._judge(check, root) if self._judge else next(self._reports, None)
        assert report is not None, f"the script has no report for check {len(self.calls)} ({check.name})"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"{check.name}: exit code {report.exit_code}\n", encoding="utf-8")
        return report

    def output(self, report: Report, limit: int) -> str:
        return f"{report.check}: raw output"[-limit:]

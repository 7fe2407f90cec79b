"""`adw test` and `adw check`: the checkout's own checks, run where the user works, reported in few words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from adw.adapters.checks.kept import KeptChecks
from adw.adapters.checks.runner import LocalCheckRunner
from adw.adapters.checks.sandbox import Sandbox, SandboxMode, choose
from adw.adapters.checks.side_by_side import run_together
from adw.adapters.clock import RandomIds, StopFlag, SystemClock
from adw.checks import selection
from adw.checks.report import line, with_baseline, with_second_look
from adw.domain.checked import Checked, CheckedAll, RawChecked
from adw.domain.events import CheckEnded, CheckOutput, CheckStarted
from adw.domain.report import Report
from adw.domain.run import CheckSpec
from adw.errors import UsageError
from adw.ports import Observer
from adw.wiring.checkout import Checkout, Known, known_checks, open_checkout
from adw.wiring.place import Place
from adw.wiring.saving import raw_checked

_READERS = frozenset({"ruff", "flake8", "eslint", "mypy", "pyright"})
"""Tools that write nothing but caches of their own: they may run beside anything."""


def run_tests(
    paths: tuple[str, ...], observer: Observer, place: Place | None = None, *, external: bool = True
) -> Checked | RawChecked:
    """The checkout's tests, uncommitted changes included. Raises UsageError and its kin, StorageError, Interrupted."""
    checkout = open_checkout(place)
    known = known_checks(checkout, ("test",))
    if not known.checks:
        raise _nothing(known, "test")
    spec = _narrowed(known.checks[0], paths)
    bench = _Bench.of(checkout, observer)
    report = bench.run(spec)
    if external:
        return Checked(report, bench.warnings)
    return raw_checked(checkout, bench.runner, report, bench.warnings)


def run_checks(names: tuple[str, ...], observer: Observer, place: Place | None = None) -> CheckedAll:
    """Those of `build` and `lint` that the project has, at the same time where they cannot be in each other's way."""
    checkout = open_checkout(place)
    known = known_checks(checkout, names)
    if not known.checks:
        raise _nothing(known, *names)
    bench = _Bench.of(checkout, observer)
    jobs = [partial(bench.run, spec) for spec in known.checks]
    reports = run_together(jobs, bench.stop.set) if _apart(known.checks) else [job() for job in jobs]
    return CheckedAll(tuple(reports), (*known.missing, *bench.warnings))


def _apart(checks: tuple[CheckSpec, ...]) -> bool:
    """Whether at most one of them writes."""
    return sum(check.tool not in _READERS for check in checks) <= 1


def _nothing(known: Known, *names: str) -> UsageError:
    said = "".join(f"; {one}" for one in known.missing)
    return UsageError(
        f"this project has no {' or '.join(names)} check that ADW knows of{said}",
        hint=f'name the command in .adw.toml: [checks.{names[0]}] command = "…"',
    )


def _narrowed(spec: CheckSpec, paths: tuple[str, ...]) -> CheckSpec:
    if not paths:
        return spec
    strange = next((path for path in paths if path.startswith("-")), "")
    if strange:
        raise UsageError(f"{strange} is no path", hint="options belong to the command in .adw.toml: [checks.test]")
    command = selection.narrowed(spec.tool, spec.command, paths)
    if command is None:
        raise UsageError(
            f"`{' '.join(spec.command)}` ({spec.tool}) cannot be narrowed to paths",
            hint="run adw test without PATH, or name a command in .adw.toml that starts the tool itself",
        )
    return replace(spec, command=command)


@dataclass(frozen=True, slots=True)
class _Bench:
    """Runs checks in the checkout and keeps what came of them."""

    checkout: Checkout
    runner: LocalCheckRunner
    kept: KeptChecks
    observer: Observer
    stop: StopFlag
    new_id: Callable[[], str]
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, checkout: Checkout, observer: Observer) -> "_Bench":
        stop, sandbox = StopFlag(), _sandbox(checkout)
        runner = LocalCheckRunner(
            checkout=checkout.root,
            environ=checkout.place.variables,
            sandbox=sandbox,
            stop=stop,
            heard=lambda check, said: observer.tell(CheckOutput(check, said)),
        )
        new_id = RandomIds(SystemClock()).run_id
        warnings = (sandbox.warning,) if sandbox.warning else ()
        return cls(checkout, runner, KeptChecks(checkout.adw), observer, stop, new_id, warnings)

    def run(self, spec: CheckSpec) -> Report:
        """One check, what failed of it looked at twice, compared with the last time, kept."""
        self.observer.tell(CheckStarted(spec.name, " ".join(spec.command)))
        log = self.kept.begin(spec.name, self.new_id())
        report = self.runner.run(spec, self.checkout.root, log)
        report = self._looked_at_again(spec, report, log)
        before = self.kept.previous(spec.name, spec.command)
        report = with_baseline(report, before) if before else report
        self.kept.keep(log, spec.command, report)
        self.observer.tell(CheckEnded(spec.name, line(report), report.ok))
        return report

    def _looked_at_again(self, spec: CheckSpec, report: Report, log: Path) -> Report:
        """With what passed when it was run once more, alone and unchanged, named as flaky."""
        if report.fault is not None or not report.failures:
            return report
        command = selection.only(spec.tool, spec.command, report.failing)
        if command is None:
            return report
        again = self.runner.run(
            replace(spec, command=command), self.checkout.root, log.with_name(f"{log.stem}-again.log")
        )
        return with_second_look(report, again, report.failing)


def _sandbox(checkout: Checkout) -> Sandbox:
    """As configured. Raises CheckError where it is required and cannot be had."""
    checks, variables = checkout.settings.checks, checkout.place.variables
    home = Path(variables.get("HOME", "/nonexistent"))
    return choose(SandboxMode(checks.sandbox), home=home, network=checks.network, path=variables.get("PATH"))

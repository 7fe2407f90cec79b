"""Vitest: its JSON report says what failed, its own output where files broke and what nobody waited for."""

import re
from dataclasses import replace

from adw.checks import locate, text
from adw.checks.javascript import ending, named, package, stack, suites, vitest_log
from adw.checks.javascript.command import Options, with_options
from adw.checks.javascript.suites import Run, Suite, Test
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import Failure, FailureCode

REPORT = "vitest.json"
_FIRST_WITH_LOADER = (3, 2)


class VitestCheck:
    """Reads vitest, however it was started."""

    name = "vitest"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        report = f"--outputFile.json={place.scratch}/{REPORT}"
        words = ("--reporter=default", "--reporter=json", report, "--bail=0", *_loader(place))
        options = Options({"vitest": ""}, words, once=("--outputFile", "--bail", "--configLoader"))
        return Invocation(with_options(command, options, place) or command)

    def read(self, evidence: Evidence) -> Reading:
        run = suites.read(evidence.files.get(REPORT))
        log = self.parse(evidence.log, evidence.place.root)
        said = log if run is None else _reading(run, log, evidence.place.root)
        return ending.judged(evidence, said, REPORT, whole=run is not None)

    def recognises(self, log: str) -> bool:
        return vitest_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return vitest_log.parse(log, root)


def _loader(place: Place) -> tuple[str, ...]:
    """Vite writes its configuration, bundled, beside the installed packages.

    Where these are the checkout's and the workspace lies in it, a sandbox does not let it; vitest 3.2 is the first
    that can do without.
    """
    if not place.checkout or place.root == place.checkout:
        return ()
    asked = re.search(r"\d+(?:\.\d+)?", package.dependency(place.configs.get(package.FILE, ""), "vitest"))
    known = tuple(map(int, asked.group().split("."))) if asked else (0,)
    return ("--configLoader=runner",) if known >= _FIRST_WITH_LOADER else ()


def _reading(run: Run, log: Reading, root: str) -> Reading:
    """Names and counts of the report, details of the output: the report has no place for files that broke."""
    told = tuple(_failure(suite, test, root) for suite, test in run.red())
    told += tuple(_broken(suite, root) for suite in run.broken)
    shown = {failure.name: failure for failure in log.failures}
    failures = [_joined(failure, shown.pop(failure.name, None)) for failure in named.numbered(told)]
    failures += shown.values()
    return replace(log, summary=run.summary(len(failures) - run.failed), failures=tuple(failures), finished=True)


def _joined(reported: Failure, shown: Failure | None) -> Failure:
    """What is shown says more; that a hook failed, only the report's full stack may say."""
    if shown is None:
        return reported
    code = reported.code if reported.code == FailureCode.FIXTURE_ERROR else shown.code
    return replace(shown, code=code, loc=shown.loc if ":" in shown.loc else reported.loc)


def _failure(suite: Suite, test: Test, root: str) -> Failure:
    error = stack.told(text.plain("\n".join(test.errors)))
    return named.failure(suite.named(test, root), error, root, home=suite.home(root))


def _broken(suite: Suite, root: str) -> Failure:
    path = locate.inside(suite.path, root) or suite.path
    return named.failure(path, stack.told(text.plain(suite.message or "")), root, home=path, loading=not suite.tests)

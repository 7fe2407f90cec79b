"""Jest: its JSON report names what failed; what it prints beside it shows the code around."""

from collections import defaultdict
from dataclasses import replace

from adw.checks import text
from adw.checks.javascript import ending, jest_log, named, stack, suites
from adw.checks.javascript.command import Options, with_options
from adw.checks.javascript.jest_log import SUITE, Block
from adw.checks.javascript.suites import Run, Suite, Test
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import Failure, FailureCode

REPORT = "jest.json"
_PROGRAMS = {"jest": "", "jest-cli": "", "react-scripts": "test"}


class JestCheck:
    """Reads jest, however it was started."""

    name = "jest"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        """`--watchAll=false` because create-react-app's script watches where it knows of no CI.

        `--bail=0`: every failing test is to be named.
        """
        report = f"--outputFile={place.scratch}/{REPORT}"
        words = ("--json", report, "--testLocationInResults", "--watchAll=false", "--bail=0")
        options = Options(_PROGRAMS, words, once=("--outputFile",))
        return Invocation(with_options(command, options, place) or command)

    def read(self, evidence: Evidence) -> Reading:
        run = suites.read(evidence.files.get(REPORT))
        log = self.parse(evidence.log, evidence.place.root)
        said = log if run is None else _reading(run, log, evidence.place.root)
        return ending.judged(evidence, said, REPORT, whole=run is not None and not run.interrupted, transformed=True)

    def recognises(self, log: str) -> bool:
        return jest_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return jest_log.parse(log, root)


def _reading(run: Run, log: Reading, root: str) -> Reading:
    failures: list[Failure] = []
    errors = 0
    for suite in run.suites:
        shown: dict[str, list[Block]] = defaultdict(list)
        for block in jest_log.blocks(f"FAIL {suite.path}\n{text.plain(suite.message or '')}"):
            shown[named.name(*block.title.split(" \u203a "))].append(block)
        for test in suite.tests:
            if test.status == "failed":
                own = shown[named.name(*test.ancestors, test.title)]
                failures.append(_failure(suite, test, own.pop(0) if own else None, root))
        broken = shown[SUITE]
        if broken or suite in run.broken:
            errors += 1
            failures.append(_broken(suite, broken[0].text if broken else text.plain(suite.message or ""), root))
    failures += (each for each in log.failures if each.code == FailureCode.CRASH or each.name == jest_log.COVERAGE)
    failures = list(named.told_once(dict.fromkeys(failures)))
    return Reading(run.summary(errors), named.numbered(failures), finished=True)


def _failure(suite: Suite, test: Test, shown: Block | None, root: str) -> Failure:
    home = f"{suite.home(root)}:{test.location.line}" if test.location else suite.home(root)
    error = stack.told(text.plain("\n".join(test.errors)))
    if shown is not None:
        seen = stack.told(shown.text)
        error = replace(
            error, said=error.said or seen.said, frames=error.frames or seen.frames, hook=error.hook or seen.hook
        )
    return named.failure(suite.named(test, root), error, root, home=home)


def _broken(suite: Suite, said: str, root: str) -> Failure:
    """Where tests of the file ran, it is something around them that failed."""
    error, home = stack.told(said), suite.home(root)
    return named.failure(home, error, root, home=home, loading=not suite.tests)

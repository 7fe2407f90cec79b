"""`dotnet test`: the result files of its TRX logger, held against what it prints; `dotnet build`: MSBuild's text."""

import re
from collections.abc import Iterator

from adw.checks import text
from adw.checks.judge import judge
from adw.checks.native import commands, dotnet_log, findings, trx
from adw.checks.native.dotnet_log import Log
from adw.checks.native.trx import Result, Results
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_TESTS = frozenset({"test", "vstest"})
_OWN = re.compile(
    r"^(?:(?:Failed!|Passed!|Skipped!) +- Failed: +\d+, Passed: +\d+|  Determining projects to restore\.\.\."
    r"|Test run for .+\.dll \(|Build (?:FAILED|succeeded)\.$"
    r"|MSBuild version |The active test run was aborted\. Reason: | *+[^\n(]+\(\d+,\d+\): (?:error"
    r"|warning) (?:CS|FS|BC|MSB|NU|CA|SA|IDE)\d+: )",
    re.MULTILINE,
)
_BUILT = re.compile(
    r"^Build (?:FAILED|succeeded)\.$|^    \d+ Error\(s\)$|^Build (?:succeeded|failed) (?:with \d+ \w+\(s\) )?in ",
    re.MULTILINE,
)
_FRAME = re.compile(r"^ *(?:at|bei) .+? in (?P<path>.+?):\w+ (?P<line>\d+)\.?$", re.MULTILINE)
_TIMED_OUT = re.compile(r"execution timed out after|exceeded (?:execution )?timeout|Test timed out|timed out after \d+")
_ASSERTED = re.compile(
    r"^\s*(?:Assert|Expected|NUnit\.|Xunit\.|Shouldly|FluentAssertions|.*\bto be\b|.*\bbut (?:was|found)\b"
    r"|Did not expect)"
)
_RAISED = re.compile(
    r"^\s*(?:Test method \S+ threw exception: *\n)?(?P<type>(?:[A-Z_]\w*\.)+\w*(?:Exception|Error))\b ?: "
)
_FIXTURES = re.compile(
    r"\[Test (?:Class|Collection|Assembly) Cleanup Failure|OneTimeSetUp|SetUp :|TearDown :|Initialization method"
    r"|Class Initialization"
)
_MISSING = re.compile(r"(?:FileNotFoundException|TypeLoadException|MissingMethodException|DllNotFoundException)\b")


class Dotnet:
    """Reads `dotnet test` and, for other commands of `dotnet`, what MSBuild complains of."""

    name = "dotnet"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        """Its packages are read where they lie; all that it writes at home goes to the scratch folder."""
        at, word = commands.word(command, "dotnet")
        if word == "test" and "--" not in command[:at]:
            command = commands.insert(command, _options(place), behind=at)
        return Invocation(
            command,
            {
                "DOTNET_CLI_HOME": f"{place.scratch}/home",
                "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
                "DOTNET_NOLOGO": "1",
                "DOTNET_SKIP_FIRST_TIME_EXPERIENCE": "1",
                "DOTNET_CLI_UI_LANGUAGE": "en",
                "MSBUILDDISABLENODEREUSE": "1",
            },
        )

    def read(self, evidence: Evidence) -> Reading:
        folders = (evidence.place.root, evidence.place.scratch)
        _, word = commands.word(evidence.command, "dotnet")
        if word and word not in _TESTS:
            return judge(evidence, _built(evidence.log, *folders), Kind.FINDINGS)
        files = [content for name, content in sorted(evidence.files.items()) if name.endswith(".trx")]
        try:
            runs = [trx.read(content) for content in files]
        except trx.BadResults as error:
            said = _reading([], evidence.log, *folders)
            fault = CheckFault("NO_REPORT", f"a test result file is damaged: {error}")
            return judge(evidence, Reading(said.summary, said.failures, fault), self.kind)
        return judge(evidence, _reading(runs, evidence.log, *folders), self.kind)

    def recognises(self, log: str) -> bool:
        return _OWN.search(log) is not None

    def parse(self, log: str, root: str) -> Reading:
        return _reading([], log, root)


def _options(place: Place) -> tuple[str, ...]:
    """A prefix, for every project of a solution writes a file of its own, and fixed names would replace each other."""
    return ("--logger", "trx;LogFilePrefix=adw", "--results-directory", place.scratch)


def _built(log: str, *folders: str) -> Reading:
    return findings.reading(dotnet_log.errors(log, folders[0]), *folders, finished=_BUILT.search(log) is not None)


def _reading(runs: list[Results], log: str, *folders: str) -> Reading:
    told = dotnet_log.read(log)
    results = [result for run in runs for result in run.tests]
    if not runs:
        results = [
            Result(each.name, "Failed", "\n".join(each.message).strip(), "\n".join(each.stack)) for each in told.failed
        ]
    failures = list(_failures(results, folders))
    failures += findings.in_tests(dotnet_log.errors(log, folders[0]), dotnet_log.DIALECT, *folders)
    why = told.aborted or next((run.said for run in runs if run.outcome in ("Aborted", "Error")), "")
    named = {failure.name for failure in failures}
    failures += [
        Failure(name, "", FailureCode.CRASH, "the host crashed while it ran")
        for name in told.running
        if name not in named
    ]
    finished = told.finished or _BUILT.search(log) is not None
    fault = CheckFault("CRASH", text.message(why, *folders)) if why else None
    return Reading(_summary(runs, told, tuple(failures)), tuple(failures), fault, finished=finished)


def _failures(results: list[Result], folders: tuple[str, ...]) -> Iterator[Failure]:
    seen: dict[str, int] = {}
    for result in results:
        if result.passed or result.skipped:
            continue
        again = seen.get(result.name, 0)
        seen[result.name] = again + 1
        # Two projects, or two frameworks, may have a test of one name: both are to be counted.
        name = f"{result.name} ({again + 1})" if again else result.name
        message = text.message(result.message, *folders) or result.outcome.lower()
        yield Failure(name, _loc(result.stack, folders[0]), _code(result), message)


def _loc(stack: str, root: str) -> str:
    for frame in _FRAME.finditer(stack):
        # deterministic builds write /_/ for the repository
        if inside := dotnet_log.inside(frame["path"].removeprefix("/_/"), root):
            return f"{inside}:{frame['line']}"
    return ""


def _code(result: Result) -> FailureCode:
    if result.outcome == "Timeout" or _TIMED_OUT.search(result.message):
        return FailureCode.TIMEOUT
    if result.outcome == "Aborted":
        return FailureCode.CRASH
    if _FIXTURES.search(result.name) or _FIXTURES.search(result.message):
        return FailureCode.FIXTURE_ERROR
    raised = _RAISED.match(result.message)
    if raised is not None and not _ASSERTED.match(raised["type"]):
        return FailureCode.IMPORT_ERROR if _MISSING.search(raised["type"]) else FailureCode.EXCEPTION
    return FailureCode.ASSERT_FAIL


def _summary(runs: list[Results], told: Log, failures: tuple[Failure, ...]) -> Summary:
    """From the result files; where they or the output count more that failed, their count: the judge sees the gap."""
    errors = sum(failure.name == failure.loc or failure.code == FailureCode.CRASH for failure in failures)
    named = len({failure.name for failure in failures}) - errors
    if runs:
        results = [result for run in runs for result in run.tests]
        passed, skipped = sum(result.passed for result in results), sum(result.skipped for result in results)
        failed = max(named, sum(run.failed for run in runs))
    else:
        passed, skipped, failed = told.totals.passed, told.totals.skipped, max(named, told.totals.failed)
    return Summary(passed + skipped + failed + errors, passed, failed, errors, skipped)

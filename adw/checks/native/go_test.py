"""`go test`: the events of `-json` where it is started directly, its text where something else starts it."""

import re
from collections.abc import Iterator

from adw.checks import text
from adw.checks.judge import judge
from adw.checks.native import commands, go_errors, go_events, go_paths, go_stack
from adw.checks.native.findings import in_tests
from adw.checks.native.go_events import Log, Package, Trial
from adw.checks.native.go_paths import Module
from adw.checks.native.go_stack import Crash
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_CLOSING = re.compile(
    r"^(?:ok  \t\S+\t(?:[\d.]+s|\(cached\))|FAIL\t\S+(?:\t[\d.]+s| \[(?:build|setup) failed\])"
    r"|\?   \t\S+\t\[no test files\])"
    r"|^ *--- (?:FAIL|PASS|SKIP): (?:Test|Example|Fuzz)\S* \(\d+\.\d\ds\)$"
    r"|^\{\"(?:Time|Action)\":.*\"Action\":\"(?:start|run|output)\",\"Package\":\"",
    re.MULTILINE,
)
_ASIDE = re.compile(r"^\s*(?:Error Trace|Test):\s.*(?:\n\s+\t+\S+\.go:\d+)*\n?", re.MULTILINE)
"""testify says again what Go says."""
_TAIL = 600
_VERBOSE = frozenset({"-v", "-v=true", "--v", "-test.v"})


class GoTest:
    """Reads `go test`, however it was started."""

    name = "go-test"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        at, word = commands.word(command, "go")
        if word == "test" and not any(re.fullmatch(r"--?json(?:=.*)?", option) for option in command):
            # With `-v` beside it Go would not mark its own lines, and what a test prints could pass for them.
            told = tuple(option for index, option in enumerate(command) if index <= at or option not in _VERBOSE)
            command = commands.insert(told, ("-json",), behind=at)
        return invocation(command)

    def read(self, evidence: Evidence) -> Reading:
        log = go_events.read(evidence.log)
        module = go_paths.of_place(evidence.place, log.packages, evidence.log)
        return judge(evidence, _reading(log, module, evidence.place.scratch), self.kind)

    def recognises(self, log: str) -> bool:
        return _CLOSING.search(log) is not None

    def parse(self, log: str, root: str) -> Reading:
        read = go_events.read(log)
        return _reading(read, go_paths.of_log(root, read.packages, log))


def invocation(command: tuple[str, ...]) -> Invocation:
    """What Go needs where only the workspace can be written: its build cache lies at home.

    Without one that lasts, each check would compile the standard library anew (measured with Go 1.27 on two busy
    cores: 42 s for `go test` of a small module instead of 1.2 s).
    """
    return Invocation(command, {"GOTELEMETRY": "off", "GOTOOLCHAIN": "local"}, caches={"GOCACHE": "go-build"})


def _reading(log: Log, module: Module, *folders: str) -> Reading:
    failures: dict[str, Failure] = {}
    faults: list[str] = []
    unbuilt = [package for package in log.packages.values() if package.note in ("build failed", "setup failed")]
    if unbuilt or not log.packages:
        said = "".join(log.build)
        for failure in in_tests(go_errors.findings(said, module.root), go_errors.DIALECT, module.root, *folders):
            failures.setdefault(failure.name, failure)
    named = bool(failures)
    for package in log.packages.values():
        for failure in _failed(package, module, folders):
            failures.setdefault(failure.name, failure)
            if failure.code == FailureCode.CRASH:
                faults.append(failure.message.partition("\n")[0])
    if unbuilt and not named:
        message = text.message("".join(log.build), module.root, *folders) or "it does not build"
        for package in unbuilt:
            failures[package.name] = Failure(package.name, "", FailureCode.COLLECTION_ERROR, message)
    fault = CheckFault("CRASH", f"tests ended their own process: {faults[0]}") if faults else None
    return Reading(_summary(log, tuple(failures.values())), tuple(failures.values()), fault, finished=log.finished)


def _failed(package: Package, module: Module, folders: tuple[str, ...]) -> Iterator[Failure]:
    if package.outcome == "ok" or package.note in ("build failed", "setup failed"):
        return
    crash = go_stack.crash("".join(package.said)) if package.outcome else None
    down = _down(package, crash)
    red = [trial for trial in package.trials.values() if trial.outcome == "fail" and trial.name not in down]
    for trial in red:
        if _is_own(trial, package):
            yield _failure(package, trial, module, folders)
    for name in down:
        named = f"{package.name}.{name}" if name else package.name
        if crash is None:
            why = "the process ended while it ran" if package.outcome else "it did not end"
            yield Failure(named, "", FailureCode.CRASH if package.outcome else FailureCode.TIMEOUT, why)
        else:
            message = text.message(crash.message, module.root, *folders)
            yield Failure(named, crash.loc(module, name), crash.code, message)
    if package.outcome == "FAIL" and not red and not down:
        said = text.message("".join(package.said)[-_TAIL:], module.root, *folders)
        yield Failure(package.name, "", FailureCode.UNKNOWN, said or "the package failed, but none of its tests did")


def _down(package: Package, crash: Crash | None) -> tuple[str, ...]:
    """The tests with which the process went down; an empty name where none is known."""
    running = _leaves(trial.name for trial in package.trials.values() if trial.outcome == "running")
    if crash is None:
        return running
    if crash.code is FailureCode.TIMEOUT and crash.tests:
        return crash.tests
    begun = [trial for trial in package.trials.values() if any(_PANICKED.search(piece) for piece in trial.said)]
    told = [trial.name for trial in begun if not crash.tests or trial.name.partition("/")[0] in crash.tests]
    return tuple(_innermost(package, name) for name in told[-1:]) or running or crash.tests or ("",)


def _innermost(package: Package, name: str) -> str:
    """Go lets a subtest's panic be said by the test above it: the subtest has then failed without a word."""
    mute = (
        trial.name
        for trial in package.trials.values()
        if trial.name.startswith(f"{name}/") and trial.outcome == "fail" and not any(go_events.located(trial.said))
    )
    return max(mute, key=len, default=name)


_PANICKED = re.compile(r"^(?:panic|fatal error): ", re.MULTILINE)


def _leaves(names: Iterator[str]) -> tuple[str, ...]:
    """Without the tests that only wait for the subtests among them."""
    known = list(names)
    parents = {name[: slash.start()] for name in known for slash in re.finditer("/", name)}
    return tuple(name for name in known if name not in parents)


def _is_own(trial: Trial, package: Package) -> bool:
    """Whether it failed itself, not only by a subtest."""
    below = f"{trial.name}/"
    if not any(other.outcome == "fail" for name, other in package.trials.items() if name.startswith(below)):
        return True
    return bool(trial.wrong) or any(True for _ in go_events.located(trial.said))


def _failure(package: Package, trial: Trial, module: Module, folders: tuple[str, ...]) -> Failure:
    told = list(go_events.located(trial.wrong or trial.said))
    said = "\n".join(message for _, _, message in told) if told else "".join(trial.said)
    # Where Go does not say what is an error and what a mere log, the last one is what ended the test.
    file, line = (told[0] if trial.wrong else told[-1])[:2] if told else ("", "")
    loc = f"{module.file(package.name, file)}:{line}" if file else ""
    message = text.message(_ASIDE.sub("", said), module.root, *folders)
    return Failure(f"{package.name}.{trial.name}", loc, FailureCode.ASSERT_FAIL, message or "failed")


def _summary(log: Log, failures: tuple[Failure, ...]) -> Summary:
    """Subtests stand for the tests above them. Without `-v` text names no test that passed: its package is one."""
    passed = skipped = 0
    for package in log.packages.values():
        parents = {name.rpartition("/")[0] for name in package.trials if "/" in name}
        outcomes = [trial.outcome for name, trial in package.trials.items() if name not in parents]
        passed += outcomes.count("pass")
        skipped += outcomes.count("skip")
        if package.outcome == "ok" and not package.trials and not package.note:
            passed += 1
    errors = sum(failure.name == failure.loc or failure.name in log.packages for failure in failures)
    return Summary(passed + skipped + len(failures), passed, len(failures) - errors, errors, skipped)

"""`cargo test`: the text of Rust's test harness, which has no other format in stable Rust."""

import re
from collections import Counter
from collections.abc import Iterator

from adw.checks import locate, text
from adw.checks.judge import judge
from adw.checks.native import commands, libtest, rust_errors
from adw.checks.native.findings import in_tests
from adw.checks.native.libtest import Suite
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_FRAME = re.compile(r"^ +at (?P<path>[^\n]+?):(?P<line>\d+)(?::\d+)?$", re.MULTILINE)
_DOC = re.compile(r"(?P<path>\S+\.(?:rs|md)) - .*?\(line (?P<line>\d+)\)")
_SHOULD = re.compile(
    r"^note: (?P<said>test did not panic as expected|panic did not contain expected string)(?: at (?P<loc>\S+?:\d+))?",
    re.MULTILINE,
)
_NOISE = re.compile(
    r"^(?:note: (?:run with|Some details)[^\n]*|stack backtrace:(?:\n +[^\n]*)*|Test executable failed[^\n]*"
    r"|std(?:err|out):)$",
    re.MULTILINE,
)
_END = re.compile(r"^(?:test result: |error: could not compile )", re.MULTILINE)
_LIBRARY_CRATES = re.compile(r"(?:^|/)\.cargo/(?:registry|git)/|^/rustc/|/\.rustup/")
_BUILD = "could not compile"


class CargoTest:
    """Reads `cargo test`, however it was started."""

    name = "cargo-test"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        at, word = commands.word(command, "cargo")
        if word in ("test", "t") and "--no-fail-fast" not in command:
            command = commands.insert(command, ("--no-fail-fast",), behind=at)
        # With a backtrace a panic inside a library has a line of the workspace too.
        return Invocation(command, {"RUST_BACKTRACE": "1"})

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence.log, evidence.place.root, evidence.place.scratch), self.kind)

    def recognises(self, log: str) -> bool:
        return libtest.ran(log)

    def parse(self, log: str, root: str) -> Reading:
        return _reading(log, root)


def _reading(log: str, *folders: str) -> Reading:
    suites = libtest.suites(log)
    counted = _several(suites)
    failures = [failure for suite in suites for failure in _failed(suite, counted, folders)]
    faults = [failure.message.partition("\n")[0] for failure in failures if failure.code == FailureCode.CRASH]
    if _BUILD in log or not suites:
        built = rust_errors.from_events if '{"reason":"' in log else rust_errors.from_text
        failures += in_tests(built(log, folders[0]), rust_errors.DIALECT, *folders)
    unique = tuple({failure.name: failure for failure in reversed(failures)}.values())[::-1]
    fault = CheckFault("CRASH", f"tests ended their own process: {faults[0]}") if faults else None
    ended = all(suite.ended or libtest.death(suite) for suite in suites)
    return Reading(_summary(suites, unique), unique, fault, finished=ended and _END.search(log) is not None)


def _several(suites: list[Suite]) -> bool:
    """Whether there are unit tests of more than one crate: their names then say which."""
    return len({suite.crate for suite in suites if suite.target == "src/lib.rs"}) > 1


def _failed(suite: Suite, several: bool, folders: tuple[str, ...]) -> Iterator[Failure]:  # noqa: FBT001 - one question
    shown = "\n".join(suite.said)
    loose = {match["thread"]: match for match in libtest.panics(shown)}
    for name, said in suite.red.items():
        block = said if said.strip() or name not in loose else loose[name].group()
        yield _failure(_name(suite, name, several=several), name, block, folders)
    if suite.ended or not (why := libtest.death(suite)):
        return
    # The harness tells of a test when it ends: which one was running is known only if it was the last to speak.
    last = next((name for name in reversed(loose) if name != "main"), suite.waiting)
    own = [panic for panic in libtest.panics(shown) if panic["thread"] == last]
    loc = next(filter(None, (_panicked(panic, shown, folders[0]) for panic in own)), "")
    named = _name(suite, last, several=several) if last else suite.target or suite.crate or "tests"
    yield Failure(named, loc, FailureCode.CRASH, text.message(f"{why}\n{_message(shown)}".strip(), *folders))


def _name(suite: Suite, name: str, *, several: bool) -> str:
    """As `cargo test` takes it for a filter; with the target where it is not the library's unit tests."""
    if suite.target in ("src/lib.rs", "") or suite.target.startswith("Doc-tests "):
        return f"{suite.crate}::{name}" if several and suite.target == "src/lib.rs" else name
    return (
        f"{suite.crate}/{suite.target}::{name}"
        if suite.target == "src/main.rs" and several
        else f"{suite.target}::{name}"
    )


def _failure(name: str, test: str, said: str, folders: tuple[str, ...]) -> Failure:
    panic, should, doc = next(libtest.panics(said), None), _SHOULD.search(said), _DOC.fullmatch(test)
    loc = _panicked(panic, said, folders[0]) if panic else ""
    if should is not None:
        return Failure(name, should["loc"] or loc, FailureCode.ASSERT_FAIL, should["said"])
    if doc is not None:
        loc = loc or f"{doc['path']}:{doc['line']}"
        if panic is None and (errors := list(rust_errors.from_text(said, folders[0]))):
            return Failure(
                name, _line_of(errors[0].loc) or loc, FailureCode.COLLECTION_ERROR, text.message(errors[0].message)
            )
    message = _message(said) if panic else _NOISE.sub("", said)
    return Failure(name, loc, _code(message, panicked=panic is not None), text.message(message, *folders) or "failed")


def _line_of(loc: str) -> str:
    return loc.rpartition(":")[0]


def _message(said: str) -> str:
    panic = next(libtest.panics(said), None)
    if panic is None:
        return ""
    if panic["overflow"]:
        return "overflowed its stack"
    return panic["said"] if panic["old"] is None else panic["old"]


def _code(message: str, *, panicked: bool) -> FailureCode:
    if "snapshot assertion" in message:
        return FailureCode.SNAPSHOT_MISMATCH
    if "assert" in message[:200] and panicked:
        return FailureCode.ASSERT_FAIL
    return FailureCode.EXCEPTION if panicked or message.lstrip().startswith("Error: ") else FailureCode.UNKNOWN


def _panicked(panic: re.Match[str], said: str, root: str) -> str:
    """Where it panicked; where that is in a library, the innermost frame of the workspace."""
    path, line = panic["path"] or panic["old_path"], panic["line"] or panic["old_line"]
    if path and (inside := _inside(path, root)):
        return f"{inside}:{line}"
    for frame in _FRAME.finditer(said, panic.end()):
        if inside := _inside(frame["path"], root):
            return f"{inside}:{frame['line']}"
    return ""


def _inside(path: str, root: str) -> str:
    return "" if _LIBRARY_CRATES.search(path) else locate.inside(path, root)


def _summary(suites: list[Suite], failures: tuple[Failure, ...]) -> Summary:
    passed = sum(suite.passed for suite in suites)
    skipped = sum(suite.ignored for suite in suites)
    errors = sum(failure.name == failure.loc for failure in failures)
    counted = sum(suite.failed for suite in suites)
    named = Counter(failure.code for failure in failures)
    failed = max(counted + named[FailureCode.CRASH], len(failures) - errors)
    return Summary(passed + skipped + failed + errors, passed, failed, errors, skipped)

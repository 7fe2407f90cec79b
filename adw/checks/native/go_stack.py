"""How a Go test binary went down: a panic, the limit of its time, a fatal error of the runtime, a signal."""

import re
from dataclasses import dataclass

from adw.checks.native.go_paths import Module
from adw.domain.report import FailureCode

_BEGIN = re.compile(r"^(?:panic: |fatal error: |SIG[A-Z]+: |signal: |exit status (?!1$))", re.MULTILINE)
_PANIC = re.compile(r"^(?P<kind>panic|fatal error): (?P<said>[^\n]*(?:\n(?!goroutine |\n|\t)[^\n]+)*)", re.MULTILINE)
_SIGNAL = re.compile(r"^(?P<said>(?:SIG[A-Z]+|signal): [^\n]+|exit status (?!1$)\d+)$", re.MULTILINE)
_RECOVERED = re.compile(r" \[recovered(?:, repanicked)?\]|\n\tpanic: [^\n]*|^panic: |\ngoexit[^\n]*")
_TIMED_OUT = "test timed out after "
_RUNNING = re.compile(r"^\t\t(?P<name>\S+) \([\d.hms]+\)$", re.MULTILINE)
_GOROUTINE = re.compile(r"^goroutine \d+ ", re.MULTILINE)
_FRAME = re.compile(r"^\t(?P<path>[^\n]+?\.(?:go|s)):(?P<line>\d+)(?: |$)", re.MULTILINE)
_TEST = re.compile(r"^(?P<package>[^\s(]*?)\.(?P<name>(?:Test|Example|Fuzz|Benchmark)\w*)[.(]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Crash:
    """A test binary's end."""

    code: FailureCode
    message: str
    tests: tuple[str, ...]
    """The tests that it names as running."""
    goroutines: tuple[str, ...]

    def loc(self, module: Module, test: str) -> str:
        """The innermost line of the workspace, in the goroutine that ran the test where there are several."""
        top = test.partition("/")[0]
        own = [stack for stack in self.goroutines if any(found["name"] == top for found in _TEST.finditer(stack))]
        for stack in own or self.goroutines:
            for frame in _FRAME.finditer(stack):
                if path := module.frame(frame["path"]):
                    return f"{path}:{frame['line']}"
        return ""


def crash(said: str) -> Crash | None:
    """What a package's output says of how its tests ended; None where they came to their end."""
    begin = _BEGIN.search(said)
    if begin is None:
        return None
    said = said[begin.start() :]
    panic = _PANIC.search(said)
    if panic is None:
        signal = _SIGNAL.search(said)
        stacks = tuple(_GOROUTINE.split(said)[1:])
        return Crash(FailureCode.CRASH, signal["said"] if signal else said.partition("\n")[0], (), stacks)
    stacks = tuple(_GOROUTINE.split(said[panic.end() :])[1:])
    message = _RECOVERED.sub("", panic["said"])
    if message.startswith(_TIMED_OUT):
        running = tuple(match["name"] for match in _RUNNING.finditer(said[: 1 << 16]))
        return Crash(FailureCode.TIMEOUT, message, running or _tests(stacks), stacks)
    code = FailureCode.EXCEPTION if panic["kind"] == "panic" else FailureCode.CRASH
    prefix = "panic: " if code is FailureCode.EXCEPTION else "fatal error: "
    return Crash(code, prefix + message, _tests(stacks[:1]), stacks)


def _tests(stacks: tuple[str, ...]) -> tuple[str, ...]:
    """Top-level tests whose functions are on the stacks: the outermost frame of each is the test's."""
    names: dict[str, None] = {}
    for stack in stacks:
        found = [match["name"] for match in _TEST.finditer(stack)]
        if found:
            names[found[-1]] = None
    return tuple(names)

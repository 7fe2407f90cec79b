"""`cargo check`, `build` and `clippy`: cargo's JSON messages where it is started directly, else its text."""

import re

from adw.checks.judge import judge
from adw.checks.native import commands, findings, libtest, rust_errors
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading

_COMMANDS = frozenset({"b", "bench", "build", "c", "check", "clippy", "rustc"})
_OWN = re.compile(
    r"^(?:\{\"reason\":\"(?:compiler-|build-)|(?:    Checking| +Compiling) \S+ v\d\S*(?: \(.+\))?$"
    r"|error: could not compile `|    Finished `?\S+`? |(?:error"
    r"|warning)(?:\[E\d{4}\])?: [^\n]+\n *--> [^\n]+\.rs:\d+:\d+$)",
    re.MULTILINE,
)
_END = re.compile(
    r"^(?:\{\"reason\":\"build-finished\"|error: could not compile `|    Finished `?\S+`? )", re.MULTILINE
)


class CargoBuild:
    """Reads what cargo says when it only compiles."""

    name = "cargo"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        at, word = commands.word(command, "cargo")
        if word in _COMMANDS and not any(option.startswith("--message-format") for option in command):
            command = commands.insert(command, ("--message-format=json",), behind=at)
        return Invocation(command)

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence.log, evidence.place.root, evidence.place.scratch), self.kind)

    def recognises(self, log: str) -> bool:
        return _OWN.search(log) is not None and not libtest.ran(log)

    def parse(self, log: str, root: str) -> Reading:
        return _reading(log, root)


def _reading(log: str, *folders: str) -> Reading:
    read = rust_errors.from_events if '{"reason":"' in log else rust_errors.from_text
    return findings.reading(read(log, folders[0]), *folders, finished=_END.search(log) is not None)

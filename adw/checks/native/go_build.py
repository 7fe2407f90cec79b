"""`go build` and `go vet`: their text. `go vet -json` ends with 0 whatever it finds, so it is not asked for."""

import re

from adw.checks.judge import judge
from adw.checks.native import findings, go_errors, go_test
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading

_ERROR = re.compile(r"^(?:vet: )?[^\s:]+\.go:\d+(?::\d+)?: ", re.MULTILINE)
_EVENT = re.compile(r'^\{"ImportPath":.*"Action":"build-output","Output":"(?P<said>.*)"\}$', re.MULTILINE)
_TEST = go_test.GoTest()


class GoBuild:
    """Reads `go build`, `go vet`, `go install` and what else only compiles."""

    name = "go"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        return go_test.invocation(command)

    def read(self, evidence: Evidence) -> Reading:
        place = evidence.place
        vetting = "vet" in evidence.command
        return judge(evidence, _reading(evidence.log, place.root, place.scratch, vetting=vetting), self.kind)

    def recognises(self, log: str) -> bool:
        return _ERROR.search(log) is not None and not _TEST.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return _reading(log, root)


def _reading(log: str, *folders: str, vetting: bool = False) -> Reading:
    found = go_errors.findings(_plain(log), folders[0], vetting=vetting)
    return findings.reading(found, *folders)


def _plain(log: str) -> str:
    """The text of a log of events: `go build -json`."""
    if '"Action":"build-output"' not in log:
        return log
    return _EVENT.sub(lambda event: _unquoted(event["said"]), log)


def _unquoted(said: str) -> str:
    return said.removesuffix("\\n").replace('\\"', '"').replace("\\t", "\t").replace("\\\\", "\\")

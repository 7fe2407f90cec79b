"""The parts of pytest's output that show failures at length, in every form that `--tb` gives them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from adw.checks import locate
from adw.checks.python import exceptions
from adw.checks.python.exceptions import Raised

_REGION = re.compile(r"\n={3,} (ERRORS|FAILURES) ={3,}$", re.MULTILINE)
_REGION_END = re.compile(
    r"\n(?:={3,} (?:ERRORS|FAILURES|PASSES|X(?:PASS|FAILUR)ES|warnings summary.*|short test summary info|"
    r"tests coverage|slowest .*|\d+ \w+.* in .*) ={3,}|!{3,} .+ !{3,}|-{3,} generated .+ -{3,})$",
    re.MULTILINE,
)
_HEAD = re.compile(
    r"\n_+ (?!_ _)(?:ERROR (?:at (?P<when>setup|teardown) of|(?P<collecting>collecting)) )?(?P<head>.+) _+$",
    re.MULTILINE,
)
_CAPTURED = re.compile(r"\n-{3,} Captured .+ -{3,}$", re.MULTILINE)
_E_BLOCK = re.compile(r"(?:^E(?: .*)?\n?)+", re.MULTILINE)
_E_MARK = re.compile(r"^E {0,7}", re.MULTILINE)
_FRAME = re.compile(r"^(\S[^\n:]*):(\d+): ?(?:in |[\w.]*$|\S+$)", re.MULTILINE)
_SHOWN_FRAME = re.compile(r'^E +File "(/.+)", line (\d+)$|^file (/.+), line (\d+)$', re.MULTILINE)
"""Of a SyntaxError; of a test that asks for a fixture that is not there."""
_TYPED = re.compile(r"^[\w.]*(?:Error|Exception): .*$", re.MULTILINE)
_CLOSING_FRAME = re.compile(r"\n+\S[^\n:]*:\d+: \S+\s*\Z")
_WORKER = re.compile(r"^\[gw\d+\] .+ -- Python .*\n", re.MULTILINE)
_ONE_LINE = re.compile(r"^(/[^\n:]+):(\d+): (.+)$", re.MULTILINE)
_DIED = re.compile(r"^worker '\w+' crashed while running '(.+)'$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """One failure. `head` is how pytest titles it: `TestUnit.test_equal`, a path; empty with `--tb=line`."""

    kind: str
    """`FAILED` or `ERROR`, as the short summary has it."""
    when: str
    head: str
    body: str

    @property
    def raised(self) -> Raised:
        native = exceptions.raised(self.body)
        if native is not None:
            return native
        blocks = _E_BLOCK.findall(self.body)
        said = "\n".join(_E_MARK.sub("", line) for line in blocks[-1].rstrip("\n").split("\n")) if blocks else ""
        if said.startswith("File ") and (typed := _TYPED.search(said)):  # a SyntaxError shows its place first
            said = typed.group()
        frames = [(path, int(line)) for path, line in _FRAME.findall(self.body)]
        frames += [(one or other, int(line or last)) for one, line, other, last in _SHOWN_FRAME.findall(self.body)]
        return Raised(said or _CLOSING_FRAME.sub("", self._plain), tuple(frames))

    @property
    def _plain(self) -> str:
        return _WORKER.sub("", self.body).strip("\n")

    @property
    def died(self) -> str:
        """The test that a worker of pytest-xdist died in."""
        found = _DIED.search(self.body)
        return found.group(1) if found else ""

    def name(self, root: str) -> str:
        """The node id, where nothing but the section tells it: the test's file is that of the first frame."""
        if self.died or self.when == "collect" or not self.head:
            return self.died or self.head
        paths = (locate.inside(path, root) for path, _ in self.raised.frames)
        path = next((path for path in paths if path), "")
        plain, bracket, parameters = self.head.partition("[")
        dotted = plain.replace(".", "::") + bracket + parameters
        return f"{path}::{dotted}" if path else self.head


def sections(log: str) -> Iterator[Section]:
    """In the order of the log, which starts with a newline."""
    regions = list(_REGION.finditer(log)) if " ERRORS =" in log or " FAILURES =" in log else []
    for region, following in zip_longest(regions, regions[1:]):
        stop = following.start() if following else len(log)
        end = _REGION_END.search(log, region.end(), stop)
        block = log[region.end() : end.start() if end else stop]
        yield from _titled(block, "FAILED" if region.group(1) == "FAILURES" else "ERROR")


def _titled(block: str, kind: str) -> Iterator[Section]:
    heads = list(_HEAD.finditer(block))
    if not heads:  # --tb=line
        for found in _ONE_LINE.finditer(block):
            yield Section(kind, "call", "", f"{found.group(1)}:{found.group(2)}: in ?\nE   {found.group(3)}")
    for head, following in zip_longest(heads, heads[1:]):
        body = block[head.end() : following.start() if following else len(block)]
        captured = _CAPTURED.search(body)
        when = head["when"] or ("collect" if head["collecting"] else "call")
        yield Section(kind, when, head["head"], body[: captured.start()] if captured else body)

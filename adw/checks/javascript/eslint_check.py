"""ESLint: a formatter of ADW's own writes its findings down; what it prints for people stays in the log."""

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adw.checks import judge, locate, text
from adw.checks.javascript.command import Options, with_options
from adw.checks.javascript.lanes import lanes, together
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, Summary

REPORT = "eslint.json"
FORMATTER = "adw_eslint.cjs"
_SYNTAX = "SYNTAX_ERROR"
_UNKNOWN = "UNKNOWN"
_ERROR = 2

_STYLISH = re.compile(r"\n +(?P<line>\d+):(?P<column>\d+) +(?P<level>error|warning)  +(?P<said>[^\n]+)")
_PLAIN = re.compile(
    r"\n(?P<path>[^\n:]+):(?P<line>\d+):(?P<column>\d+): (?P<said>[^\n]+) "
    r"\[(?P<level>Error|Warning)(?:/(?P<rule>[^\n\]]*))?\](?=\n)"
)
_COMPACT = re.compile(
    r"\n(?P<path>[^\n:]+): line (?P<line>\d+), col (?P<column>\d+), (?P<level>Error|Warning) - "
    r"(?P<said>[^\n]+?)(?: \((?P<rule>[\w@/-]+)\))?(?=\n)"
)
_CLOSING = re.compile(r"\n\u2716 \d+ problems? \(\d+ errors?, \d+ warnings?\)\n|\n\d+ problems?\n")
_TOO_MANY = "\nESLint found too many warnings "
_OOPS = re.compile(r"\nOops! Something went wrong! :\(\n\s*\nESLint: \d[^\n]*\n\s*\n(?P<said>[^\n]+)")
_REFUSED = re.compile(r"\n(?P<said>Invalid option [^\n]+)")


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: str = Field(alias="ruleId")
    severity: int
    fatal: bool
    message: str
    line: int = Field(ge=0)
    column: int = Field(ge=0)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    path: str = Field(alias="filePath")
    messages: tuple[_Message, ...]


_FILES = TypeAdapter(tuple[_File, ...])


class EslintCheck:
    """Reads ESLint, however it was started."""

    name = "eslint"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        options = Options({"eslint": "", "eslint_d": ""}, ("--format", f"{place.scratch}/{FORMATTER}"))
        made = with_options(command, options, place)
        return Invocation(made or command, plugins=(FORMATTER,))

    def read(self, evidence: Evidence) -> Reading:
        said = _reported(evidence.files.get(REPORT), evidence.place.root) or self.parse(
            evidence.log, evidence.place.root
        )
        return judge.judge(evidence, said, self.kind)

    def recognises(self, log: str) -> bool:
        padded = f"\n{log}\n"
        if _OOPS.search(padded) or _COMPACT.search(padded):
            return True
        return _CLOSING.search(padded) is not None and bool(_STYLISH.search(padded) or _PLAIN.search(padded))

    def parse(self, log: str, root: str) -> Reading:
        return together(_parse(lane, root) for lane in lanes(log, "\u2716 "))


def _parse(log: str, root: str) -> Reading:
    padded = f"\n{log}\n"
    stopped = _OOPS.search(padded) or _REFUSED.search(padded)
    fault = CheckFault("NO_REPORT", f"ESLint did not run: {text.message(stopped['said'], root)}") if stopped else None
    strict = _TOO_MANY in padded
    found = [(error or strict, finding) for error, finding in (*_stylish(padded, root), *_lines(padded, root))]
    return _reading(found, finished=_CLOSING.search(padded) is not None, fault=fault)


def _reported(content: bytes | None, root: str) -> Reading | None:
    """The findings that the formatter wrote; None where it wrote none that can be read."""
    try:
        files = () if content is None else _FILES.validate_json(content)
    except ValidationError:
        return None
    found = [
        (
            message.severity == _ERROR,
            _finding(file.path, str(message.line), str(message.column), message.rule, message.message, root),
        )
        for file in files
        for message in file.messages
    ]
    return None if content is None else _reading(found, finished=True)


def _reading(found: list[tuple[bool, Failure]], *, finished: bool, fault: CheckFault | None = None) -> Reading:
    failures = tuple(dict.fromkeys(failure for error, failure in found if error))
    mild = tuple(dict.fromkeys(failure for error, failure in found if not error))
    count = len({failure.name for failure in failures or mild})
    return Reading(Summary(total=count, errors=count) if failures else Summary(), failures, fault, mild, finished)


def _stylish(log: str, root: str) -> list[tuple[bool, Failure]]:
    """Findings stand in a row below the path of their file."""
    found = []
    path, end = "", -1
    for match in _STYLISH.finditer(log):
        if match.start() != end:
            path = log[log.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        end = match.end()
        said, _, rule = match["said"].rstrip().rpartition("  ")
        if not said or " " in rule:
            said, rule = match["said"], ""
        found.append((match["level"] == "error", _finding(path, match["line"], match["column"], rule, said, root)))
    return found


def _lines(log: str, root: str) -> list[tuple[bool, Failure]]:
    """The formats `unix` and `compact`."""
    matches = [*_PLAIN.finditer(log), *_COMPACT.finditer(log)]
    return [
        (
            match["level"] == "Error",
            _finding(match["path"], match["line"], match["column"], match["rule"] or "", match["said"], root),
        )
        for match in matches
    ]


def _finding(path: str, line: str, column: str, rule: str, said: str, root: str) -> Failure:
    """What cannot be parsed has no rule."""
    code = rule or (_SYNTAX if said.startswith("Parsing error:") else _UNKNOWN)
    known = locate.inside(path, root) or path
    loc = known if line == "0" else f"{known}:{line}:{column}"
    return Failure(loc, loc, code, _message(said, root))


@lru_cache(maxsize=1024)
def _message(said: str, root: str) -> str:
    """Kept for a while: many lines have the same fault."""
    return text.message(said.strip().removesuffix("."), root)

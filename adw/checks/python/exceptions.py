"""What Python's exceptions say as text: tracebacks as all tools print them, and codes of what was raised."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from adw.checks import locate
from adw.domain.report import FailureCode

_IMPORT = ("ImportError", "ModuleNotFoundError")
_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_ASSERT = ("AssertionError", "Failed", "DocTestFailure", "MultipleDoctestFailures", "BdbQuit")
_TELLING = 4
"""Letters of a name that are enough to know it by."""
_TYPE = re.compile(r"^\s*([\w.]+)(?::|$)", re.MULTILINE)
_CHAINED = re.compile(
    r"^(?:The above exception was the direct cause of the following exception|"
    r"During handling of the above exception, another exception occurred):$",
    re.MULTILINE,
)
_HEADER = re.compile(r"^(?:  \+ Exception Group )?Traceback \(most recent call last\):\n", re.MULTILINE)
_FRAME = re.compile(r'^ +File "(.+)", line (\d+)(?:, in (.+))?$', re.MULTILINE)
_SAID = re.compile(r"^\S", re.MULTILINE)
_GROUP_MARGIN = re.compile(r"^  [|+] ?", re.MULTILINE)
_EMBEDDED = re.compile(r"\A(?:\w+: )?Failed to (?:import test module|call load_tests)\b.*\n")


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception. `frames` are outermost first, `functions` are theirs."""

    said: str
    """`ValueError: bad`, and all the lines that belong to it."""
    frames: tuple[locate.Frame, ...] = ()
    functions: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return kinds(self.said.partition("\n")[0])


def raised(text: str) -> Raised | None:
    """The exception of a traceback, the last one of a chain; None where there is no traceback.

    What unittest says of a module that it could not import holds the traceback of the import: that one counts.
    """
    block = _CHAINED.split(text)[-1]
    header = _HEADER.search(block)
    if header is None:
        return None
    rest = block[header.end() :]
    if header.group().startswith(" "):
        rest = _GROUP_MARGIN.sub("", rest)
    end = _SAID.search(rest)
    said = rest[end.start() :].rstrip() if end else ""
    embedded = raised(said[match.end() :]) if (match := _EMBEDDED.match(said)) else None
    if embedded is not None:
        return embedded
    found = _FRAME.findall(rest[: end.start()] if end else rest)
    frames = tuple((path, int(line)) for path, line, _ in found)
    return Raised(said, frames, tuple(function for _, _, function in found))


def first_of_chain(text: str) -> Raised | None:
    """The exception that the others came from."""
    return raised(_CHAINED.split(text)[0])


def kinds(said: str) -> tuple[str, ...]:
    """Names of exceptions that lines begin with."""
    return tuple(found.rpartition(".")[2] for found in _TYPE.findall(said))


def known(beginning: str) -> tuple[str, ...]:
    """Exceptions of a code of their own whose names begin so."""
    names = (*_IMPORT, *_SYNTAX, *_ASSERT)
    return tuple(name for name in names if len(beginning) >= _TELLING and name.startswith(beginning))


def code(when: str, names: Iterable[str], message: str) -> FailureCode:
    """What kind of failure an exception is; `names` are those of its class and the classes above."""
    known_as = set(names)
    if message.startswith("Failed: Timeout") and "Failed" in known_as:
        return FailureCode.TIMEOUT
    if when in ("setup", "teardown"):
        return FailureCode.FIXTURE_ERROR
    other = FailureCode.COLLECTION_ERROR if when == "collect" else FailureCode.EXCEPTION
    asserts = {name: FailureCode.ASSERT_FAIL for name in _ASSERT if when != "collect"}
    known = {**asserts, **dict.fromkeys(_IMPORT, FailureCode.IMPORT_ERROR)}
    known.update(dict.fromkeys(_SYNTAX, FailureCode.SYNTAX_ERROR))
    return next((found for name, found in known.items() if name in known_as), other)

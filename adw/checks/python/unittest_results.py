"""What `adw_unittest` wrote (`adw/adapters/checks/plugins/adw_unittest.py`), as values, and the failures in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adw.checks import locate, text
from adw.checks.python import exceptions
from adw.checks.python.witness import Detail
from adw.checks.tool import Place
from adw.domain.report import Failure, FailureCode, Summary

FILES = re.compile(r"^unittest-\d+\.jsonl$")
UNEXPECTED = "it was expected to fail, and passed"
_HOLDER = re.compile(r"^((setUp|tearDown)(?:Class|Module)) \((.+)\)$")
_SENTINEL = re.compile(r"\[<object object at 0x[0-9a-f]+>\] ")
_NOT_LOADED = "unittest.loader._FailedTest."


class Line(BaseModel):
    """One line. Which fields it has follows from its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    id: str = ""
    of: str = ""
    """The test that a subtest belongs to."""
    when: str = ""
    outcome: str = ""
    detail: Detail | None = None
    location: tuple[str, int] | None = None
    ran: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    errors: int = Field(default=0, ge=0)
    unexpected: int = Field(default=0, ge=0)
    skipped: int = Field(default=0, ge=0)
    expected: int = Field(default=0, ge=0)
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """All that was written down of one check."""

    results: tuple[Line, ...] = ()
    """What is red."""
    running: tuple[Line, ...] = ()
    """Tests that were begun and not ended."""
    finishes: tuple[Line, ...] = ()
    """One for each run that came to its end."""
    present: bool = False

    @property
    def complete(self) -> bool:
        return bool(self.finishes) and not self.running

    @property
    def counted(self) -> int:
        """How much unittest itself counts as red."""
        return sum(line.failed + line.errors + line.unexpected for line in self.finishes)


def read(files: Mapping[str, bytes]) -> Account:
    """What was written down. Lines that cannot be read are left out: what they told is missed by the counts."""
    lines: list[Line] = []
    for name in sorted(files):
        if FILES.match(name):
            for raw in files[name].splitlines():
                try:
                    lines.append(Line.model_validate_json(raw))
                except ValidationError:
                    continue  # torn by a crash
    running: dict[str, Line] = {}
    for line in lines:
        if line.kind == "start":
            running[line.id] = line
        elif line.kind == "end":
            running.pop(line.id, None)
    return Account(
        results=tuple(line for line in lines if line.kind == "result"),
        running=tuple(running.values()),
        finishes=tuple(line for line in lines if line.kind == "finish"),
        present=bool(lines),
    )


def failures(account: Account, place: Place) -> tuple[Failure, ...]:
    """Every red test, subtest, class or module, once."""
    return merged(_failure(line, place) for line in account.results)


def summary(account: Account, found: Iterable[Failure]) -> Summary:
    """Counts in names: a test with several red subtests counts as often as these."""
    ran = sum(line.ran for line in account.finishes)
    skipped = sum(line.skipped + line.expected for line in account.finishes)
    broken = {line.of for line in account.results if not _HOLDER.match(line.of)}
    return counts(found, ran=ran, red=len(broken), skipped=skipped)


def counts(found: Iterable[Failure], *, ran: int, red: int, skipped: int) -> Summary:
    """`ran` tests of which `red` are; `found` are all that is red, subtests and classes too."""
    asserts = [failure.code == FailureCode.ASSERT_FAIL for failure in found]
    failed, errors = asserts.count(True), asserts.count(False)
    passed = max(0, ran - red - skipped)
    return Summary(passed + failed + errors + skipped, passed, failed, errors, skipped)


def merged(found: Iterable[Failure]) -> tuple[Failure, ...]:
    """Each name once: an error in teardown behind a failure joins its message."""
    red: dict[str, Failure] = {}
    for failure in found:
        before = red.get(failure.name)
        if before is None:
            red[failure.name] = failure
        elif failure.message not in before.message:
            joined = text.message(f"{before.message}\n{failure.message}")
            red[failure.name] = Failure(before.name, before.loc, before.code, joined)
    return tuple(red.values())


def wording(said: str, *folders: str) -> str:
    """A message without the class that every assertion has."""
    return text.message(said.removeprefix("AssertionError: "), *folders) or "failed without a message"


def steady(name: str) -> str:
    """Without the object that Django's parallel runner makes of a missing description: its address always differs."""
    return _SENTINEL.sub("", name, count=1)


def home(line: Line, place: Place) -> str:
    """`path:line` of the test's definition; empty where it has none in the workspace."""
    return locate.last_frame([line.location], place.root) if line.location else ""


def _failure(line: Line, place: Place) -> Failure:
    loc, holder = home(line, place), _HOLDER.match(line.id)
    if line.detail is None:
        said = UNEXPECTED if line.outcome == "unexpected" else "failed without a message"
        return Failure(line.id, loc, FailureCode.ASSERT_FAIL, said)
    detail = line.detail
    if line.id.startswith(_NOT_LOADED):
        error = exceptions.raised(detail.message) or exceptions.Raised(detail.message, detail.frames)
        return not_loaded(line.id.removeprefix(_NOT_LOADED), error, place.root)
    when = ("setup" if holder.group(2) == "setUp" else "teardown") if holder else line.when
    names = (detail.type, *detail.bases, *(("AssertionError",) if line.outcome == "failed" else ()))
    frames = (frame for frame in detail.frames if frame[0].startswith("/"))  # compiled text may bear any name
    said = wording("\n".join((detail.message, *detail.parts)), place.root, place.scratch)
    return Failure(
        name=holder.group(3) if holder else steady(line.id),
        loc=locate.last_frame(frames, place.root) or loc,
        code=exceptions.code(when, names, detail.message),
        message=text.message(f"{holder.group(1)}: {said}") if holder else said,
    )


def not_loaded(name: str, error: exceptions.Raised, root: str) -> Failure:
    """A module that unittest could not import, or a name in one. Without a line where the module is not there."""
    code = exceptions.code("collect", error.kinds, error.said)
    return Failure(name, locate.last_frame(error.frames, root), code, wording(error.said, root))

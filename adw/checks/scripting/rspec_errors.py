"""What RSpec says of failures, in words common to its JSON and its text."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from adw.checks import locate, text
from adw.checks.scripting import frames
from adw.domain.report import Failure, FailureCode

ASSERTIONS = (
    "RSpec::Expectations::ExpectationNotMetError",
    "RSpec::Expectations::MultipleExpectationsNotMetError",
    "RSpec::Core::Pending::PendingExampleFixedError",
    "RSpec::Mocks::MockExpectationError",
    "Minitest::Assertion",
    "Test::Unit::AssertionFailedError",
)
_NOISE = re.compile(r"^\s*(?:\(compared using \S+\)|Diff:\s*|Did you mean\?.*)$", re.MULTILINE)
_OBJECT = re.compile(r"(#<[\w:]+):0x[0-9a-f]{8,}")
_FRAME = re.compile(r"^(?:\s*# |\s*)?(\S[^\n:]*\.\w+|\S*/\S[^\n:]*):(\d+)(?::in .*)?$")
_SYNTAX_PLACE = re.compile(r"^\s*(/[^\n:]+\.rb):(\d+): ", re.MULTILINE)
_OUTSIDE = re.compile(
    r"^(?:An error occurred (?:while loading (?P<file>\S+?)\.(?: - .*)?$|in an? `(?P<hook>.+)` hook\.)|"
    r"While loading (?P<quit>\S+) an? .+ occurred, RSpec will now quit\.$)",
    re.MULTILINE,
)
_CLASS = re.compile(r"^ *((?:[A-Z]\w*::)*[A-Z]\w*):$")


@dataclass(frozen=True, slots=True)
class Told:
    """One failing example. `stack` are frames, innermost first; `rerun` is what `rspec` takes to run it alone."""

    name: str
    rerun: str
    kind: str
    said: str
    stack: tuple[locate.Frame, ...]
    home: str
    fixture: bool = False


def stack(lines: list[str]) -> tuple[locate.Frame, ...]:
    found = (_FRAME.match(line) for line in lines)
    return tuple((match.group(1), int(match.group(2))) for match in found if match)


def code(kind: str, *, fixture: bool = False, loading: bool = False) -> FailureCode:
    """What an exception is; `kind` is its class, empty for an expectation that was not met."""
    if kind == "LoadError":
        return FailureCode.IMPORT_ERROR
    if kind == "SyntaxError":
        return FailureCode.SYNTAX_ERROR
    if fixture:
        return FailureCode.FIXTURE_ERROR
    if loading:
        return FailureCode.COLLECTION_ERROR
    if kind.startswith("Timeout::"):
        return FailureCode.TIMEOUT
    return FailureCode.ASSERT_FAIL if kind in ("", *ASSERTIONS) else FailureCode.EXCEPTION


def wording(kind: str, said: str, *folders: str) -> str:
    """A message without what every comparison says, objects without their addresses."""
    shown = _OBJECT.sub(r"\1", _NOISE.sub("", said))
    head = "" if kind in ("", *ASSERTIONS) else f"{kind}: "
    return text.message(head + shown.strip("\n"), *folders) or "failed without a message"


def failures(told: list[Told], root: str, taken: Counter[str] | None = None) -> tuple[Failure, ...]:
    """Examples by their descriptions; where several have the same one, with what tells them apart.

    `taken` counts the descriptions of all examples, also those that passed.
    """
    counted = taken or Counter(each.name for each in told)
    made = (_failure(each, root, shared=counted[each.name] > 1) for each in told)
    return unique(made)


def unique(found: Iterable[Failure]) -> tuple[Failure, ...]:
    """Every failure under a name of its own."""
    names: Counter[str] = Counter()
    kept: list[Failure] = []
    for failure in found:
        names[failure.name] += 1
        again = names[failure.name]
        kept.append(replace(failure, name=f"{failure.name} #{again}") if again > 1 else failure)
    return tuple(kept)


def _failure(told: Told, root: str, *, shared: bool) -> Failure:
    name = f"{told.name} ({told.rerun})" if shared and told.rerun else told.name or told.rerun
    loc = frames.innermost(told.stack, root) or told.home.removeprefix("./")
    return Failure(name, loc, code(told.kind, fixture=told.fixture), wording(told.kind, told.said, root))


def outside(message: str, root: str) -> Failure | None:
    """What RSpec says of an error outside of examples: in a file that it loads, in a hook of a group or the suite."""
    head = _OUTSIDE.search(message)
    if head is None:
        return None
    start = message.find("Failure/Error:", head.end())  # before it: other files that might be meant
    kind, said, found = split(message[start if start >= 0 else head.end() :])
    if kind == "SyntaxError" and (place := _SYNTAX_PLACE.search(said)):
        found = ((place.group(1), int(place.group(2))), *found)
    loc, file = frames.innermost(found, root), head["file"] or head["quit"]
    name = file or f"{head['hook']} ({loc})"
    made = code(kind, fixture=bool(head["hook"]), loading=bool(file))
    return Failure(name, loc, made, wording(kind, said, root))


def split(body: str) -> tuple[str, str, tuple[locate.Frame, ...]]:
    """The class of the exception, what it says and its frames, from a block of RSpec's text."""
    lines = body.strip("\n").split("\n")
    end = next((at for at, line in enumerate(lines) if line.lstrip().startswith("# ")), len(lines))
    said, found = lines[:end], stack(lines[end:])
    start = next((at for at, line in enumerate(said) if "Failure/Error:" in line), None)
    if start is not None:  # the code that failed, up to a blank line, is shown by the location
        blank = next((at for at in range(start, len(said)) if not said[at].strip()), None)
        said = said[:start] + (said[blank + 1 :] if blank is not None else said[start:])
    first = next((at for at, line in enumerate(said) if line.strip()), None)
    match = _CLASS.match(said[first]) if first is not None else None
    if match and first is not None:
        return match.group(1), "\n".join(said[first + 1 :]), found
    return "", "\n".join(said), found

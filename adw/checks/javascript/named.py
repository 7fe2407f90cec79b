"""Failures under names that no two share: the same title twice in a file is numbered, in the order of the file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from adw.checks.javascript.codes import code
from adw.checks.javascript.stack import Told
from adw.checks.javascript.wording import wording
from adw.domain.report import Failure, FailureCode

SEPARATOR = " > "


def name(path: str, *titles: str) -> str:
    """`path > describe > test` on one line."""
    return SEPARATOR.join(" ".join(part.split()) for part in (path, *titles) if part.strip())


def told_once(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Of a file that ended its run, one failure: that which knows the line, else the first that says so."""
    failures = tuple(failures)
    crashes: dict[str, Failure] = {}
    for each in failures:
        if each.code == FailureCode.CRASH and ":" not in crashes.get(each.name, _NOWHERE).loc:
            crashes[each.name] = each if ":" in each.loc else crashes.get(each.name, each)
    return tuple(each for each in failures if crashes.get(each.name, each) is each)


_NOWHERE = Failure("", "", FailureCode.UNKNOWN, "")


def numbered(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """The second of a name gets ` #2`."""
    seen: Counter[str] = Counter()
    made = []
    for failure in failures:
        seen[failure.name] += 1
        count = seen[failure.name]
        made.append(replace(failure, name=f"{failure.name} #{count}") if count > 1 else failure)
    return tuple(made)


def failure(named: str, error: Told, root: str, *, home: str = "", loading: bool = False) -> Failure:
    """`home` is where the test stands, for errors that no line of the workspace is known of."""
    said = wording(error, root) or "failed without a message"
    return Failure(named, error.loc(root) or home, code(error, loading=loading), said)


def as_hook(failure: Failure) -> Failure:
    """What failed stands around tests: their set-up or tear-down."""
    return replace(failure, code=FailureCode.FIXTURE_ERROR)

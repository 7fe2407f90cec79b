"""What compilers complain of, as failures: in a build each with the compiler's code, in a test run with SPEC's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from adw.checks import text
from adw.checks.tool import Reading
from adw.domain.report import Failure, FailureCode, Summary


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint. `loc` is empty where it names no place in the workspace."""

    loc: str
    message: str
    code: str = ""
    """The compiler's own; empty where it has none."""
    mild: bool = False
    """A warning."""
    where: str = ""
    """What to name it by where `loc` is empty: a library, a package, a goal."""

    @property
    def name(self) -> str:
        return self.loc or self.where or "build"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a compiler's complaints are told apart when they keep tests from running."""

    imports: re.Pattern[str]
    """In code or message: something that is to be imported is missing."""
    syntax: re.Pattern[str]


def reading(found: Iterable[Finding], *folders: str, finished: bool = False) -> Reading:
    """A build's reading: errors are failures, warnings are mild."""
    unique = list(dict.fromkeys(found))
    errors = tuple(_failure(finding, finding.code, folders) for finding in unique if not finding.mild)
    mild = tuple(_failure(finding, finding.code, folders) for finding in unique if finding.mild)
    count = len({failure.name for failure in errors})
    return Reading(Summary(total=count, errors=count), errors, mild=mild, finished=finished)


def in_tests(found: Iterable[Finding], dialect: Dialect, *folders: str) -> tuple[Failure, ...]:
    """A test run's failures: its own errors without the warnings, which are never why tests did not run."""
    errors = [finding for finding in dict.fromkeys(found) if not finding.mild]
    return tuple(_failure(finding, _collection(finding, dialect), folders) for finding in errors)


def _failure(finding: Finding, code: str, folders: tuple[str, ...]) -> Failure:
    said = text.message(finding.message, *folders) or "failed"
    return Failure(finding.name, finding.loc, code or FailureCode.UNKNOWN, said)


def _collection(finding: Finding, dialect: Dialect) -> FailureCode:
    said = f"{finding.code} {finding.message}"
    if dialect.imports.search(said):
        return FailureCode.IMPORT_ERROR
    return FailureCode.SYNTAX_ERROR if dialect.syntax.search(said) else FailureCode.COLLECTION_ERROR

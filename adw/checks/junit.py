"""JUnit XML of any tool, through junitparser."""

import re
from dataclasses import dataclass

from junitparser import Attr, Failure, IntAttr, JUnitXml, JUnitXmlError, Skipped, TestCase, TestSuite
from junitparser import Error as ErrorElement

_ROOT = re.compile(rb"<[A-Za-z]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_KINDS = {Failure: "failure", ErrorElement: "error", Skipped: "skipped"}
_PARSE_ERRORS = (SyntaxError, ValueError, LookupError, JUnitXmlError)
"""`xml.etree` raises ParseError and lxml XMLSyntaxError: both are SyntaxErrors; LookupError for odd encodings."""


class BadReport(ValueError):
    """The file is not a JUnit report that can be trusted to be whole."""


@dataclass(frozen=True, slots=True)
class Blemish:
    """A failure, error or skip of one test case."""

    kind: str
    """`failure`, `error` or `skipped`."""
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    classname: str
    name: str
    file: str
    """As the tool wrote it; empty where it did not."""
    line: int | None
    """As the tool wrote it: pytest counts from 0."""
    blemishes: tuple[Blemish, ...] = ()

    @property
    def id(self) -> tuple[str, str]:
        return self.classname, self.name

    def has(self, kind: str) -> bool:
        return any(blemish.kind == kind for blemish in self.blemishes)

    @property
    def red(self) -> bool:
        return self.has("failure") or self.has("error")


class _TestCase(TestCase):
    file = Attr()
    line = IntAttr()


class _TestSuite(TestSuite):
    testcase = _TestCase


class _Report(JUnitXml):
    testsuite = _TestSuite


def cases(content: bytes) -> tuple[Case, ...]:
    """Every test case, in the file's order. Raises BadReport where the file is cut, forged or another thing."""
    root = _ROOT.search(content)
    # A document type can define entities that grow without end; no test tool writes one.
    if root is None or b"<!" in _COMMENT.sub(b"", content[: root.start()]):
        raise BadReport("it is no plain XML report")
    try:
        return tuple(_case(case) for suite in _Report.fromstring(content) for case in suite)
    except _PARSE_ERRORS as error:
        raise BadReport(f"it cannot be read: {error}") from error


def _case(case: TestCase) -> Case:
    return Case(
        classname=case.classname or "",
        name=case.name or "",
        file=case.file or "" if isinstance(case, _TestCase) else "",
        line=case.line if isinstance(case, _TestCase) else None,
        blemishes=tuple(
            Blemish(_KINDS[type(result)], result.message or "", result.text or "") for result in case.result
        ),
    )

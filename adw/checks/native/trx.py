"""Visual Studio's test results (`.trx`), as `dotnet test --logger trx` writes them.

Namespace and names after Microsoft's schema `vstst.xsd`. Outcomes there: Passed, Failed, Error, Timeout, Aborted,
NotExecuted, Inconclusive, Pending and a few more.
"""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_ROOT = re.compile(rb"<[A-Za-z]")
_NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
_PASSED = frozenset({"Passed", "PassedButRunAborted", "Completed", "Warning"})
_SKIPPED = frozenset({"NotExecuted", "Inconclusive", "Pending", "NotRunnable", "Disconnected"})


class BadResults(ValueError):
    """The file is no test result file that can be trusted to be whole."""


@dataclass(frozen=True, slots=True)
class Result:
    """One test, or one row of its data."""

    name: str
    """`Namespace.Class.Method(arguments)`, or the name it shows with its class before it."""
    outcome: str
    """As in the schema."""
    message: str
    stack: str

    @property
    def passed(self) -> bool:
        return self.outcome in _PASSED

    @property
    def skipped(self) -> bool:
        return self.outcome in _SKIPPED


@dataclass(frozen=True, slots=True)
class Results:
    tests: tuple[Result, ...]
    outcome: str
    """Of the whole run: `Completed`, `Failed`, `Aborted` …"""
    said: str
    """What the runner complains of beside its tests: a crashed host, above all."""
    failed: int
    """As the file counts them itself."""


def read(content: bytes) -> Results:
    """Raises BadResults where the file is cut, forged or another thing."""
    root = _ROOT.search(content)
    # A document type can define entities that grow without end; no logger writes one.
    if root is None or b"<!" in content[: root.start()]:
        raise BadResults("it is no plain XML file")
    try:
        tree = ET.fromstring(content)  # noqa: S314 - without a document type it cannot grow
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BadResults(f"it cannot be read: {error}") from error
    if tree.tag != f"{_NAMESPACE}TestRun":
        raise BadResults("it holds no test run")
    summary = tree.find(f"{_NAMESPACE}ResultSummary")
    if summary is None:
        raise BadResults("it does not come to an end")
    classes = _classes(tree)
    tests = tuple(_result(found, classes) for found in tree.iter(f"{_NAMESPACE}UnitTestResult"))
    said = [_text(info, "Text") for info in summary.iter(f"{_NAMESPACE}RunInfo") if info.get("outcome") == "Error"]
    return Results(tests, summary.get("outcome", ""), "\n".join(said), _failed(summary))


def _classes(tree: ET.Element) -> dict[str, str]:
    """Each test's class by its id."""
    found: dict[str, str] = {}
    for definition in tree.iter(f"{_NAMESPACE}UnitTest"):
        method = definition.find(f"{_NAMESPACE}TestMethod")
        if method is not None:
            found[definition.get("id", "")] = method.get("className", "").partition(",")[0]
    return found


def _result(found: ET.Element, classes: dict[str, str]) -> Result:
    name, owner = found.get("testName", ""), classes.get(found.get("testId", ""), "")
    if owner and not name.startswith(owner):
        name = f"{owner}.{name}"
    return Result(name, found.get("outcome", "Passed"), _text(found, "Message"), _text(found, "StackTrace"))


def _text(element: ET.Element, name: str) -> str:
    found = next(element.iter(f"{_NAMESPACE}{name}"), None)
    return ((found.text or "") if found is not None else "").replace("\r\n", "\n").replace("\r", "\n")


def _failed(summary: ET.Element) -> int:
    counters = next(summary.iter(f"{_NAMESPACE}Counters"), None)
    counts = (
        [counters.get(name, "0") for name in ("failed", "error", "timeout", "aborted")] if counters is not None else []
    )
    return sum(int(count) for count in counts if count.isdecimal())

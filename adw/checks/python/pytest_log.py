"""Pytest's output as text, where there is nothing better: a log of last week, or of another machine."""

import re

from adw.checks import text
from adw.checks.tool import Reading
from adw.domain.report import Failure, FailureCode, Summary

_HEAD = re.compile(r"^=+ test session starts =+$", re.MULTILINE)
_CLOSING = re.compile(
    r"^(?:=+ )?(?=\d+ \w+|no tests ran)((?:\d+ \w+(?:, )?)*|no tests ran) in [\d.]+s\b.*$", re.MULTILINE
)
_COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")
_NAMED = re.compile(r"^(FAILED|ERROR) (\S+?(?:::.+?)?)(?: - (.*))?$", re.MULTILINE)
_RAISED = re.compile(r"^(\w*(?:Error|Exception|Failed|Timeout)\w*)(?::|$)")


def recognises(log: str) -> bool:
    return _HEAD.search(log) is not None or bool(_CLOSING.search(log) and _NAMED.search(log))


def parse(log: str, root: str) -> Reading:
    """Names and first lines of messages from the short summary, counts from the closing line."""
    failures = tuple(_failure(*match.groups(), root=root) for match in _NAMED.finditer(log))
    closing = _CLOSING.findall(log)
    return Reading(_summary(closing[-1]) if closing else Summary(), failures, finished=bool(closing))


def _failure(kind: str, name: str, said: str | None, *, root: str) -> Failure:
    raised = _RAISED.match(said or "")
    error = raised.group(1) if raised else ""
    if error in ("ImportError", "ModuleNotFoundError"):
        code = FailureCode.IMPORT_ERROR
    elif error in ("SyntaxError", "IndentationError", "TabError"):
        code = FailureCode.SYNTAX_ERROR
    elif kind == "ERROR":
        code = FailureCode.FIXTURE_ERROR if "::" in name else FailureCode.COLLECTION_ERROR
    else:
        code = FailureCode.EXCEPTION if error and error not in ("AssertionError", "Failed") else FailureCode.ASSERT_FAIL
    return Failure(name, name.partition("::")[0], code, text.message(said or "failed", root))


def _summary(closing: str) -> Summary:
    counts = {word: int(count) for count, word in _COUNT.findall(closing)}
    passed, skipped = (
        counts.get("passed", 0) + counts.get("xpassed", 0),
        counts.get("skipped", 0) + counts.get("xfailed", 0),
    )
    failed, errors = counts.get("failed", 0), counts.get("error", 0)
    return Summary(passed + skipped + failed + errors, passed, failed, errors, skipped)

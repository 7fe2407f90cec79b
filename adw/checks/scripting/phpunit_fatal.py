"""Where PHP or PHPUnit ended before the tests did, and what it says about that."""

import re

from adw.checks import text
from adw.checks.scripting import frames
from adw.domain.report import CheckFault, Failure, FailureCode

_MISSING = re.compile(
    r'(?:Class|Interface|Trait|Enum|trait|interface) "[^"]+" not found|Call to undefined function|'
    r"[Ff]ailed opening required|[Ff]ailed to open stream"
)
_FATAL = re.compile(
    r"^[.FEWRSIDN]*(?:PHP )?(?P<what>Fatal error|Parse error): +(?P<said>.+?)"
    r"(?: in (?P<path>/.+?)(?::| on line )(?P<line>\d+))?$",
    re.MULTILINE,
)
_LOADING = re.compile(
    r"ParseError|syntax error|not found|[Ff]ailed opening|Cannot (?:re)?declare|must be compatible|abstract"
)
"""Fatal errors that come before a test runs, for they are in code that is being loaded."""
_BOOTSTRAP = re.compile(r"^Error in bootstrap script: (?P<kind>[\w\\]+):\n(?P<said>.+)$", re.MULTILINE)
_WARNING = re.compile(r"^(?:PHP )?Warning: .+ in (?P<path>/.+) on line (?P<line>\d+)$", re.MULTILINE)
_INSIDE = re.compile(
    r"^An error occurred inside PHPUnit\.\n\nMessage: +(?P<said>.+)\nLocation: (?P<path>.+):(?P<line>\d+)$",
    re.MULTILINE,
)
_REFUSED = re.compile(
    r"^(?:Unknown option \".+\"|Could not (?:open|read|load) .+|Cannot open file .+|"
    r"Test (?:file|directory) .+ not found)\.?$",
    re.MULTILINE,
)


def fault(log: str, *, found: bool, finished: bool) -> CheckFault | None:
    if finished:
        return None
    if fatal := _FATAL.search(log):
        return CheckFault("CRASH", f"PHP ended: {fatal['what']}: {fatal['said']}")
    refused = None if found else _REFUSED.search(log)
    return CheckFault("NO_REPORT", f"PHPUnit did not start: {refused.group()}") if refused else None


def not_started(log: str, root: str) -> Failure | None:
    """Code of the workspace that PHP could not load, so that no test ran: named by its file."""
    inside, fatal, bootstrap = (pattern.search(log) for pattern in (_INSIDE, _FATAL, _BOOTSTRAP))
    if inside is None and fatal and not _LOADING.search(fatal["said"]):
        return None
    said = inside or fatal or bootstrap
    loc = fatal_place(log, root)
    if said is None or not loc:
        return None
    other = FailureCode.IMPORT_ERROR if _MISSING.search(said["said"]) else FailureCode.COLLECTION_ERROR
    made = FailureCode.SYNTAX_ERROR if "syntax error" in said["said"] else other
    return Failure(loc.partition(":")[0], loc, made, text.message(said["said"].removeprefix("Uncaught "), root))


def fatal_place(log: str, root: str) -> str:
    """`path:line` that PHP gives for what ended it; empty where that lies outside."""
    found = (match for pattern in (_INSIDE, _FATAL, _WARNING) if (match := pattern.search(log)) and match["path"])
    return frames.innermost(((match["path"], int(match["line"])) for match in found), root)

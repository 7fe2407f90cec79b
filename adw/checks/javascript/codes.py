"""What kind of failure an error of node's programs is, by its words."""

import re

from adw.checks.javascript.stack import Told
from adw.domain.report import FailureCode

_CRASH = re.compile(
    r"process\.exit (?:unexpectedly )?called|\[vitest-pool\]|worker process [^\n]* (?:terminated|crashed)"
    r"|Worker (?:exited|terminated)|Channel closed|child process exceptions, exceeding retry limit"
    r"|Call retries were exceeded|heap out of memory"
)
_TIMEOUT = re.compile(
    r"Exceeded timeout of|[Tt]imed out in \d+|Timeout of \d+ ?ms exceeded"
    r"|was not invoked within the [\d.]+ ?m?s timeout"
)
_SNAPSHOT = re.compile(r"\bto(?:Match|ThrowErrorMatching)\w*Snapshot\b|Snapshot [^\n]*mismatched|Snapshot name:")
_ASSERT = re.compile(
    r"\A\s*(?:Uncaught )?(?:(?:Error: )?expect[(.]|\w*Assertion\w*\b"
    r"|expected [^\n]+ to |Failing test passed|Expect test to fail)"
    r"|ERR_ASSERTION|expected one assertion|Expected \w+ assertions?"
)
_IMPORT = re.compile(
    r"Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|Failed to (?:resolve (?:import|entry)|load url)"
    r"|does not provide an export named|Could not locate module|Unable to resolve|ERR_PACKAGE_PATH_NOT_EXPORTED"
    r"|ERR_UNSUPPORTED_DIR_IMPORT|Cannot use import statement outside a module|Does the file exist\?"
)
_SYNTAX = re.compile(
    r"\bSyntaxError\b|encountered an unexpected token|Parse failure|Transform failed with|PARSE_ERROR|Parsing error"
    r"|Expression expected|Unexpected token `|error TS1\d{3}:|Failed to parse source"
)
_JSON = re.compile(
    r"JSON input|in JSON|is not valid JSON|Bad control character|after (?:JSON|property name|array element)"
)
"""A SyntaxError of `JSON.parse` is the program's own."""

_KINDS = (
    (FailureCode.TIMEOUT, _TIMEOUT),
    (FailureCode.SNAPSHOT_MISMATCH, _SNAPSHOT),
    (FailureCode.ASSERT_FAIL, _ASSERT),
    (FailureCode.IMPORT_ERROR, _IMPORT),
    (FailureCode.SYNTAX_ERROR, _SYNTAX),
)
_LOADING = (FailureCode.IMPORT_ERROR, FailureCode.SYNTAX_ERROR)


def code(error: Told, *, loading: bool = False) -> FailureCode:
    """`loading`: it kept a file from being run at all."""
    said = error.said
    if _CRASH.search(said):
        return FailureCode.CRASH
    if error.hook and not loading:
        return FailureCode.FIXTURE_ERROR
    other = FailureCode.COLLECTION_ERROR if loading else FailureCode.EXCEPTION
    kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), other)
    if (kind is FailureCode.SYNTAX_ERROR and _JSON.search(said)) or (loading and kind not in _LOADING):
        return other
    return kind

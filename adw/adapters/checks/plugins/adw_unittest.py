"""Starts a program that uses unittest, and writes down what its tests do, while they do it.

    python -m adw_unittest --adw-module unittest discover -s tests
    python -m adw_unittest --adw-script manage.py test

Neither unittest nor Django's test runner has a report for programs, and their text loses the phase in which a test
broke and the exception behind a failed import. This runs in the user's interpreter (Python 3.7 and newer), imports
nothing of ADW, and wraps `unittest.TestResult`, which every result class there calls: Django's, those of its parallel
workers, that of xmlrunner. `unittest-<pid>.jsonl` beside this file gets the lines. It judges nothing: `adw.checks`
does.

`unittest.json` beside this file: `root` (the workspace), `checkout` (the user's own copy, whose code must not be what
is tested) and `deadline` (seconds since the epoch, 0 for none), before which the stacks are written to
`stacks-<pid>.txt`, as they are when the interpreter crashes.
"""

from __future__ import annotations

import faulthandler
import functools
import json
import os
import runpy
import sys
import time
import traceback
import unittest
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

HERE = Path(__file__).resolve().parent
MAX_TEXT = 4000
FIRST_FRAMES = 20
LAST_FRAMES = 60
FIXTURES = {
    "_callSetUp": "setup",
    "_pre_setup": "setup",
    "_callTearDown": "teardown",
    "_post_teardown": "teardown",
    "_callCleanup": "teardown",
}
"""Methods of unittest and Django below which an exception is not the test's own."""


def _cut(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT // 2] + " … " + text[-MAX_TEXT // 2 :]


def _frames(trace: TracebackType | None) -> tuple[list[list[Any]], str]:
    """`[file, line]` from the outermost call to the innermost, and the phase of the test that they are in."""
    frames: list[list[Any]] = []
    phase = "call"
    while trace is not None:
        where = trace.tb_frame.f_code
        if "unittest" in where.co_filename or "django" in where.co_filename:
            phase = FIXTURES.get(where.co_name, phase)
        frames.append([where.co_filename, trace.tb_lineno])
        trace = trace.tb_next
    if len(frames) > FIRST_FRAMES + LAST_FRAMES:
        frames = frames[:FIRST_FRAMES] + frames[-LAST_FRAMES:]
    return frames, phase


def _describe(kind: type[BaseException], value: BaseException, frames: list[list[Any]]) -> dict[str, Any]:
    said = "".join(traceback.format_exception_only(kind, value)).strip()
    if isinstance(value, SyntaxError) and value.filename:
        frames.append([str(value.filename), value.lineno or 1])
        said = f"{kind.__name__}: {value.msg}"
    detail = {
        "type": kind.__name__,
        "bases": [base.__name__ for base in kind.__mro__],
        "message": _cut(said),
        "frames": frames,
    }
    parts = getattr(value, "exceptions", None)
    if isinstance(parts, (list, tuple)):
        detail["parts"] = [_cut(f"{type(part).__name__}: {part}") for part in parts[:3]]
    return detail


def _home(test: object) -> list[Any] | None:
    """`[file, line]` of a test's definition; nothing where it is not written in Python."""
    method: Any = getattr(type(test), getattr(test, "_testMethodName", None) or "", None)
    while hasattr(method, "__wrapped__"):
        method = method.__wrapped__
    code = getattr(method, "__code__", None)
    return None if code is None else [code.co_filename, code.co_firstlineno]


class Witness:
    """Of this process alone: what a forked worker does, its parent is told. Of the outermost result alone, too."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.process = os.getpid()
        self.result: unittest.TestResult | None = None
        self.open = 0
        path = HERE / f"unittest-{self.process}.jsonl"
        self.file = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.write("session")
        self.stacks = (HERE / f"stacks-{self.process}.txt").open("w", encoding="utf-8")
        faulthandler.enable(self.stacks)
        left = settings.get("deadline", 0) - time.time()
        if left > 0:
            faulthandler.dump_traceback_later(left, file=self.stacks)

    def write(self, kind: str, **fields: Any) -> None:
        fields["kind"] = kind
        os.write(self.file, (json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "replace"))

    def listens(self, result: unittest.TestResult) -> bool:
        if os.getpid() != self.process:
            return False
        if self.result is None or not self.open:
            self.result = result
        return result is self.result

    def start_run(self, result: unittest.TestResult) -> None:
        result.failfast = False  # every failing test is to be named

    def stop_run(self, result: unittest.TestResult) -> None:
        self.write(
            "finish",
            ran=result.testsRun,
            failed=len(result.failures),
            errors=len(result.errors),
            unexpected=len(result.unexpectedSuccesses),
            skipped=len(result.skipped),
            expected=len(result.expectedFailures),
            foreign=self.foreign(),
        )

    def start(self, _result: unittest.TestResult, test: unittest.TestCase) -> None:
        self.open += 1
        self.write("start", id=test.id(), location=_home(test))

    def stop(self, _result: unittest.TestResult, test: unittest.TestCase) -> None:
        self.open -= 1
        self.write("end", id=test.id())

    def red(self, outcome: str, test: unittest.TestCase, err: Any, of: unittest.TestCase | None = None) -> None:
        kind, value, trace = err
        frames, phase = _frames(trace)
        detail = _describe(kind, value, frames)
        known = of or test
        self.write(
            "result", id=test.id(), of=known.id(), outcome=outcome, when=phase, detail=detail, location=_home(known)
        )

    def failure(self, _result: unittest.TestResult, test: unittest.TestCase, err: Any) -> None:
        self.red("failed", test, err)

    def error(self, _result: unittest.TestResult, test: unittest.TestCase, err: Any) -> None:
        self.red("error", test, err)

    def subtest(self, _result: unittest.TestResult, test: unittest.TestCase, sub: unittest.TestCase, err: Any) -> None:
        if err is not None:
            self.red("failed" if issubclass(err[0], test.failureException) else "error", sub, err, test)

    def unexpected(self, _result: unittest.TestResult, test: unittest.TestCase) -> None:
        self.write("result", id=test.id(), of=test.id(), outcome="unexpected", when="call", location=_home(test))

    def foreign(self) -> list[str]:
        """Files of the user's own checkout that were imported in place of the workspace's."""
        checkout, root = self.settings.get("checkout", ""), self.settings["root"]
        if not checkout or checkout == root:
            return []
        within, apart = checkout + os.sep, (root + os.sep, sys.prefix + os.sep, sys.base_prefix + os.sep)
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        found = {path for path in files if isinstance(path, str) and path.startswith(within)}
        own = (path for path in found if not path.startswith(apart) and "site-packages" not in path)
        return sorted(path[len(within) :] for path in own)[:5]


def _before(name: str, note: Callable[..., None], witness: Witness) -> None:
    original = getattr(unittest.TestResult, name)

    @functools.wraps(original)
    def noting(self: unittest.TestResult, *args: Any) -> Any:
        if witness.listens(self):
            note(self, *args)
        return original(self, *args)

    setattr(unittest.TestResult, name, noting)


def _watch() -> None:
    witness = Witness(json.loads((HERE / "unittest.json").read_text(encoding="utf-8")))
    _before("startTestRun", witness.start_run, witness)
    _before("stopTestRun", witness.stop_run, witness)
    _before("startTest", witness.start, witness)
    _before("stopTest", witness.stop, witness)
    _before("addFailure", witness.failure, witness)
    _before("addError", witness.error, witness)
    _before("addSubTest", witness.subtest, witness)
    _before("addUnexpectedSuccess", witness.unexpected, witness)


def _run(how: str, what: str, *arguments: str) -> None:
    sys.argv[:] = [what, *arguments]
    if how == "--adw-script":
        sys.path[0] = os.path.dirname(os.path.abspath(what))  # noqa: PTH100, PTH120 - as Python itself does it
        runpy.run_path(what, run_name="__main__")
    else:
        runpy.run_module(what, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _watch()
    _run(*sys.argv[1:])

"""A pytest plugin that writes down what it sees, while it sees it: `witness-<pid>.jsonl` beside this file.

It runs in the user's interpreter (Python 3.7 and newer), with the user's pytest (6 and newer), and imports nothing of
ADW. JUnit XML is written once, at the very end, names tests by a lossy `classname` and knows locations only as text;
a run that crashes or hangs leaves none. The witness names every test exactly, keeps exceptions with their frames, and
tells what was running when the end came. It judges nothing: `adw.checks` does.

`witness.json` beside this file: `root` (the workspace), `checkout` (the user's own copy, whose code must not be
what is tested) and `deadline` (seconds since the epoch, 0 for none), before which the stacks are written to
`stacks-<pid>.txt`.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

HERE = Path(__file__).resolve().parent
MAX_TEXT = 4000
FIRST_FRAMES = 20
LAST_FRAMES = 60
SPOKEN_FOR = ("DocTestFailure", "UnexpectedException", "MultipleDoctestFailures", "FixtureLookupError")
"""Exceptions that say less than what pytest makes of them."""


def _cut(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair would break pytest-xdist's channel
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT // 2] + " … " + text[-MAX_TEXT // 2 :]


def _frames(traceback: TracebackType | None) -> list[list[Any]]:
    """`[file, line]` from the outermost call to the innermost; those that ask to be hidden are."""
    frames: list[list[Any]] = []
    while traceback is not None:
        frame = traceback.tb_frame
        if not frame.f_locals.get("__tracebackhide__"):
            frames.append([frame.f_code.co_filename, traceback.tb_lineno])
        traceback = traceback.tb_next
    if len(frames) > FIRST_FRAMES + LAST_FRAMES:
        return frames[:FIRST_FRAMES] + frames[-LAST_FRAMES:]
    return frames


def _root_cause(value: BaseException) -> BaseException:
    """The error behind pytest's own `CollectError` and `ConftestImportFailure`, else the error itself."""
    if type(value).__module__.startswith("_pytest."):
        cause = getattr(value, "cause", None) or value.__cause__
        if isinstance(cause, BaseException):
            return cause
    return value


def _describe(excinfo: pytest.ExceptionInfo[BaseException]) -> dict[str, Any]:
    value = _root_cause(excinfo.value)
    if value is not excinfo.value and value.__traceback__ is not None:
        excinfo = type(excinfo).from_exc_info((type(value), value, value.__traceback__))
    frames = _frames(value.__traceback__)
    detail: dict[str, Any] = {
        "type": type(value).__name__,
        "bases": [kind.__name__ for kind in type(value).__mro__],
        "message": _cut(excinfo.exconly(tryshort=True)),
        "frames": frames,
    }
    if isinstance(value, SyntaxError) and value.filename:
        frames.append([str(value.filename), value.lineno or 1])
        detail["message"] = f"{type(value).__name__}: {value.msg}"
    parts = getattr(value, "exceptions", None)
    if isinstance(parts, (list, tuple)):
        detail["parts"] = [_cut(f"{type(part).__name__}: {part}") for part in parts[:3]]
    return detail


class Witness:
    """The plugin object. One per process; workers of pytest-xdist write files of their own."""

    def __init__(self, config: pytest.Config, folder: Path, settings: dict[str, Any]) -> None:
        self.worker = hasattr(config, "workerinput")
        self.settings = settings
        self.stacks = (folder / f"stacks-{os.getpid()}.txt").open("w", encoding="utf-8")
        path = folder / f"witness-{os.getpid()}.jsonl"
        self.file = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, kind: str, **fields: Any) -> None:
        fields["kind"] = kind
        os.write(self.file, (json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "replace"))

    def watch(self) -> None:
        """Write where every thread stands, shortly before the time limit, even in code that never returns to Python."""
        left = self.settings.get("deadline", 0) - time.time()
        if left > 0:
            faulthandler.dump_traceback_later(left, file=self.stacks)

    def pytest_sessionstart(self) -> None:
        self.write("session", worker=self.worker)

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        self.write("collecting", id=collector.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self, call: pytest.CallInfo[Any], report: object) -> None:
        self.watch()  # pytest's own faulthandler plugin has just switched the watch off
        if getattr(report, "when", "") == "collect" and call.excinfo is not None:
            # The report of a collector travels from worker to controller with its attributes.
            report.__dict__["adw_detail"] = _describe(call.excinfo)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.worker:
            self.result(report, "collect")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if not self.worker:
            self.write("collected", count=len(session.items))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[Any]) -> Generator[None, Any, None]:
        outcome = yield
        report = outcome.get_result()
        if call.excinfo is not None and report.failed:
            report.adw_detail = _describe(call.excinfo)

    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        if not self.worker:
            self.write("start", id=nodeid, location=[str(location[0]), (location[1] or 0) + 1])

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if not self.worker:
            self.write("end", id=nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not self.worker and not report.passed:  # what passed is what was begun and ended with nothing more said
            self.result(report, report.when)

    def result(self, report: pytest.TestReport | pytest.CollectReport, when: str) -> None:
        fields: dict[str, Any] = {"id": report.nodeid, "when": when, "outcome": report.outcome}
        describe_subtest = getattr(report, "_sub_test_description", None) or getattr(
            report, "sub_test_description", None
        )
        if describe_subtest is not None:
            fields["subtest"] = describe_subtest()
        if report.failed:
            fields["detail"] = getattr(report, "adw_detail", None)
            location = getattr(report, "location", None)
            if location and location[1] is not None:
                fields["location"] = [str(location[0]), int(location[1]) + 1]
            detail = fields["detail"]
            if detail is None or detail["type"] in SPOKEN_FOR:
                fields["text"] = _cut(str(report.longrepr or ""))
        self.write("result", **fields)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        faulthandler.cancel_dump_traceback_later()
        self.write("finish", worker=self.worker, exit=int(exitstatus), foreign=self.foreign())

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


def pytest_configure(config: pytest.Config) -> None:
    if str(HERE) in os.environ.get("PYTEST_ADDOPTS", ""):
        # Put there for a pytest that a script starts; one that a test starts is not to write the same report.
        del os.environ["PYTEST_ADDOPTS"]
    settings = json.loads((HERE / "witness.json").read_text(encoding="utf-8"))
    witness = Witness(config, HERE, settings)
    config.pluginmanager.register(witness, "adw-witness-of-this-process")
    witness.watch()

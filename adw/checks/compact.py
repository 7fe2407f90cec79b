"""A report as the model gets it: JSON, the same for the same failures, as short as losing no name allows."""

import json
import posixpath
import re
from dataclasses import replace

from adw.checks import text
from adw.checks.grouping import group, natural
from adw.domain.codec import JsonValue
from adw.domain.report import Failure, Report

CHARS = 3200
"""What 30 failures may take. Measured: JSON of this kind has 1.6 characters a token and more, so 2K tokens."""
_CHARS_FOR_EACH_MORE = 90
_MANY = 30
_FEW = 2
"""Failures that are told one by one even where that takes a few characters more."""
_PLACE = re.compile(r"(?P<path>[^\n]*?[^:\n]):(?P<at>\d+(?::\d+)?)")
_TIMES = 2
"""A finding has to stand in a file, on the mean, for telling its places by file to be shorter."""
_LIMITS = (text.LIMIT, 200, 140, 100)
_DENSE_LIMITS = (*_LIMITS, 70, 50, 30, 12)


def compact(report: Report) -> str:
    """SPEC §4 without what is empty or differs from run to run (times, paths of logs).

    Where several failures take less that way, what their names have in common is said once: `{"in":
    "tests/test_a.py::TestX::", "code": …, "rows": [[name, line, message], [name], …]}`; a row without a message says
    the same as the one before. A finding that stands in many places is `{"code": …, "message": …, "at": {"a.ts":
    "3:14 9:2"}}`. Where many would take too much, their messages are cut. `new` is "all" where every
    failure is; it is missing where none is.
    """
    failures = group(report.failures)
    budget = CHARS + _CHARS_FOR_EACH_MORE * max(0, len(failures) - _MANY)
    rendered = ""
    for limit in _LIMITS:
        plain = _json(report, [_plain(failure, limit) for failure in failures])
        rendered = min(plain, _json(report, _dense(failures, limit)), key=len) if len(failures) > _FEW else plain
        if len(rendered) <= budget:
            return rendered
    budget += sum(len(name) for failure in failures for name in failure.also)  # these cannot be cut
    for limit in _DENSE_LIMITS:
        rendered = _json(report, _dense(failures, limit))
        if len(rendered) <= budget:
            break
    return rendered


def full(report: Report) -> str:
    """The same with every failure on its own, indented: what `compact` saves is measured against it."""
    single = [replace(one, name=name, also=()) for one in report.failures for name in one.names]
    rendered = json.loads(_json(report, [_plain(failure, text.LIMIT) for failure in single]))
    return json.dumps(rendered, ensure_ascii=False, indent=2)


def _json(report: Report, failures: list[JsonValue]) -> str:
    summary = report.summary
    counts = {"total": summary.total, "passed": summary.passed, "failed": summary.failed}
    counts |= {"errors": summary.errors, "skipped": summary.skipped}
    slim: dict[str, JsonValue] = {"check": report.check, "tool": report.tool, "ok": report.ok}
    if not report.ok:
        slim["exit_code"] = report.exit_code
    slim["summary"] = {word: count for word, count in counts.items() if count}
    slim["failures"] = failures
    slim["new"] = "all" if report.new and set(report.new) == set(report.failing) else sorted(report.new, key=natural)
    slim["flaky"] = sorted(report.flaky, key=natural)
    if report.fault is not None:
        fault = {"code": report.fault.code, "message": report.fault.message, "tail": report.fault.tail}
        slim["fault"] = {key: value for key, value in fault.items() if value}
    kept = {key: value for key, value in slim.items() if value not in ({}, [], "")}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _plain(failure: Failure, limit: int) -> JsonValue:
    slim: dict[str, JsonValue] = {} if failure.name == failure.loc else {"name": failure.name}
    slim |= {"loc": failure.loc, "code": failure.code, "message": text.cut(failure.message, limit)}
    slim["also"] = list(failure.also)
    return {key: value for key, value in slim.items() if value}


def _dense(failures: tuple[Failure, ...], limit: int) -> list[JsonValue]:
    blocks: dict[tuple[str, str], list[JsonValue]] = {}
    spread: list[JsonValue] = []
    for failure in failures:
        if places := _places(failure):
            spread.append({"code": failure.code, "message": text.cut(failure.message, limit), "at": places})
            continue
        shared = _shared(failure.names)
        rows = blocks.setdefault((shared, failure.code), [])
        first = [failure.name[len(shared) :], _where(failure, shared), text.cut(failure.message, limit)]
        rows.append([part for index, part in enumerate(first) if part or index == 0])
        rows.extend([name[len(shared) :]] for name in failure.also)
    return [*({"in": shared, "code": code, "rows": rows} for (shared, code), rows in blocks.items()), *spread]


def _places(failure: Failure) -> dict[str, JsonValue]:
    """Where one finding stands several times in a file: lines and columns. Empty for what is no such finding."""
    found = [_PLACE.fullmatch(name) for name in failure.names]
    if failure.name != failure.loc or len(found) == 1:
        return {}
    places: dict[str, list[str]] = {}
    for match in found:
        if match is None:
            return {}
        places.setdefault(match["path"], []).append(match["at"])
    worth_it = len(found) >= _TIMES * len(places)
    return {path: " ".join(at) for path, at in places.items()} if worth_it else {}


def _shared(names: tuple[str, ...]) -> str:
    """What all the names begin with, to the end of a class, file or folder."""
    prefix = posixpath.commonprefix([name.partition("[")[0] for name in names])
    for separator in ("::", "/", ":"):
        if separator in prefix:
            return prefix[: prefix.rindex(separator) + len(separator)]
    return ""


def _where(failure: Failure, shared: str) -> JsonValue:
    """The line alone where the file has been named already; nothing where the name says it."""
    path, _, line = failure.loc.partition(":")
    if failure.name == failure.loc:
        return ""
    return int(line) if line.isdecimal() and shared.startswith(f"{path}::") else failure.loc

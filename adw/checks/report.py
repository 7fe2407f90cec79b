"""Reports: built from a reading, grouped, compared with a baseline, rendered for people and for the model."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from adw.checks import text
from adw.checks.tool import Evidence, Reading
from adw.domain.codec import JsonValue
from adw.domain.report import Failure, Report
from adw.domain.run import CheckSpec

COMPACT_CHARS = 4800
"""What messages are cut for in `compact`: about 2K tokens. Names are never cut, so many failures may take more."""
_MESSAGE_STEPS = (text.LIMIT, 200, 140, 100, 70, 40)
_POSITION = re.compile(r"(?::\d+){1,2}$")


def build(check: CheckSpec, evidence: Evidence, reading: Reading, log: str) -> Report:
    """The report of one check: green only where the command was, nothing failed and nothing is at fault."""
    return Report(
        check=check.name,
        tool=check.tool,
        ok=evidence.exit_code == 0 and not reading.failures and reading.fault is None,
        exit_code=evidence.exit_code,
        summary=replace(reading.summary, duration_s=round(evidence.duration_s, 2)),
        failures=group(reading.failures),
        log=log,
        fault=reading.fault,
    )


def group(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Failures with the same code and message as one, the further names in `also`; ordered by name."""
    groups: dict[tuple[str, str], list[Failure]] = {}
    for failure in sorted(failures, key=lambda each: (_natural(each.name), each.loc, each.code, each.message)):
        groups.setdefault((failure.code, failure.message), []).append(failure)
    grouped = []
    for first, *rest in groups.values():
        names = dict.fromkeys(name for failure in (first, *rest) for name in failure.names)
        also = tuple(sorted((name for name in names if name != first.name), key=_natural))
        grouped.append(replace(first, also=also))
    return tuple(grouped)


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """So that line 9 comes before line 10; the name itself last, so that no two names are equal."""
    parts = re.split(r"([0-9]{1,18})", name)
    key = [(int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts)]
    return (*key, (-1, name))


def _keys(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    """Each failing name with what it is compared by.

    Findings are named by their line, which moves with every edit above it: they are the same where file, code and
    message are.
    """
    keys: list[tuple[str, tuple[str, ...]]] = []
    for failure in report.failures:
        for name in failure.names:
            is_finding = failure.name == failure.loc
            key = (_POSITION.sub("", name), failure.code, failure.message) if is_finding else (name,)
            keys.append((name, key))
    return sorted(keys, key=lambda pair: _natural(pair[0]))


def with_baseline(report: Report, baseline: Report) -> Report:
    """The report with `new`: the names that fail now and did not in the baseline."""
    known = Counter(key for _, key in _keys(baseline))
    new = []
    for name, key in _keys(report):
        if known[key] > 0:
            known[key] -= 1
        else:
            new.append(name)
    return replace(report, new=tuple(dict.fromkeys(new)))


def same_failures(one: Report, other: Report) -> bool:
    """Whether the same things fail, whatever their messages; two reports with the same fault are the same too."""
    faults = [report.fault.code if report.fault else "" for report in (one, other)]
    return faults[0] == faults[1] and Counter(key for _, key in _keys(one)) == Counter(key for _, key in _keys(other))


def line(report: Report) -> str:
    """The report in one line, for people."""
    summary = report.summary
    counts = (
        (summary.failed, "failed"),
        (summary.errors, "error" if summary.errors == 1 else "errors"),
        (summary.passed, "passed"),
    )
    parts = [f"{count} {word}" for count, word in (*counts, (summary.skipped, "skipped")) if count]
    if report.fault is not None:
        parts.insert(0, f"{report.fault.code}: {report.fault.message.splitlines()[0]}")
    elif not parts:
        parts.append("ok" if report.ok else f"{len(report.failing)} failures")
    if report.new:
        parts.append(f"{len(report.new)} new")
    return f"{report.check} ({report.tool}): {', '.join(parts)} in {summary.duration_s:g} s"


def compact(report: Report) -> str:
    """The report for the model, as JSON: SPEC §4 without what is empty or differs from run to run.

    `new` is "all" where every failure is; it is missing where none is.
    """
    rendered = ""
    for limit in _MESSAGE_STEPS:
        rendered = json.dumps(_slim(report, limit), ensure_ascii=False, separators=(",", ":"))
        if len(rendered) <= COMPACT_CHARS:
            break
    return rendered


def _slim(report: Report, limit: int) -> JsonValue:
    summary = report.summary
    counts = {"total": summary.total, "passed": summary.passed, "failed": summary.failed}
    counts |= {"errors": summary.errors, "skipped": summary.skipped}
    slim: dict[str, JsonValue] = {"check": report.check, "tool": report.tool, "ok": report.ok}
    if not report.ok:
        slim["exit_code"] = report.exit_code
    slim["summary"] = {word: count for word, count in counts.items() if count}
    slim["failures"] = [_slim_failure(failure, limit) for failure in group(report.failures)]
    slim["new"] = "all" if report.new and set(report.new) == set(report.failing) else sorted(report.new, key=_natural)
    if report.fault is not None:
        fault = {"code": report.fault.code, "message": report.fault.message, "tail": report.fault.tail}
        slim["fault"] = {key: value for key, value in fault.items() if value}
    return {key: value for key, value in slim.items() if value not in ({}, [], "")}


def _slim_failure(failure: Failure, limit: int) -> JsonValue:
    slim: dict[str, JsonValue] = {} if failure.name == failure.loc else {"name": failure.name}
    slim |= {"loc": failure.loc, "code": failure.code, "message": text.cut(failure.message, limit)}
    slim["also"] = list(failure.also)
    return {key: value for key, value in slim.items() if value}

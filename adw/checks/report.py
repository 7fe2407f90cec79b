"""Reports: built from a reading, grouped, compared with a baseline, rendered for people and for the model."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from adw.checks.compact import compact
from adw.checks.grouping import group, natural
from adw.checks.tool import Evidence, Reading
from adw.domain.codec import JsonValue
from adw.domain.report import Failure, Report
from adw.domain.run import CheckSpec

__all__ = [
    "as_json",
    "build",
    "compact",
    "group",
    "line",
    "same_failures",
    "with_baseline",
    "with_second_look",
    "worded",
]

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
    return sorted(keys, key=lambda pair: natural(pair[0]))


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


def with_second_look(report: Report, again: Report, names: Collection[str]) -> Report:
    """The report with `flaky`: what of `names` failed at first and passed `again`, run alone and unchanged.

    Nothing is called flaky unless the second run had as many passes as there are names that did not fail again:
    a test that was not found or was skipped has not passed.
    """
    steady = set(again.failing)
    passed = tuple(name for name in report.failing if name in names and name not in steady)
    return report if again.fault is not None or again.summary.passed < len(passed) else replace(report, flaky=passed)


def as_json(report: Report) -> JsonValue:
    """SPEC §4 to the letter: what is told to people's programs. `fault` and `flaky` stand only where there is one."""
    summary = report.summary
    counts = ("total", "passed", "failed", "errors", "skipped", "duration_s")
    shown: dict[str, JsonValue] = {"schema": report.schema, "check": report.check, "tool": report.tool}
    shown |= {"ok": report.ok, "exit_code": report.exit_code}
    shown["summary"] = {count: getattr(summary, count) for count in counts}
    shown["failures"] = [_failure(one) for one in report.failures]
    shown |= {"new": [*report.new], "log": report.log}
    if report.fault is not None:
        fault = report.fault
        shown["fault"] = {"code": fault.code, "message": fault.message, "tail": fault.tail}
    if report.flaky:
        shown["flaky"] = [*report.flaky]
    return shown


def _failure(failure: Failure) -> JsonValue:
    """A finding is named by its place alone."""
    shown: dict[str, JsonValue] = {} if failure.name == failure.loc else {"name": failure.name}
    shown |= {"loc": failure.loc, "code": failure.code, "message": failure.message}
    return {**shown, "also": [*failure.also]} if failure.also else shown


def worded(report: Report) -> str:
    """Why the report is not green, in one line."""
    if report.fault is not None:
        said = report.fault.message.splitlines()[0] if report.fault.message else report.fault.code
        return f"the {report.check} check could not be judged: {said}"
    count = len(report.failing)
    thing = "test" if report.check == "test" else "finding"
    return f"{report.check} ({report.tool}): {count} {thing}{'' if count == 1 else 's'}"


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
        count = len(report.failing)
        parts.append("ok" if report.ok else f"{count} failure{'' if count == 1 else 's'}")
    if report.new:
        parts.append(f"{len(report.new)} new")
    if report.flaky:
        parts.append(f"{len(report.flaky)} flaky")
    took = f" in {summary.duration_s:g} s" if summary.duration_s else ""  # a log that is parsed took no time
    return f"{report.check} ({report.tool}): {', '.join(parts)}{took}"

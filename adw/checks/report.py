"""Reports: built from a reading, grouped, compared with a baseline, rendered for people and for the model."""

import re
from collections import Counter
from dataclasses import replace

from adw.checks.compact import compact
from adw.checks.grouping import group, natural
from adw.checks.tool import Evidence, Reading
from adw.domain.report import Report
from adw.domain.run import CheckSpec

__all__ = ["build", "compact", "group", "line", "same_failures", "with_baseline"]

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

"""Domain values as sections of a request: what each says and how much it matters."""

import json

from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.review import Finding
from adw.domain.section import Priority, Section, Zone
from adw.domain.snapshot import Snapshot

_LISTED_FILES = 300


def system(text: str) -> Section:
    return Section("system", text.strip(), Priority.CRITICAL, Zone.STABLE)


def instructions(text: str) -> tuple[Section, ...]:
    """The project's own instructions; nothing where it has none."""
    if not text.strip():
        return ()
    return (Section("instructions", f"# Project instructions\n{text.strip()}", Priority.MEDIUM, Zone.STABLE),)


def issue(one: Issue) -> Section:
    return Section("issue", f"# Issue: {one.title}\n{one.body.strip()}".strip(), Priority.CRITICAL)


def plan(one: Plan) -> Section:
    lines = ["# Plan", one.summary, *(f"{n}. {step}" for n, step in enumerate(one.steps, start=1))]
    for label, values in (("Change", one.change), ("Create", one.create), ("Tests", one.tests)):
        if values:
            lines.append(f"{label}: {', '.join(values)}")
    return Section("plan", "\n".join(lines), Priority.CRITICAL)


def file_list(files: tuple[str, ...]) -> Section:
    """The repository's files by name, folders folded where there are too many to list."""
    if len(files) <= _LISTED_FILES:
        lines = list(files)
    else:
        folders: dict[str, int] = {}
        for path in files:
            folder = "/".join(path.split("/")[:2]) if "/" in path else path
            folders[folder] = folders.get(folder, 0) + 1
        lines = [f"{name} ({count} files)" if count > 1 else name for name, count in sorted(folders.items())]
        lines = lines[:_LISTED_FILES]
    return Section("repo_map", "\n".join(["# Files of the repository", *lines]), Priority.MEDIUM)


def repo_map(text: str) -> Section:
    """A map that was made for the issue."""
    return Section("repo_map", text, Priority.MEDIUM)


def file(name: str, text: str, priority: Priority = Priority.HIGH) -> Section:
    """One file, cut already."""
    return Section(f"file {name}", text, priority)


def report(text: str, title: str) -> Section:
    return Section("report", f"# {title}\n{text}", Priority.CRITICAL, Zone.REPORT)


def diff(text: str) -> Section:
    return Section("diff", f"# Diff\n{text.strip()}", Priority.CRITICAL, Zone.REPORT)


def findings(found: tuple[Finding, ...]) -> Section:
    lines = [f"- {one.path}:{one.line or '?'} {one.message}" for one in found]
    return Section("findings", "\n".join(["# Blockers of the review", *lines]), Priority.CRITICAL, Zone.REPORT)


def snapshot(one: Snapshot) -> Section:
    """The state that replaces history; empty fields take no tokens."""
    fields = {
        "phase": one.phase,
        "attempt": one.attempt,
        "decisions": list(one.decisions),
        "touched": [f"{touched.change} {touched.path}" for touched in one.touched],
        "reports": list(one.reports),
        "questions": list(one.questions),
        "next": one.next_step,
    }
    kept = {key: value for key, value in fields.items() if value}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return Section("snapshot", f"# State\n{text}", Priority.HIGH)

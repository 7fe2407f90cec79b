"""Collects what a conversation is shown. It reads the workspace, so it runs as a step and its findings are kept."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from adw.context import sections
from adw.context.files import cut
from adw.context.likely import likely_files
from adw.context.survey import survey
from adw.domain.flags import Flag
from adw.domain.report import Report
from adw.domain.section import Priority, Section
from adw.domain.snapshot import TouchedFile
from adw.errors import WorkspaceError
from adw.workflow.kit import Kit, View
from adw.workflow.views import decode, is_binary

_BRIEF_LINES = 150
"""Of a file that is only likely to matter. The planner can read on."""


def redacted(view: View, sections_of: Iterable[Section]) -> tuple[Section, ...]:
    """Sections with known secrets taken out, in their order."""
    return tuple(Section(one.name, view.redact(one.text), one.priority, one.zone) for one in sections_of)


def preamble(view: View, prompt_text: str) -> tuple[Section, ...]:
    """What stands first in every request of a phase."""
    return (sections.system(prompt_text), *sections.instructions(view.spec.instructions))


def likely(view: View, report: Report | None) -> tuple[Section, ...]:
    """For planning: a map of the repository, and the files that the issue points at."""
    files, issue, budget = view.files.files(), view.spec.issue, view.spec.limits.repo_map_tokens
    text = f"{issue.title}\n{issue.body}"
    first = likely_files(text, report, files)
    repo = view.symbols.look(view.spec.base_commit, first) if view.symbols and budget else None
    if repo is None or not repo.files:
        return (sections.file_list(files), *show_files(view, first, report))
    seen = survey(text, report, files, repo, budget=budget)
    shown = show_files(view, seen.likely, report, Focus(seen.focus, seen.brief))
    return (sections.repo_map(seen.map), *shown)


@dataclass(frozen=True, slots=True)
class Focus:
    """What matters in files, where more is known than what fails."""

    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    brief: frozenset[str] = frozenset()
    """Files of which a part is enough."""


def show_files(
    view: View, paths: Iterable[str], report: Report | None = None, focus: Focus = Focus()
) -> tuple[Section, ...]:
    """Each file once, as it is now, sorted by path. Where one of `paths` is there but cannot be shown, why.

    What is not there is left out: a plan names files to create.
    """
    failing, named, there = _focus(report), set(paths), frozenset(view.files.files())
    others = set() if Flag.MODIFIED_FILES_ONLY in view.spec.flags else there - named
    max_lines = view.spec.limits.max_file_lines if Flag.TRUNCATE_FILES in view.spec.flags else sys.maxsize
    shown = []
    for path in sorted(named | others):
        found = _read(view, path)
        if isinstance(found, str):
            text = f"## {path}\n[{found}]" if path in named & there else ""
        else:
            most = min(_BRIEF_LINES, max_lines) if path in focus.brief else max_lines
            text = cut(path, decode(found), most, failing.get(path) or focus.lines.get(path, ()))
        if text:
            shown.append(sections.file(path, text, Priority.HIGH if path in named else Priority.LOW))
    return tuple(shown)


def _read(view: View, path: str) -> bytes | str:
    """The content of a text file, or why there is none."""
    try:
        content = view.files.read(path)
    except WorkspaceError as error:
        return error.message
    return f"binary, {len(content)} bytes" if is_binary(content) else content


def failing_files(report: Report) -> tuple[str, ...]:
    """Files that the failures point at."""
    places = (failure.loc.split(":")[0] for failure in report.failures)
    tests = (name.split("::")[0] for name in report.failing)
    return tuple(dict.fromkeys([*places, *tests]))


def touched_files(kit: Kit) -> tuple[TouchedFile, ...]:
    """What the run has changed so far."""
    files = set(kit.workspace.files())
    return tuple(TouchedFile(path, "edited" if path in files else "deleted") for path in kit.workspace.touched())


def _focus(report: Report | None) -> dict[str, tuple[int, ...]]:
    """Lines that matter, by path."""
    found: dict[str, tuple[int, ...]] = {}
    for failure in report.failures if report else ():
        path, _, rest = failure.loc.partition(":")
        line = rest.split(":")[0]
        if line.isdigit():
            found[path] = (*found.get(path, ()), int(line))
    return found

"""Collects what a conversation is shown. It reads the workspace, so it runs as a step and its findings are kept."""

import sys
from collections.abc import Iterable

from adw.context import sections
from adw.context.files import cut
from adw.context.likely import likely_files
from adw.domain.flags import Flag
from adw.domain.report import Report
from adw.domain.section import Priority, Section
from adw.domain.snapshot import TouchedFile
from adw.errors import WorkspaceError
from adw.workflow.kit import Kit, View
from adw.workflow.views import decode, is_binary


def redacted(view: View, sections_of: Iterable[Section]) -> tuple[Section, ...]:
    """Sections with known secrets taken out, in their order."""
    return tuple(Section(one.name, view.redact(one.text), one.priority, one.zone) for one in sections_of)


def preamble(view: View, prompt_text: str) -> tuple[Section, ...]:
    """What stands first in every request of a phase."""
    return (sections.system(prompt_text), *sections.instructions(view.spec.instructions))


def likely(view: View, report: Report | None) -> tuple[Section, ...]:
    """For planning: the repository's files by name, and the files that the issue points at."""
    files = view.files.files()
    issue = view.spec.issue
    named = likely_files(f"{issue.title}\n{issue.body}", report, files)
    return (sections.file_list(files), *show_files(view, named, report))


def show_files(view: View, paths: Iterable[str], report: Report | None = None) -> tuple[Section, ...]:
    """Each file once, as it is now, sorted by path; what cannot be shown is left out."""
    focus, named = _focus(report), set(paths)
    others = set() if Flag.MODIFIED_FILES_ONLY in view.spec.flags else set(view.files.files()) - named
    max_lines = view.spec.limits.max_file_lines if Flag.TRUNCATE_FILES in view.spec.flags else sys.maxsize
    shown = []
    for path in sorted(named | others):
        try:
            content = view.files.read(path)
        except WorkspaceError:
            continue  # not there (yet): the plan may name files to create
        if is_binary(content):
            continue
        text = cut(path, decode(content), max_lines, focus.get(path, ()))
        shown.append(sections.file(path, text, Priority.HIGH if path in named else Priority.LOW))
    return tuple(shown)


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

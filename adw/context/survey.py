"""What a planner is shown of a repository that it has never seen: a map, and the files that the issue points at."""

from collections.abc import Mapping
from dataclasses import dataclass

from adw.context.likely import MOST, failing_files, most_important, named_files
from adw.context.mentions import PLAIN, Mentions, mentions
from adw.context.ranking import Definers, Evidence, rank
from adw.context.repo_map import repo_map, worth
from adw.domain.report import Report
from adw.domain.symbols import FileSymbols, RepoSymbols

_ORIENTATION = 4
"""By how much less the map may take where files are shown for sure: then it is only for finding one's way."""
_FOCUS = 8
"""Definitions of a file that its cut is laid around."""


@dataclass(frozen=True, slots=True)
class Survey:
    likely: tuple[str, ...]
    """Files to show outright, from the strongest sign to the weakest."""
    brief: frozenset[str]
    """Those of them that are only likely: what is around `focus` is enough to begin with."""
    focus: Mapping[str, tuple[int, ...]]
    """Lines that the issue is about, by path."""
    map: str


def survey(
    text: str,
    report: Report | None,
    files: tuple[str, ...],
    repo: RepoSymbols,
    *,
    budget: int,
) -> Survey:
    """Of `files`, for the issue `text` and the failures of `report`.

    The map takes about `budget` tokens at most, and a quarter of that where files are named or fail.
    """
    files, spoken = tuple(sorted(files)), mentions(text)
    named, failing = named_files(text, files), failing_files(report, files)
    ranked = rank(repo, Definers(repo), files, Evidence(spoken, tuple(named), tuple(failing)))
    sure = dict.fromkeys((*named, *failing))
    likely = tuple(dict.fromkeys((*sure, *most_important(ranked))))[:MOST]
    brief = frozenset(path for path in likely if path not in sure)
    room = budget // _ORIENTATION if sure else budget
    return Survey(
        likely=likely,
        brief=brief,
        focus={path: _focus(repo.files[path], spoken) for path in likely if path in repo.files},
        map=repo_map(repo, ranked, spoken, files, shown=frozenset(likely) - brief, budget=room),
    )


def _focus(file: FileSymbols, spoken: Mentions) -> tuple[int, ...]:
    """Lines of the definitions that the issue names, else of the one that has most of its words."""
    definitions = sorted(file.definitions(), key=lambda one: (-worth(one, spoken, {}), one.line))
    named = [one.line for one in definitions if spoken.names.get(one.name, 0.0) > PLAIN]
    return tuple(named[:_FOCUS] or [one.line for one in definitions[:1]])

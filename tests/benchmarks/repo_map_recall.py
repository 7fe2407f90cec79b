# ruff: noqa: T201 - the output is the point
"""How often the repository map leads to the file that a real fix touched.

    python -m tests.benchmarks.repo_map_recall REPOSITORY [--commits 60] [--of 4000] [--budget 1200] [--each]

Small fixes are taken from the repository's own history, spread evenly over its last commits. The commit's message
stands in for the issue, the commit before it is what is looked at, and the files that it changed, tests left out, are
the truth. A message is less than an issue (no traceback, no example), and who wrote it knew the answer.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adw.adapters.git.blobs import GitBlobs
from adw.adapters.git.command import GitCommand
from adw.adapters.git.repository import Repository
from adw.adapters.symbols.index import TreeSitterIndex
from adw.adapters.symbols.reader import language_of
from adw.adapters.symbols.store import SymbolStore
from adw.context.likely import named_files
from adw.context.mentions import mentions
from adw.context.ranking import Definers, Evidence, is_test, rank
from adw.context.survey import survey

_FIX = re.compile(r"\b(?:fix(?:es|ed)?|bugs?|regression|wrong|incorrect(?:ly)?|crash(?:es)?|broken)\b", re.IGNORECASE)
_TRAILER = re.compile(r"^(?:[A-Z][\w-]+-by|Closes|Fixes|See also): .*$", re.MULTILINE)
_MOST_FILES, _MOST_LINES, _LEAST_WORDS = 3, 40, 6


@dataclass(frozen=True)
class Fix:
    commit: str
    text: str
    files: frozenset[str]
    """What it changed outside tests; all of it was there before."""


@dataclass(frozen=True)
class Found:
    place: int
    """Of the first touched file among the ranked, from 1; 0 where it is not among them."""
    shown: bool
    """Whether the planner is shown one of the touched files outright."""
    listed: bool
    """Whether the map has one of them, or it is shown outright."""
    files: int


def fixes(git: GitCommand, of: int) -> Iterator[Fix]:
    """Small fixes among the last `of` commits, newest first."""
    log = git.run("log", "--no-merges", f"-n{of}", "--no-renames", "--numstat", "--format=%x1e%H%x1f%B%x1f").text
    for record in log.split("\x1e")[1:]:
        commit, text, counts = record.split("\x1f")
        touched = [line.split("\t") for line in counts.split("\n") if line.count("\t") == 2]
        paths = frozenset(path for _, _, path in touched if language_of(path) and not is_test(path))
        lines = sum(int(n) for *both, path in touched for n in both if path in paths and n.isdecimal())
        text = _TRAILER.sub("", text).strip()
        if (
            _FIX.search(text)
            and len(text.split()) >= _LEAST_WORDS
            and 0 < len(paths) <= _MOST_FILES
            and lines <= _MOST_LINES
        ):
            yield Fix(commit, text, paths)


def look(index: TreeSitterIndex, blobs: GitBlobs, git: GitCommand, fix: Fix, budget: int) -> Found | None:
    """Before the fix; None where it has no parent, or the parent lacks the files."""
    before = git.run("rev-parse", "--verify", "--quiet", f"{fix.commit}^", accept=(0, 1)).text
    files = tuple(blob.path for blob in blobs.listed(before)) if before else ()
    if not fix.files <= set(files):
        return None
    repo = index.look(before)
    named = tuple(named_files(fix.text, files))
    ranked = list(rank(repo, Definers(repo), files, Evidence(mentions(fix.text), named)))
    seen = survey(fix.text, None, files, repo, budget=budget)
    outright = bool(fix.files & set(seen.likely))
    return Found(
        place=min((ranked.index(path) + 1 for path in fix.files if path in ranked), default=0),
        shown=outright,
        listed=outright or bool(fix.files & set(seen.map.split("\n"))),
        files=len(repo.files),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--of", type=int, default=4_000, help="the last commits of the history")
    parser.add_argument("--budget", type=int, default=1_200, help="tokens of the map")
    parser.add_argument("--each", action="store_true", help="say how each fix came out")
    given = parser.parse_args()
    repository = Repository.discover(given.repository)
    git, blobs = repository.objects(), GitBlobs(repository)
    known = list(fixes(git, given.of))
    chosen = known[:: max(1, len(known) // given.commits)][: given.commits]
    found: list[Found] = []
    with tempfile.TemporaryDirectory() as scratch:
        index = TreeSitterIndex(blobs, SymbolStore(Path(scratch, "symbols"), above=Path(scratch)))
        for fix in chosen:
            one = look(index, blobs, git, fix, given.budget)
            found += [one] if one else []
            if given.each and one:
                print(
                    fix.commit[:10], one.place, one.shown, one.listed, sorted(fix.files), fix.text.split("\n")[0][:80]
                )
    _say(found, len(known))
    return 0


def _say(found: list[Found], known: int) -> None:
    total, sizes = len(found) or 1, sorted(one.files for one in found) or [0]
    print(f"{len(found)} of {known} small fixes, in {sizes[0]:,} to {sizes[-1]:,} files that a parser knows")
    for most in (1, 5, 10):
        print(f"among the first {most:2}: {sum(0 < one.place <= most for one in found) / total:.0%}")
    print(f"mean reciprocal rank: {sum(1 / one.place for one in found if one.place) / total:.2f}")
    print(f"shown outright: {sum(one.shown for one in found) / total:.0%}")
    print(f"in the map or shown: {sum(one.listed for one in found) / total:.0%}")


if __name__ == "__main__":
    sys.exit(main())

"""Which files of a repository matter for an issue.

A file starts with what the issue says of it: its path, the names that it defines, the words in both; and with whether
a test in it fails. Then importance flows along references, from a file to those that define what it uses
(personalised PageRank by local pushes: the work depends on how far importance reaches, not on the number of files).
What was measured to choose the figures: docs/decisions/repo-map.md.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

from adw.context.mentions import Mentions
from adw.domain.symbols import RepoSymbols

_DEFINED_OFTEN = 10
"""A name that more files define says nothing of any."""
_FLOW = 0.1
"""Share of a file's importance that goes on to what it uses. More of it blurs: at 0.5 the right file sinks."""
_LEAST = 1e-3
"""Importance, of 1 in all, that is not worth passing on."""
_MOST_PUSHES = 1_500
_NAMED_PATH, _FAILING = 8.0, 4.0
_IN_TITLE = 1.5
"""What a name in the issue's title is worth, against one below."""
_TEST = 0.4
"""What a test is worth that does not fail: it speaks of everything, and is seldom what an issue is about."""
_TEST_PATH = re.compile(r"(?:^|/)(?:tests?|testing|specs?|__tests__)/|(?:^|/)(?:test_|conftest)|[._-](?:test|spec)s?\.")
_IN_PATH, _IN_NAMES, _IN_USES = 1.5, 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for files before anything is looked up."""

    mentions: Mentions
    named: tuple[str, ...] = ()
    """Paths that the issue names."""
    failing: tuple[str, ...] = ()
    """Paths that failures point at."""


class Definers:
    """Which files define a name."""

    def __init__(self, repo: RepoSymbols) -> None:
        found: defaultdict[str, list[str]] = defaultdict(list)
        self.stems = {path: _stem(path) for path in repo.files}
        """What each file is imported by."""
        for path, file in repo.files.items():
            names = file.names.split()
            for name in names:
                found[name].append(path)
            if self.stems[path] not in names:
                found[self.stems[path]].append(path)
        self._found = found

    def of(self, name: str) -> Sequence[str]:
        """Paths, sorted; empty where nobody defines it, or too many do."""
        paths = self._found.get(name, ())
        return paths if len(paths) <= _DEFINED_OFTEN else ()


def is_test(path: str) -> bool:
    """By its folder or its name."""
    return _TEST_PATH.search(path) is not None


def _stem(path: str) -> str:
    """The file's name, or its folder's where the name says nothing."""
    folder, _, file = path.rpartition("/")
    name = file.split(".")[0]
    above = folder.rpartition("/")[2]
    return above if above and name in {"__init__", "index", "mod", "lib", "main"} else name


def rank(repo: RepoSymbols, definers: Definers, files: tuple[str, ...], evidence: Evidence) -> dict[str, float]:
    """Importance by path, the largest first; paths without any are left out. The same for the same input."""
    start = _start(repo, definers, files, evidence)
    if not start:
        start = _by_use(repo, definers)
    total = sum(start.values())
    flowed = _flow(repo, definers, {path: value / total for path, value in start.items()}) if total else {}
    return dict(sorted(flowed.items(), key=lambda one: (-round(one[1], 9), one[0])))


def _start(repo: RepoSymbols, definers: Definers, files: tuple[str, ...], evidence: Evidence) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for path in evidence.named:
        found[path] += _NAMED_PATH
    for path in evidence.failing:
        found[path] += _FAILING / len(evidence.failing)
    for name, sure in evidence.mentions.names.items():
        paths = definers.of(name)
        for path in paths:
            found[path] += sure * (_IN_TITLE if name in evidence.mentions.title else 1.0) / len(paths)
    for path, value in _by_words(repo, files, evidence.mentions.words).items():
        found[path] += value
    certain = {*evidence.named, *evidence.failing}
    return {path: value * _TEST if is_test(path) and path not in certain else value for path, value in found.items()}


def _by_words(repo: RepoSymbols, files: tuple[str, ...], words: Mapping[str, int]) -> dict[str, float]:
    """How much of the issue's vocabulary stands in paths and in defined names; rare words count more."""
    if not files:
        return {}
    found: defaultdict[str, float] = defaultdict(float)
    names = [repo.files[path].names if path in repo.files else "" for path in files]
    uses = [repo.files[path].references if path in repo.files else "" for path in files]
    for texts, worth in ((files, _IN_PATH), (names, _IN_NAMES), (uses, _IN_USES)):
        whole = "\n".join(texts).lower()
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        if starts[-1] != len(whole) + 1:  # a letter whose lower case is longer
            whole, starts = _lowered(texts)
        for word, times in words.items():
            where = _places(whole, word, starts)
            rarity = log(1 + len(files) / (1 + len(where))) / log(1 + len(files))
            for place in where:
                found[files[place]] += worth * rarity**2 * min(2.0, 1 + log(times))
    longest = max((len(text) for text in names), default=0) or 1
    return {
        path: value / (1 + len(repo.files[path].names) / longest) if path in repo.files else value / 2
        for path, value in found.items()
    }


def _lowered(texts: Iterable[str]) -> tuple[str, list[int]]:
    lower = [text.lower() for text in texts]
    return "\n".join(lower), list(accumulate((len(text) + 1 for text in lower), initial=0))


def _places(whole: str, word: str, starts: list[int]) -> list[int]:
    """The numbers of the texts that hold `word`, each once."""
    found = []
    at = whole.find(word)
    while at >= 0:
        number = bisect_right(starts, at) - 1
        found.append(number)
        at = whole.find(word, starts[number + 1])
    return found


def _by_use(repo: RepoSymbols, definers: Definers) -> dict[str, float]:
    """Where the issue says nothing: how much a file is used by others."""
    found: dict[str, float] = dict.fromkeys(repo.files, 1.0 / (1 + len(repo.files)))
    for path in repo.files:
        for other, weight in _uses(repo, definers, path).items():
            found[other] += weight
    return found


def _flow(repo: RepoSymbols, definers: Definers, start: Mapping[str, float]) -> dict[str, float]:
    """Importance after it has flowed, by forward pushes (Andersen, Chung, Lang: Local graph partitioning, 2006)."""
    kept: defaultdict[str, float] = defaultdict(float)
    waiting = dict(start)
    left = _MOST_PUSHES
    while left > 0 and (ready := sorted(path for path, amount in waiting.items() if amount >= _LEAST)):
        for path in ready[:left]:
            amount = waiting.pop(path)
            uses = _uses(repo, definers, path)
            kept[path] += amount * (1 - _FLOW) if uses else amount
            total = sum(uses.values())
            for other, weight in uses.items():
                waiting[other] = waiting.get(other, 0.0) + amount * _FLOW * weight / total
        left -= len(ready)
    for path, amount in waiting.items():
        kept[path] += amount * (1 - _FLOW)
    return kept


def _uses(repo: RepoSymbols, definers: Definers, path: str) -> dict[str, float]:
    """The files that define what `path` uses, each with how much of it. A file that is imported by name counts more."""
    file = repo.files.get(path)
    if file is None:
        return {}
    own, own_stem = set(file.names.split()), definers.stems[path]
    used = file.references.split()
    known = set(used)
    found: defaultdict[str, float] = defaultdict(float)
    for name in used:
        if name in own or name == own_stem:
            continue
        paths = definers.of(name)
        if not paths:
            continue
        weights = [4.0 if definers.stems[one] in known else 1.0 for one in paths]
        for one, weight in zip(paths, weights, strict=True):
            found[one] += weight / sum(weights)
    return found

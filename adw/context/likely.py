"""Files that an issue points at: named in it, holding what fails, ranked first. Shown outright, they save the asking.

A file costs thousands of tokens, so weak signs are left to the repository map. What is a weak sign was measured:
docs/decisions/repo-map.md.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath

from adw.domain.report import Report

# Each is linear in the text: an issue is outside text, and a pasted log may be one word of megabytes.
_TOKEN = re.compile(r"[\w./-]+")
_CLIMB = re.compile(r"(?:\.{0,2}/)+")
_WORD = re.compile(r"[A-Za-z_]\w{3,}")
_MODULE = re.compile(r"[a-z_]\w*(?:\.\w+)+")

MOST = 8
"""Files that are shown outright."""
_NAMESAKES = 2
"""As many files may be meant by one bare name; of more, none is."""
_STEMS = 3
_RANKED, _AS_IMPORTANT = 3, 0.7


def likely_files(text: str, report: Report | None, files: Iterable[str], most: int = MOST) -> tuple[str, ...]:
    """Paths from the strongest sign to the weakest: named whole, failing, named by module or stem."""
    known = tuple(files)
    found = dict.fromkeys((*named_files(text, known), *failing_files(report, known)))
    stems = [path for path in _by_stem(text, known) if path not in found]
    if len(stems) <= _STEMS:
        found |= dict.fromkeys(stems)
    return tuple(found)[:most]


def most_important(ranked: Mapping[str, float]) -> tuple[str, ...]:
    """The first of `ranked`, and those after it that matter nearly as much."""
    first = next(iter(ranked.values()), 0.0)
    return tuple(path for path, value in islice(ranked.items(), _RANKED) if value >= _AS_IMPORTANT * first)


def named_files(text: str, files: tuple[str, ...]) -> list[str]:
    """Files that the text names. A bare name that many files have (`models.py`) names none of them."""
    whole = set(_TOKEN.findall(text))
    found = _named(text, files)
    namesakes = Counter(PurePosixPath(path).name for path in found)
    return [path for path in found if namesakes[PurePosixPath(path).name] <= _NAMESAKES or path in whole]


def _named(text: str, files: tuple[str, ...]) -> list[str]:
    """Files whose path, or the end of it, stands in the text; also as a dotted module, or with a name of it behind."""
    names: set[str] = set()
    for token in set(_TOKEN.findall(text)):
        name = token.rstrip("./-")
        names.add(name[climb.end() :] if (climb := _CLIMB.match(name)) else name)
        if _MODULE.fullmatch(name):
            module, last = name.replace(".", "/").rsplit("/", maxsplit=1)
            names |= {f"{module}/{last}.py", f"{module}.py"}
    return [path for path in files if any(end in names for end in _ends(path))]


def _ends(path: str) -> Iterator[str]:
    """The path and its ends at folders: `a/b/c.py`, `b/c.py`; of the bare name only where it has a suffix."""
    parts = path.split("/")
    for start in range(len(parts)):
        if start < len(parts) - 1 or "." in parts[-1]:
            yield "/".join(parts[start:])


def failing_files(report: Report | None, files: tuple[str, ...]) -> list[str]:
    """Files that failures are located in, and the modules that such tests are named after."""
    if report is None:
        return []
    places = dict.fromkeys(
        part for failure in report.failures for part in (failure.loc.split(":")[0], failure.name.split("::")[0])
    )
    known = set(files)
    direct = [path for path in places if path in known]
    stems = {PurePosixPath(path).stem.removeprefix("test_").removesuffix("_test") for path in direct}
    under_test = [path for path in files if PurePosixPath(path).stem in stems and path not in direct]
    return [*under_test, *direct]


def _by_stem(text: str, files: tuple[str, ...]) -> list[str]:
    """Source files whose stem is a word of the text."""
    words = {word.lower() for word in _WORD.findall(text)}
    return [path for path in files if PurePosixPath(path).stem.lower() in words]

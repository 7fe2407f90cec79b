"""The repository as a planner sees it who has never been there: the files that matter, and what they define.

The most relevant file stands first, because that is what the reader looks for; within a file, lines go upwards. What
is shown depends on the issue, so no prompt is shared by two issues anyway; the same issue and commit give the same
bytes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import ceil

from adw.context.mentions import PLAIN, Mentions, parts_of
from adw.domain.symbols import Definition, FileSymbols, RepoSymbols

_HEAD = "# Repository map\nThe most relevant files first, with what they define by line; the rest is left out."
_RANKED = 120
"""Files that are looked at closely."""
_LISTED = 4_000
"""Definitions that are looked at closely."""
_USERS = 40
"""The first files, whose uses make a definition matter."""
_BYTES_A_TOKEN = 2.1
"""Of maps with the newest Claude tokenizer: most have 2.2 to 2.8, the least that was measured is 2.05. So a map may
take a fortieth more than its budget."""
_FOLDERS, _NAMED, _NAMED_REST = 12, 3, 60
_KIND = {"type": 1.0, "function": 1.0, "value": 0.3, "inner": 0.1}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the map. `place` is its definition's number in the file; the file's own line has -1."""

    path: str
    place: int
    text: str
    worth: float
    needs: tuple[int, ...] = ()
    """Places of what is around it, which is shown with it."""


def repo_map(
    repo: RepoSymbols,
    ranked: Mapping[str, float],
    mentioned: Mentions,
    files: tuple[str, ...],
    *,
    shown: frozenset[str],
    budget: int,
) -> str:
    """The map in about `budget` tokens at most. `shown` are files that the reader has whole: they take no room here.

    Paths that hold control characters are left out: one with a newline could say anything in the map's name.
    """
    files, named = _printable(files), _printable(sorted(shown))
    candidates = [path for path in _printable(islice(ranked, _RANKED)) if path not in shown]
    lines = sorted(_lines(repo, ranked, mentioned, candidates), key=lambda one: (-one.worth, one.path, one.place))
    tail = _tail((_folders(files), *_left_out(repo, named)), budget)
    left = budget - _tokens(f"{_HEAD}\n{tail}") - 2
    chosen = _fill(lines, left)
    text = _text(candidates, chosen, tail)
    listed = {one.path for one in chosen}
    rest = [path for path in files if path not in shown and path not in listed]
    if len(rest) > _NAMED_REST:
        return text
    by_name = [f"[also: {', '.join(rest)}]"] if rest else []
    whole = _text(candidates, chosen, "\n".join((*by_name, *_left_out(repo, named))))
    return whole if _tokens(whole) <= budget else text


def _printable(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.isprintable())


def _tail(lines: Iterable[str], budget: int) -> str:
    """The lines about what is not in the map, as far as there is room for them."""
    tail = ""
    for line in lines:
        longer = f"{tail}\n{line}" if tail else line
        if _tokens(f"{_HEAD}\n{longer}") <= budget:
            tail = longer
    return tail


def _tokens(text: str) -> int:
    """About. Not counted, because counters differ by Python's version, and a map must not."""
    return ceil(len(text.encode("utf-8", "replace")) / _BYTES_A_TOKEN)


def _fill(lines: list[_Line], left: int) -> list[_Line]:
    """The worthiest lines that fit, each with the lines that it needs before it."""
    by_place = {(one.path, one.place): one for one in lines}
    chosen: dict[tuple[str, int], _Line] = {}
    for line in lines:
        wanted = [by_place[line.path, place] for place in (-1, *line.needs) if (line.path, place) not in chosen]
        wanted = [one for one in wanted if one is not line] + [line] * ((line.path, line.place) not in chosen)
        cost = sum(_tokens(f"{one.text}\n") for one in wanted)
        if cost > left:
            break
        left -= cost
        chosen |= {(one.path, one.place): one for one in wanted}
    return list(chosen.values())


def _text(order: list[str], chosen: list[_Line], tail: str) -> str:
    rows: dict[str, list[_Line]] = {}
    for line in chosen:
        rows.setdefault(line.path, []).append(line)
    body = [one.text for path in order for one in sorted(rows.get(path, ()), key=lambda one: one.place)]
    return "\n".join([_HEAD, *body, *([tail] if tail else [])])


def _lines(repo: RepoSymbols, ranked: Mapping[str, float], mentioned: Mentions, paths: list[str]) -> Iterator[_Line]:
    """What could stand in the map, with what it is worth."""
    used = Counter(
        name
        for path in islice(ranked, _USERS)
        if path in repo.files
        for name in set(repo.files[path].references.split())
    )
    left = _LISTED
    for path in paths:
        importance = ranked[path] ** 0.5
        yield _Line(path, -1, path, importance * 1.5)
        file = repo.files.get(path)
        if file is None or left <= 0:
            continue
        definitions = _distinct(file)
        left -= len(definitions)
        worths = {place: worth(one, mentioned, used) for place, one in definitions.items()}
        better = sorted(worths, key=lambda place: (-worths[place], place))
        for order, place in enumerate(better):
            one = definitions[place]
            text = f"{one.line} {'  ' * one.depth}{one.signature}"
            yield _Line(path, place, text, importance * worths[place] / (1 + order / 6), _around(definitions, place))


def _distinct(file: FileSymbols) -> dict[int, Definition]:
    """Definitions by number; of those in a row with one name (overloads) the last."""
    found: dict[int, Definition] = {}
    for place, one in enumerate(file.definitions()):
        if (before := found.get(place - 1)) and (before.name, before.depth) == (one.name, one.depth):
            del found[place - 1]
        found[place] = one
    return found


def worth(one: Definition, mentioned: Mentions, used: Mapping[str, int]) -> float:
    """How much a definition says: whether the issue names it, has words of it, or important files use it."""
    sure = mentioned.names.get(one.name, 0.0)
    words = sum(1 for part in parts_of(one.name) if part in mentioned.words)
    worth = _KIND[one.kind] * (1 + min(3, used.get(one.name, 0)) / 3 + 0.7 * min(words, 3))
    if sure:
        worth += 4 * sure if sure > PLAIN else 1
    elif one.name.startswith("_"):
        worth *= 0.6
    return worth


def _around(definitions: Mapping[int, Definition], place: int) -> tuple[int, ...]:
    """The places of the definitions that hold this one, the outermost first."""
    depth, found = definitions[place].depth, []
    for before in range(place - 1, -1, -1):
        if depth == 0:
            break
        outer = definitions.get(before)
        if outer is not None and outer.depth < depth:
            found.append(before)
            depth = outer.depth
    return tuple(reversed(found))


def _folders(files: tuple[str, ...]) -> str:
    """Where all files are."""
    folders = Counter(path.split("/")[0] + "/" for path in files if "/" in path)
    most = sorted(folders, key=lambda name: (-folders[name], name))
    where = ", ".join(f"{name} {folders[name]}" for name in most[:_FOLDERS])
    more = f" and {len(most) - _FOLDERS} more folders" * (len(most) > _FOLDERS)
    return f"[{len(files)} files in all{': ' * bool(where)}{where}{more}]"


def _left_out(repo: RepoSymbols, shown: tuple[str, ...]) -> Iterator[str]:
    """Which files stand elsewhere, and which were not looked into."""
    if shown:
        yield f"[shown below: {', '.join(shown)}]"
    for reason, paths in ((reason, _printable(paths)) for reason, paths in repo.skipped.items()):
        if not paths:
            continue
        some = ", ".join(paths[:_NAMED]) + f" and {len(paths) - _NAMED} more" * (len(paths) > _NAMED)
        yield f"[not looked into, {reason}: {some}]"

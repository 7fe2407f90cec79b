"""What an issue's text speaks of: names of code, and words."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_READ = 100_000
"""Characters of a text that are looked at: an issue may hold a pasted log of megabytes."""
_TITLE = 3
"""Times that a word of the first line counts: there stands what it is about."""
_MOST_NAMES = 200
_MOST_WORDS = 60
_CODE = re.compile(r"`{1,3}([^`]{1,4000})`{1,3}")
_NAME = re.compile(r"[A-Za-z_]\w{2,79}")
_CALLED = re.compile(r"([A-Za-z_]\w{1,79})\(")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LIKE_CODE = re.compile(r"\w+_\w+|_\w+|[a-z]+[A-Z]\w*|[A-Z]+[a-z]+\w*[A-Z]\w*")
_QUALIFIED = re.compile(r"[A-Za-z_]\w{0,79}(?:(?:\.|::|#)[A-Za-z_]\w{0,79}){1,8}")

CALLED, QUOTED, PLAIN = 3.0, 2.0, 0.5
"""How surely a word is the name of code: written as code is, standing in code, or neither."""

_COMMON_WORDS = """
about above actual actually after again all also and any are because been before behavior behaviour being but bug
call called can cannot case change class code could current currently def default did does doing done each else
end error even every example expected false file fix following for from function get gets give given gives got had
has have here how however import instead into issue its just let like line make may method more most must name need
new none not now null object one only order other our out output over python raise raised return returned returns
run same see seems self set should show since some something string such test tests than that the their them then
there these they this those through time true try trying two type use used user uses using value values version
very want was way well were what when where which while who why will with without work works would you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Mentions:
    names: Mapping[str, float]
    """Words that may be names of code, with how sure that is."""
    words: Mapping[str, int]
    """Lower case, also the parts of names, with how often they stand there. Not the most common ones.

    Those of the first line, the issue's title, count thrice.
    """
    qualified: tuple[tuple[str, ...], ...]
    """Names with dots, taken apart."""
    title: frozenset[str] = frozenset()
    """Names that stand in the first line."""


def mentions(text: str) -> Mentions:
    """Of the beginning of `text`, in time linear in its length."""
    text = text[:_READ]
    names: dict[str, float] = {}
    for name in _NAME.findall(text):
        names[name] = CALLED if _LIKE_CODE.fullmatch(name) else names.get(name, PLAIN)
    for span in _CODE.findall(text):
        for name in _NAME.findall(span):
            names[name] = max(names.get(name, 0.0), CALLED if name == span.strip() else QUOTED)
    for name in _CALLED.findall(text):
        names[name] = CALLED
    surest = sorted(names, key=lambda name: -names[name])[:_MOST_NAMES]
    words = Counter(part for name in _NAME.findall(text) for part in parts_of(name))
    title = frozenset(_NAME.findall(text.strip().split("\n", 1)[0]))
    for part in {part for name in title for part in parts_of(name)}:
        words[part] *= _TITLE
    return Mentions(
        names={name: names[name] for name in surest},
        words=dict(words.most_common(_MOST_WORDS)),
        qualified=tuple(dict.fromkeys(tuple(re.split(r"\.|::|#", one)) for one in _QUALIFIED.findall(text))),
        title=title,
    )


def parts_of(name: str) -> list[str]:
    """The words that `name` is put together from, lower case, common ones left out."""
    found = [part.lower() for part in _HUMPS.findall(name)]
    return [part for part in dict.fromkeys(found) if len(part) > 2 and part not in _COMMON]  # noqa: PLR2004 - `id`, `to`

"""What is wrong with a configuration, said so that it can be found: in which file, on which line."""

import difflib
import re
from collections.abc import Sequence
from itertools import takewhile

from pydantic_core import ErrorDetails

from adw.config.settings import WAYS, known_keys
from adw.config.source import Source
from adw.errors import ConfigError

_EVERY_KEY = "docs/configuration.md describes every key"
_EXPECTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "a string",
    "string_too_short": "a string that is not empty",
    "bool_type": "true or false",
    "tuple_type": "a list of strings",
    "too_short": "{min_length} values",
    "too_long": "{max_length} values",
    "dict_type": "a section",
    "model_type": "a section",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "finite_number": "a finite number",
}
"""What pydantic's kinds of errors (https://docs.pydantic.dev/latest/errors/validation_errors/) mean to a person."""


def within(problem: ErrorDetails) -> bool:
    """Whether it is one of a single key, whatever other files say of the keys beside it."""
    of_several = problem["type"] == "value_error" and isinstance(problem["input"], dict)
    return not of_several and problem["type"] != "missing"


def explain(problems: Sequence[ErrorDetails], sources: Sequence[Source]) -> ConfigError:
    """The error of the first problem; a key that is not known says more than one that is missing for it.

    `sources`: what was put together, the last one last. The last that says anything of the key is to blame.
    """
    problem = min(problems, key=lambda one: one["type"] != "extra_forbidden")
    path = [str(part) for part in problem["loc"] if part not in WAYS]
    source = max(reversed(sources), key=lambda one: one.depth(path))
    place = f"{source.name}, line {_line_of(path, source.text)}"
    key = ".".join(path)
    match problem["type"]:
        case "extra_forbidden":
            near = _nearest(key)
            return ConfigError(f"{place}: unknown key {key}", hint=f"did you mean {near}?" if near else _EVERY_KEY)
        case "missing":
            return ConfigError(f"{place}: {key} is missing", hint=_EVERY_KEY)
        case "value_error":
            others = [one.name for one in sources if one is not source and one.depth(path) == len(path)]
            hint = f"{' and '.join(others)} has a part in it; {_EVERY_KEY}" if others else _EVERY_KEY
            return ConfigError(f"{place}: {key}: {problem['ctx']['error']} in {problem['input']!r}", hint=hint)
        case kind:
            expected = _EXPECTED.get(kind, problem["msg"]).format_map(problem.get("ctx", {}))
            return ConfigError(f"{place}: {key}: expected {expected}, got {problem['input']!r}", hint=_EVERY_KEY)


def _nearest(key: str) -> str:
    """The known key most like this one: the same word in another section, else by the whole path, else by the word."""
    keys = list(known_keys())
    sections = [name.rpartition(".")[0] for name in keys]
    word = key.rpartition(".")[2]
    words = [name.rpartition(".")[2] for name in keys]
    if word in words:
        return keys[words.index(word)]
    whole = difflib.get_close_matches(key, [*keys, *sections], n=1, cutoff=0.75)
    alike = difflib.get_close_matches(word, words, n=1)
    return next(iter(whole), "") or next((keys[words.index(like)] for like in alike), "")


def _line_of(path: list[str], text: str) -> int:
    """The line (1-based) that sets the key at `path`; the last one that comes near where none does so plainly."""
    section: list[str] = []
    found, depth = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+([^\]]+)\]", line)
        assigned = re.match(r"\s*((?:\"[^\"]*\"|'[^']*'|[\w.\- ])+?)\s*=", line)
        if header:
            section = _parts(header[1])
        here = [*section, *(_parts(assigned[1]) if assigned and not header else [])]
        common = len(list(takewhile(lambda keys: keys[0] == keys[1], zip(path, here, strict=False))))
        if common > depth:
            found, depth = number, common
    return found


def _parts(dotted: str) -> list[str]:
    """The keys of `a."b.c".d`."""
    words = re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", dotted)
    return [word.strip("\"'") for word in words]

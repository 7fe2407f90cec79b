"""A configuration file as it is written: its text, to point people to; its tables, to make settings of."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adw.errors import ConfigError

Tables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One file's content."""

    name: str
    """What errors call it."""
    text: str
    tables: Tables

    def depth(self, path: Sequence[str]) -> int:
        """How many keys of `path` the file names, from the first on."""
        here: Any = self.tables
        for depth, key in enumerate(path):
            if not isinstance(here, dict) or key not in here:
                return depth
            here = here[key]
        return len(path)


def source_of(text: str, name: str) -> Source:
    """Raises ConfigError where `text` is no TOML."""
    try:
        return Source(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is no valid TOML: {error}", hint="see https://toml.io for the syntax") from error


def read(path: Path, name: str) -> Source | None:
    """The file's content; None where there is no such file. Raises ConfigError."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}, line {line}: not UTF-8", hint="save the file as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}", hint=f"look at {path}") from error
    return source_of(text, name)


def merged(below: Tables, above: Tables) -> dict[str, Any]:
    """What both say, key by key: where both have a value, `above` holds. Lists are values."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        result[key] = merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return result

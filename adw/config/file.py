"""The configuration: the user's own file for all repositories, and over it the repository's, key by key."""

import os
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path

from pydantic import ValidationError

from adw.config.environment import user_file
from adw.config.faults import explain, within
from adw.config.guarded import laid_over
from adw.config.settings import Settings
from adw.config.source import Source, Tables, read, source_of

FILE = ".adw.toml"


def load(repository_root: Path | None, variables: Mapping[str, str]) -> Settings:
    """What holds in a repository, or outside of any (None); without files, the defaults. Raises ConfigError."""
    return _settings(_sources(repository_root, variables))


def files(repository_root: Path | None, variables: Mapping[str, str]) -> tuple[str, ...]:
    """What `load` reads, first the user's file by its path, then the repository's. Raises ConfigError."""
    return tuple(source.name for source in _sources(repository_root, variables))


def parse(text: str) -> Settings:
    """The settings that `text` (TOML), as a repository's only file, says. Raises ConfigError."""
    return _settings([source_of(text, FILE)])


def _sources(repository_root: Path | None, variables: Mapping[str, str]) -> list[Source]:
    own = user_file(variables)
    found = (
        read(own, str(own)) if own and _reachable(own) else None,
        read(repository_root / FILE, FILE) if repository_root else None,
    )
    return [source for source in found if source]


def _reachable(own: Path) -> bool:
    """In many containers the home is another user's, and closed: that is no mistake in a configuration."""
    return os.access(own.parent, os.X_OK)


def _settings(sources: Sequence[Source]) -> Settings:
    """A mistake in one file is one although another file makes up for it: it is not so in all repositories."""
    if len(sources) > 1:
        for source in sources:
            _check(source)
    tables: Tables = reduce(laid_over, (source.tables for source in sources), {})
    try:
        return Settings.model_validate(tables)
    except ValidationError as error:
        raise explain(error.errors(), sources) from error


def _check(source: Source) -> None:
    try:
        Settings.model_validate(source.tables)
    except ValidationError as error:
        problems = [one for one in error.errors() if within(one)]
        if problems:
            raise explain(problems, [source]) from error

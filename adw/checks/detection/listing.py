"""A repository as detection sees it, and what is found in it."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adw.domain.run import CheckSpec

_NOT_ITS_OWN = ("/node_modules/", "/vendor/", "/site-packages/", "/.venv/", "/venv/")


@dataclass(frozen=True, slots=True)
class Listing:
    """File names, and the texts of the configuration files at the root."""

    files: tuple[str, ...]
    """Relative to the root."""
    configs: Mapping[str, str]

    @classmethod
    def of(cls, files: Iterable[str], configs: Mapping[str, str]) -> "Listing":
        own = (path for path in files if not any(folder in f"/{path}" for folder in _NOT_ITS_OWN))
        return cls((*own,), configs)

    def has(self, *names: str) -> str:
        """The first of these files that lies at the root; empty where none does."""
        return next((name for name in names if name in self.files or name in self.configs), "")

    def ending(self, *endings: str) -> int:
        """How many files end so."""
        return sum(path.endswith(endings) for path in self.files)

    def named(self, *names: str) -> bool:
        """Whether a file of one of these names lies anywhere."""
        return any(posixpath.basename(path) in names for path in self.files)

    def text(self, *names: str) -> str:
        """The texts of these files, one after the other."""
        return "\n".join(self.configs.get(name, "") for name in names)


@dataclass(frozen=True, slots=True)
class Found:
    """A check that a repository seems to have."""

    check: CheckSpec
    weight: int
    """Files of its language: what there is most of stands for the repository."""


def check(name: str, tool: str, *command: str) -> CheckSpec:
    return CheckSpec(name, tool, command)

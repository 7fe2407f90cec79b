"""What the files of a commit define and use, by name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ROW = re.compile(
    r"^(\d{1,7})\t(\d{1,7})\t(\d{1,7})\t(type|function|value|inner)\t([^\t\n]+)\t([^\t\n]+)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, a class or a method where it stands."""

    line: int
    """1-based."""
    end: int
    """The last line of its body."""
    depth: int
    """How many definitions are around it."""
    kind: str
    """`type`, `function`, `value` (a name at top level), or `inner` (within a function)."""
    name: str
    signature: str
    """One line of source, without the body."""


@dataclass(frozen=True, slots=True)
class FileSymbols:
    """One file's names. Kept as text, because thousands are read for one map and few are looked at closely."""

    names: str
    """Defined here: separated by spaces, in order, each once."""
    references: str
    """Used here, the tails of imported paths among them: separated by spaces, sorted, each once."""
    outline: str
    """A line for each definition: the fields of Definition, separated by tabs."""

    def definitions(self) -> Iterator[Definition]:
        """In the order of lines. Rows that say something else are passed over: they come from a file on disk."""
        for line, end, depth, kind, name, signature in _ROW.findall(self.outline):
            yield Definition(int(line), int(end), int(depth), kind, name, signature)


@dataclass(frozen=True, slots=True)
class RepoSymbols:
    """A commit's names."""

    files: Mapping[str, FileSymbols]
    """By path, sorted; only files that a parser knows."""
    skipped: Mapping[str, tuple[str, ...]]
    """Paths of files that a parser knows and that were not read, sorted; by the reason (`binary`)."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit."""

    path: str
    id: str
    """The content's id: the same for the same bytes."""
    size: int
    """Bytes."""

"""What files define and use, for tests of what is made of it."""

from collections.abc import Mapping

from adw.adapters.symbols.index import TreeSitterIndex
from adw.domain.symbols import RepoSymbols
from tests.fakes.memory_blobs import MemoryBlobs


def symbols_of(files: Mapping[str, str]) -> RepoSymbols:
    """The real parsers' findings."""
    return TreeSitterIndex(MemoryBlobs({path: text.encode() for path, text in files.items()}), None).look("commit")

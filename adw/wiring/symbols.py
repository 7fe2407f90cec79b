"""What is known of a repository's code."""

from adw.adapters.git.blobs import GitBlobs
from adw.adapters.symbols.index import TreeSitterIndex
from adw.adapters.symbols.store import SymbolStore
from adw.ports import StopSignal
from adw.wiring.house import House


def symbol_index(house: House, stop: StopSignal | None = None, *, keep: bool = True) -> TreeSitterIndex:
    """The repository's symbols. `keep` writes what was parsed for the next run; what was kept is read anyway."""
    store = SymbolStore(house.root / "cache" / "symbols", above=house.root, keep=keep)
    return TreeSitterIndex(GitBlobs(house.repository), store, stop)

"""Words of the command line that may mean a run."""

import re

from adw.adapters.file_run_store import FileRunStore
from adw.wiring.place import Place

_WORD = re.compile(r"[a-z0-9][a-z0-9-]{5,}")
"""An id, or so much of its beginning that nobody means anything else by it."""


def run_named(word: str, place: Place | None = None) -> str:
    """The id of the run that is meant where a path could stand too; empty where none is.

    What is there as a file or folder is one. Raises UnknownRun where several runs begin so.
    """
    place = place or Place()
    if not _WORD.fullmatch(word) or (place.folder / word).exists():
        return ""
    folder = place.folder.resolve()
    root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    store = FileRunStore(root / ".adw")
    if not any(run_id.startswith(word) for run_id in store.ids()):
        return ""
    return store.full_id(word)

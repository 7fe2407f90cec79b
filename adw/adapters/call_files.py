"""Calls as files, one each: `<folder>/0001.json`. An answer is here before the journal has it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adw.domain.call import CallFacts
from adw.domain.codec import dump, load
from adw.domain.messages import Answer, ModelRequest
from adw.errors import StorageError

_LONE_HALVES = "surrogatepass"
"""JSON of a provider may carry half of a surrogate pair: no reason to lose an answer that was paid for."""


@dataclass(frozen=True, slots=True)
class KeptCall:
    request: ModelRequest
    answer: Answer
    facts: CallFacts


class CallFolder:
    """CallFiles port over one folder of a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, key: str, request: ModelRequest, answer: Answer, facts: CallFacts) -> None:
        path = self._path(key)
        kept = {"key": key, "facts": dump(facts), "request": dump(request), "answer": dump(answer)}
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(text, encoding="utf-8", errors=_LONE_HALVES)
            part.replace(path)
        except OSError as error:
            raise StorageError(
                f"cannot keep the answer at {path}: {error.strerror}", hint="free space on that disk"
            ) from error

    def find(self, key: str, request: ModelRequest) -> Answer | None:
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            kept = json.loads(path.read_text(encoding="utf-8", errors=_LONE_HALVES))
            same = kept["request"] == dump(request)
            return load(Answer, kept["answer"]) if same else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # torn or foreign: as good as not there

    def all(self) -> Iterator[tuple[int, KeptCall]]:
        """Every call that can be read, with its number, in order."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                kept = json.loads(path.read_text(encoding="utf-8", errors=_LONE_HALVES))
                yield int(path.stem), load(KeptCall, {name: kept[name] for name in ("request", "answer", "facts")})
            except (OSError, ValueError, KeyError, TypeError):
                continue  # torn or foreign: as good as not there

    def _path(self, key: str) -> Path:
        return self._folder / f"{key.rpartition(':')[2]}.json"

"""A model client that keeps each call in a file."""

import json
import os
import tempfile
from pathlib import Path

from adw.adapters.recorded_model.file import Call, Recording, read
from adw.context.redact import Redactor
from adw.domain.codec import dump
from adw.domain.messages import Answer, ModelRequest
from adw.errors import StorageError, UsageError
from adw.ports import ModelClient


class RecordingModel:
    """Passes requests on to `inner` and keeps each call in a file, secrets redacted.

    The file is written whole after each call and replaces the last one in one step. One that is there already is
    replaced, unless this is a `resumed` run: then its calls stay and new ones are added. Anything else than a
    recording is never overwritten.

    Raises UsageError at construction where the file cannot be written, StorageError where a later write fails.
    """

    def __init__(
        self, inner: ModelClient, path: Path, redact: Redactor, *, note: str = "", resumed: bool = False
    ) -> None:
        self._inner = inner
        self._path = path
        self._redact = redact
        there = read(path) if path.exists() else Recording()
        if not os.access(path.parent, os.W_OK):
            raise UsageError(
                f"the recording {path} cannot be written: {path.parent} is no folder that can be written to",
                hint="make the folder, or name another file",
            )
        self._recording = Recording(note=note or there.note, calls=there.calls) if resumed else Recording(note=note)
        self._first = True

    def complete(self, request: ModelRequest) -> Answer:
        answer = self._inner.complete(request)
        call = Call(request=self._redact.value(dump(request)), answer=self._redact.value(dump(answer)))
        calls = self._recording.calls
        # A run that was killed after the recording was written and before its journal was asks its last call again.
        if self._first and calls and calls[-1].request == call.request:
            calls.pop()
        self._first = False
        calls.append(call)
        self._write()
        return answer

    def _write(self) -> None:
        text = json.dumps(self._recording.model_dump(), ensure_ascii=False, indent=1) + "\n"
        temporary = None
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._path.parent, prefix=".recording-", delete=False
            ) as file:
                temporary = Path(file.name)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError as error:
            if temporary:
                temporary.unlink(missing_ok=True)
            raise StorageError(
                f"the recording {self._path} cannot be written: {error.strerror}",
                hint="make room or run without --record; the run can be resumed",
            ) from error

"""A model client that answers from a recording."""

from pathlib import Path

from adw.adapters.recorded_model.difference import first_difference
from adw.adapters.recorded_model.file import domain, read
from adw.context.redact import Redactor
from adw.domain.codec import JsonValue, dump
from adw.domain.messages import Answer, ModelRequest
from adw.errors import ReplayMismatch


class ReplayModel:
    """Answers from a recording. Every request must equal the recorded one.

    The first request that an instance sees may match any call, the first that fits, because a resumed run takes its
    earlier answers from its journal without asking; from there on the calls must come one by one.

    Raises UsageError at construction where the file is no recording, ReplayMismatch for a request that differs or
    comes after the last call.
    """

    def __init__(self, path: Path, redact: Redactor | None = None) -> None:
        self._name = path.name
        self._redact = redact or Redactor()
        both = [domain(path, number, call) for number, call in enumerate(read(path).calls, 1)]
        # Dumped again, so that what a hand-written recording leaves out is there; and redacted as `asked` will be.
        self._calls = [(self._redact.value(dump(request)), answer) for request, answer in both]
        self._next: int | None = None

    def complete(self, request: ModelRequest) -> Answer:
        asked = self._redact.value(dump(request))
        position = self._find(asked) if self._next is None else self._next
        if position >= len(self._calls):
            raise ReplayMismatch(
                f"the recording {self._name} ends after call {len(self._calls)}, and the run asks once more",
                hint="record the run again with --record",
                retried=True,
            )
        recorded, answer = self._calls[position]
        if recorded != asked:
            difference = first_difference(recorded, asked)
            raise ReplayMismatch(
                f"call {position + 1} of {len(self._calls)} differs from the recording {self._name} "
                f"at {difference.place}\n  recorded: {difference.recorded}\n  asked:    {difference.asked}",
                hint="prompts, files or flags have changed since it was recorded: record the run again with --record",
                retried=True,
            )
        self._next = position + 1
        return answer

    def _find(self, asked: JsonValue) -> int:
        """The first call with that request; 0 where there is none, so that the first call shows the difference."""
        return next((index for index, (recorded, _) in enumerate(self._calls) if recorded == asked), 0)

"""Calls as they would have been sent, one JSON line each (SPEC §3)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from adw.domain.messages import Block, Message, Text, ToolCall, ToolResult
from adw.errors import StorageError


@dataclass(frozen=True, slots=True)
class Dump:
    """An open file that takes calls."""

    file: TextIO

    def write(self, trajectory: str, policy: str, call: int, request: dict[str, Any], output_tokens: int) -> None:
        """One call; `request` as `wire` makes it."""
        line = {"id": trajectory, "policy": policy, "call": call, "request": request, "output_tokens": output_tokens}
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def dumping(path: Path) -> Iterator[Dump]:
    """The file at `path`: there, whole, once the block has ended well. Raises StorageError."""
    part = path.with_name(f"{path.name}.part")
    try:
        # Half of a surrogate pair in a recorded text is no reason to stop.
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield Dump(file)
        part.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}", hint="name another file") from error
    finally:
        part.unlink(missing_ok=True)


def wire(system: str, messages: Sequence[Message]) -> dict[str, Any]:
    """System prompt and messages in the shape of the Messages API."""
    return {
        "system": system,
        "messages": [{"role": one.role, "content": [_block(block) for block in one.blocks]} for one in messages],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Text():
            return {"type": "text", "text": block.text}
        case ToolCall():
            return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}
        case ToolResult():
            return {"type": "tool_result", "tool_use_id": block.call_id, "content": block.content}
    return block.raw

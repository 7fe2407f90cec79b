"""`adw.trajectory/1`: one run as one JSON file, plain (`.json`) or compressed (`.json.xz`)."""

import lzma
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from adw.adapters.trajectories.halves import without_halves
from adw.context.trajectory import Trajectory, Turn
from adw.domain.messages import ToolCall
from adw.domain.usage import Usage
from adw.errors import UsageError

LARGEST = 512 * 2**20
"""Bytes, unpacked: more is no run but an accident or an attack."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Call(_Strict):
    name: str
    input: dict[str, Any]


class _Usage(_Strict):
    """`input_tokens` is the whole prompt, what was read from and written to a cache included."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0


class _Turn(_Strict):
    text: str
    calls: tuple[_Call, ...] = ()
    results: tuple[str, ...] = ()
    usage: _Usage | None = None


class _File(_Strict):
    schema_: Literal["adw.trajectory/1"]
    id: str
    resolved: bool | None = None
    model: str = ""
    system: str = ""
    task: str
    turns: tuple[_Turn, ...]

    model_config = ConfigDict(extra="forbid", alias_generator=lambda name: name.rstrip("_"))


def read(path: Path) -> Trajectory:
    """The run at `path`. Raises UsageError where it cannot be read or is none."""
    try:
        stored = _File.model_validate_json(without_halves(_bytes(path)))
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise UsageError(f"cannot read {path}: {error}", hint="is the file whole?") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{path} is no adw.trajectory/1: {f'{where}: ' if where else ''}{first['msg']}",
            hint="docs/ablation.md describes the format",
        ) from error
    turns = tuple(_turn(number, turn) for number, turn in enumerate(stored.turns))
    return Trajectory(stored.id, stored.model, stored.task, turns, stored.system)


def _bytes(path: Path) -> bytes:
    with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UsageError(f"{path} holds more than {LARGEST // 2**20} MiB", hint="is it a trajectory?")
    return content


def _turn(number: int, turn: _Turn) -> Turn:
    """With ids for the calls: the file has none, and a request needs them."""
    calls = tuple(ToolCall(f"call_{number}_{at}", call.name, call.input) for at, call in enumerate(turn.calls))
    return Turn(turn.text, calls, turn.results, usage=_usage(turn.usage) if turn.usage else None)


def _usage(billed: _Usage) -> Usage:
    read_, written = billed.cache_read_input_tokens, billed.cache_creation_input_tokens
    fresh = max(0, billed.input_tokens - read_ - written)
    return Usage(fresh=fresh, cache_read=read_, cache_write_5m=written, output=billed.output_tokens)

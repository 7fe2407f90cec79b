"""Claude Code's session logs: `~/.claude/projects/<project>/<session>.jsonl`, sub-agents included.

One JSON object a line. What is known of the format, from logs and from those who read them: a line of type `assistant`
holds one content block; the lines of one answer share `message.id` and repeat its usage, which grows while it
streams. A `user` line holds tool results, or what the user (or Claude Code for the user) said. Lines of a sub-agent
have `isSidechain`, newer ones an `agentId`. After a compaction a line with `isCompactSummary` begins a new
conversation. The system prompt and the tools are not in the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from adw.adapters.trajectories.halves import without_halves
from adw.context.trajectory import Trajectory, Turn
from adw.domain.messages import ToolCall
from adw.domain.usage import Usage
from adw.errors import UsageError

_NOT_A_MODEL = "<synthetic>"
"""Claude Code's name for answers that it made itself: errors, interruptions."""


class _Open(BaseModel):
    """The format is another program's and grows: what is not known is left alone."""

    model_config = ConfigDict(extra="ignore")


class _Usage(_Open):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int | None = 0
    cache_creation_input_tokens: int | None = 0


class _Block(_Open):
    type: str
    text: str = ""
    id: str = ""
    name: str = ""
    input: dict[str, Any] = {}
    tool_use_id: str = ""
    content: Any = None


class _Message(_Open):
    id: str = ""
    model: str = ""
    content: str | list[_Block] | None = None
    usage: _Usage | None = None


class _Line(_Open):
    type: str
    uuid: str = ""
    parentUuid: str | None = None  # noqa: N815 - the log's own names
    isSidechain: bool = False  # noqa: N815
    agentId: str | None = None  # noqa: N815
    isCompactSummary: bool = False  # noqa: N815
    message: _Message


@dataclass(slots=True)
class _Answer:
    """One answer of the model, put together from its lines."""

    model: str
    text: list[str] = field(default_factory=list)
    calls: dict[str, ToolCall] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    usage: Usage | None = None

    def turn(self) -> Turn:
        results = tuple(self.results.get(one, "") for one in self.calls) if self.results else ()
        return Turn("\n".join(self.text), tuple(self.calls.values()), results, "\n".join(self.said), self.usage)


@dataclass(slots=True)
class _Talk:
    """One conversation: the main one, a sub-agent's, or what follows a compaction."""

    task: list[str] = field(default_factory=list)
    answers: dict[str, _Answer] = field(default_factory=dict)


def read(path: Path) -> tuple[Trajectory, ...]:
    """The conversations of a session, in the order in which they began. Torn lines are left out.

    Raises UsageError where the file cannot be read or holds no call to a model.
    """
    talks: dict[str, _Talk] = {}
    chains = _Chains()
    for line in _lines(path):
        chain = chains.of(line)
        talk = talks.setdefault(chain, _Talk())
        if line.type == "assistant":
            _hear_model(talk, line.message)
        else:
            _hear_user(talk, line.message)
    found = [(chain, talk) for chain, talk in talks.items() if talk.answers]
    if not found:
        raise UsageError(f"{path} holds no call to a model", hint="a session log of Claude Code has lines of assistant")
    return tuple(_trajectory(path.stem, chain, talk) for chain, talk in found)


def _lines(path: Path) -> Iterator[_Line]:
    try:
        with path.open("rb") as file:
            for raw in file:
                try:
                    line = _Line.model_validate_json(without_halves(raw))
                except ValidationError:
                    continue  # torn by a kill, or of a kind that has no message
                if line.type in {"user", "assistant"} and line.message.model != _NOT_A_MODEL:
                    yield line
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


class _Chains:
    """Which conversation a line belongs to: empty for the main one."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._compactions = 0

    def of(self, line: _Line) -> str:
        if not line.isSidechain:
            self._compactions += line.isCompactSummary
            return str(self._compactions + 1) if self._compactions else ""
        chain = line.agentId or self._of.get(line.parentUuid or "") or line.uuid
        self._of[line.uuid] = chain
        return f"agent-{chain}"


def _hear_model(talk: _Talk, message: _Message) -> None:
    answer = talk.answers.setdefault(message.id or f"line {len(talk.answers)}", _Answer(message.model))
    for block in _blocks(message):
        if block.type == "text" and block.text not in answer.text:
            answer.text.append(block.text)
        elif block.type == "tool_use":
            answer.calls[block.id] = ToolCall(block.id, block.name, block.input)
    if message.usage:
        usage = _usage(message.usage)
        if answer.usage is None or usage.output >= answer.usage.output:
            answer.usage = usage


def _hear_user(talk: _Talk, message: _Message) -> None:
    last = next(reversed(talk.answers.values()), None)
    for block in _blocks(message):
        if block.type == "tool_result":
            for answer in reversed(talk.answers.values()):
                if block.tool_use_id in answer.calls:
                    answer.results[block.tool_use_id] = _shown(block.content)
                    break
        elif block.type == "text":
            (last.said if last else talk.task).append(block.text)


def _blocks(message: _Message) -> list[_Block]:
    content = message.content or []
    return [_Block(type="text", text=content)] if isinstance(content, str) else content


def _shown(content: Any) -> str:
    """A result as text; what is no text (an image) is named."""
    if isinstance(content, str):
        return content
    parts = [part for part in content or () if isinstance(part, dict)]
    return "\n".join(str(part["text"]) if "text" in part else f"[{part.get('type', 'unknown')}]" for part in parts)


def _usage(billed: _Usage) -> Usage:
    return Usage(
        fresh=billed.input_tokens,
        cache_read=billed.cache_read_input_tokens or 0,
        cache_write_5m=billed.cache_creation_input_tokens or 0,
        output=billed.output_tokens,
    )


def _trajectory(session: str, chain: str, talk: _Talk) -> Trajectory:
    answers = list(talk.answers.values())
    turns = tuple(answer.turn() for answer in answers)
    return Trajectory(f"{session}/{chain}" if chain else session, answers[0].model, "\n\n".join(talk.task), turns)

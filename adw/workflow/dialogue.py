"""One conversation: what it is about, and what its next request is made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from adw.context.builder import Built, build
from adw.context.counting import count_in_pieces
from adw.context.fold import FoldRule
from adw.context.history import Exchange, History, Opening
from adw.domain.flags import Flag
from adw.domain.messages import Message, ModelRequest, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.run import Phase
from adw.domain.section import Priority, Section, Zone
from adw.workflow.kit import Kit
from adw.workflow.tool_inputs import ToolInput

_RECORD_SHARE = 3
"""The record of a conversation may take this part of the room, a third."""
_FULL = 0.95
"""Share of the room from which on turns are folded in any case: what stands around texts is not counted with them."""
_FILE = "file "
"""What names of sections that hold a file begin with."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What one conversation is about."""

    phase: Phase
    attempt: int
    gather: Callable[[], tuple[Section, ...]]
    """Collects what the model is shown. It reads the workspace, so it is called as a step."""
    tools: tuple[ToolSpec, ...]
    done_input: type[ToolInput]
    prompt_version: str
    verify: Callable[[bool], str] = lambda _edited: ""
    """Looks at the work when the model says done (True: something was edited): what is wrong with it, or nothing."""
    pending: frozenset[str] = frozenset()
    """Files that are to be edited: they are sent whole with every call until they are."""


class Dialogue:
    """The sections, and the turns so far: whole, or folded into a record when that pays."""

    def __init__(self, kit: Kit, brief: Brief) -> None:
        self._kit = kit
        self._brief = brief
        self._choice = kit.choice(brief.phase)
        self._sections = self._gathered()
        self._left_out: frozenset[str] = frozenset()
        """Names of the sections that were not in the last request, for want of room."""
        self._outdated = False
        self._pending = brief.pending
        rule = FoldRule(kit.spec.weights, min_hit_rate=kit.spec.limits.min_hit_rate)
        folding = rule if kit.on(Flag.SNAPSHOTS) else None
        self._history = History(folding, self._count, most=kit.calls.room(self._choice) // _RECORD_SHARE)

    def next_request(self, note: str) -> Built:
        """The next request; `note` is a correction that stands at its end."""
        folded = self._fold_if_due()
        built = build(
            (*self._sent, *_record(self._history.record)),
            self._history.messages,
            self._brief.tools,
            self._choice,
            count=self._count,
            room=self._kit.calls.room(self._choice),
            breakpoints=self._kit.on(Flag.STABLE_PROMPTS),
        )
        self._left_out = frozenset(one.name for one in built.excluded) - {one.name for one in built.sections}
        return replace(built, request=_with_note(built.request, note), folded=folded)

    def shows(self, path: str, lines: str) -> bool:
        """Whether the last request held these lines of the file, in a row."""
        heading = f"## {path}"
        sent = (*(one.text for one in self._shown), *_texts(self._history.messages))
        return any(heading in one and lines in one for one in sent)

    def add(self, answer: Message, results: Message, *, edited: bool) -> None:
        """One more turn."""
        self._history.add(Exchange(answer, results))
        if edited:
            self._outdated = True
            self._pending -= _paths(answer)

    def _fold_if_due(self) -> bool:
        room = int(_FULL * self._kit.calls.room(self._choice))
        may_choose = not self._kit.calls.watch.full_context
        if not self._history.due(self._opening, room, may_choose=may_choose):
            return False
        if self._outdated:
            self._sections = self._gathered()
            self._outdated = False
        self._history.fold(self._opening)
        return True

    def _gathered(self) -> tuple[Section, ...]:
        return self._kit.steps.look("sections", tuple[Section, ...], self._brief.gather)

    def _count(self, text: str) -> int:
        return count_in_pieces(text, lambda piece: self._kit.counter.count_text(piece, self._choice.model))

    @property
    def _opening(self) -> Opening:
        foldable = (one for one in self._sections if self._is_foldable(one))
        shown = {one.name: one.text for one in foldable if one.name not in self._left_out}
        kept = "\n".join(one.text for one in self._sections if not self._is_foldable(one))
        files = (one.name for one in self._sections if one.name not in self._left_out)
        return Opening(kept, shown, frozenset(name.removeprefix(_FILE) for name in files if name.startswith(_FILE)))

    def _is_foldable(self, section: Section) -> bool:
        """Whether the section is to look at once: lists, and files that are not to be edited (any more)."""
        name = section.name
        return name == "repo_map" or (name.startswith(_FILE) and name.removeprefix(_FILE) not in self._pending)

    @property
    def _sent(self) -> tuple[Section, ...]:
        """The sections that stand before the turns: after a fold, without what the record has taken in."""
        if not self._history.has_folded:
            return self._sections
        return tuple(one for one in self._sections if not self._is_foldable(one))

    @property
    def _shown(self) -> tuple[Section, ...]:
        return tuple(one for one in self._sent if one.name not in self._left_out)


def _paths(answer: Message) -> frozenset[str]:
    """Paths that the calls name."""
    calls = (block for block in answer.blocks if isinstance(block, ToolCall))
    return frozenset(str(call.input["path"]) for call in calls if "path" in call.input)


def _record(text: str) -> tuple[Section, ...]:
    return (Section("record", text, Priority.CRITICAL, Zone.RECORD),) if text else ()


def _texts(messages: tuple[Message, ...]) -> tuple[str, ...]:
    return tuple(block.content for one in messages for block in one.blocks if isinstance(block, ToolResult))


def _with_note(request: ModelRequest, note: str) -> ModelRequest:
    if not note:
        return request
    *before, last = request.messages
    return replace(request, messages=(*before, Message("user", (*last.blocks, Text(note)))))

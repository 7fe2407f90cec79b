"""What a policy makes of the turns so far. A conversation never sees the call that it builds the request for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from adw.context.ablation.stages import Stage
from adw.context.fold import FoldRule
from adw.context.history import HEADING
from adw.context.record import Record
from adw.context.record.selection import PRICE
from adw.context.trajectory import Turn, messages_of
from adw.domain.messages import Message
from adw.domain.weights import Weights

CountText = Callable[[str], int]
OMITTED = "[output omitted]"
USER = "# The user said since"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request behind system prompt and task."""

    extra: tuple[str, ...]
    """Texts that stand behind the task."""
    messages: tuple[Message, ...]


class Conversation(Protocol):
    """One trajectory under one policy."""

    def add(self, turn: Turn) -> None:
        """One more turn has happened."""
        ...

    def sent(self) -> Sent:
        """What the next request holds; to be asked once before each call."""
        ...


@dataclass(slots=True)
class Appended:
    """Every turn is sent again, as the stages leave it."""

    stages: tuple[Stage, ...] = ()
    turns: list[Turn] = field(default_factory=list)
    made: list[tuple[Turn, tuple[Message, ...]]] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        self.turns.append(turn)
        for stage in self.stages:
            self.turns = stage(self.turns)

    def sent(self) -> Sent:
        for at, turn in enumerate(self.turns):
            if at == len(self.made):
                self.made.append((turn, messages_of(turn)))
            elif self.made[at][0] is not turn:
                self.made[at] = (turn, messages_of(turn))
        return Sent((), tuple(message for _, messages in self.made for message in messages))


@dataclass(slots=True)
class Masked:
    """Results before the last `whole` turns are replaced by a mark."""

    whole: int
    made: list[tuple[Message, ...]] = field(default_factory=list)
    masked: list[tuple[Message, ...]] = field(default_factory=list)

    def add(self, turn: Turn) -> None:
        self.made.append(messages_of(turn))
        self.masked.append(messages_of(replace(turn, results=(OMITTED,) * len(turn.results))))

    def sent(self) -> Sent:
        parts = (*self.masked[: -self.whole], *self.made[-self.whole :])
        return Sent((), tuple(message for part in parts for message in part))


@dataclass(slots=True)
class Folded:
    """What ADW does: turns are appended, and folded into a record when that pays. The last turn stays whole."""

    task: str
    weights: Weights
    count: CountText
    price: float = PRICE
    stages: tuple[Stage, ...] = ()
    min_hit_rate: float = 0.0
    opening: int = 0
    """Tokens that every call begins with."""
    turns: list[Turn] = field(default_factory=list)
    made: list[tuple[Message, ...]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    text: str = ""
    """The record of the turns before `whole`."""
    whole: int = 0
    record: Record = field(init=False)
    rule: FoldRule = field(init=False)

    def __post_init__(self) -> None:
        self.record = Record(self.task)
        self.rule = FoldRule(self.weights, min_hit_rate=self.min_hit_rate)

    def add(self, turn: Turn) -> None:
        for stage in self.stages:
            (turn,) = stage([turn])
        self.turns.append(turn)
        self.made.append(messages_of(turn))
        self.sizes.append(sum(map(self.count, (turn.text, *turn.commands, *turn.results, turn.said))))
        self.record.add(turn)

    def sent(self) -> Sent:
        if len(self.turns) - self.whole > 1:
            self._fold_if_due()
        said = [turn.said for turn in self.turns[: self.whole] if turn.said.strip()]
        extra = (*(["\n".join([USER, *said])] if said else []), *([self.text] if self.text else []))
        return Sent(extra, tuple(message for part in self.made[self.whole :] for message in part))

    def _fold_if_due(self) -> None:
        made = self.record.text(self.price * self.rule.token_weight)
        text = f"{HEADING}\n{made}" if made else ""
        history = self.count(self.text) + sum(self.sizes[self.whole :])
        folded = self.count(text) + self.sizes[-1]
        last = self.sizes[-1]
        if self.rule.pays(history, folded, last, self.opening):
            self.rule = self.rule.folded(folded, self.opening)
            self.text, self.whole = text, len(self.turns) - 1
        else:
            self.rule = self.rule.kept(history, folded, last, self.opening)

"""A model whose answers the test writes."""

from collections.abc import Callable, Sequence

from adw.domain.messages import Answer, Block, ModelRequest, StopReason, Text, ToolCall
from adw.domain.usage import Usage
from adw.errors import AdwError, ModelError

Script = Sequence[Answer | AdwError] | Callable[[ModelRequest, int], Answer | AdwError]


class ScriptedModel:
    """Answers from `script`: in a row, or by calling it with the request and its number (from 0).

    An error in the script is raised instead. `requests` keeps what was asked, whatever became of it.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self.requests: list[ModelRequest] = []

    def complete(self, request: ModelRequest) -> Answer:
        number = len(self.requests)
        self.requests.append(request)
        answer = self._answer(request, number)
        if isinstance(answer, AdwError):
            raise answer
        return answer

    def _answer(self, request: ModelRequest, number: int) -> Answer | AdwError:
        if callable(self._script):
            return self._script(request, number)
        if number < len(self._script):
            return self._script[number]
        return ModelError(f"the script has {len(self._script)} answers, and the run asks once more")


def says(
    text: str = "",
    *calls: ToolCall,
    stop: StopReason | None = None,
    usage: Usage | None = None,
    model: str = "scripted-model",
) -> Answer:
    """An answer of text and tool calls, with usage that a small call would have."""
    blocks: tuple[Block, ...] = (*((Text(text),) if text else ()), *calls)
    return Answer(
        blocks=blocks,
        stop=stop or ("tool_use" if calls else "end_turn"),
        usage=usage or Usage(fresh=100, output=20),
        model=model,
    )

"""System prompt and tool schemas of every phase, in tokens (SPEC §8, first request)."""

import json

import pytest

from adw.adapters.anthropic_model.request import to_wire
from adw.adapters.template_files import TemplateFiles, template_folder
from adw.domain.messages import Message, ModelRequest, Text, ToolSpec
from adw.domain.run import Phase
from adw.workflow.tool_inputs import INPUTS, DoneInput, PlanInput, ReviewInput, ToolInput
from adw.workflow.tool_specs import EDIT_TOOLS, PLAN_TOOLS, REVIEW_TOOLS

_TOOLS = {Phase.PLAN: PLAN_TOOLS, Phase.BUILD: EDIT_TOOLS, Phase.TEST: EDIT_TOOLS, Phase.REVIEW: REVIEW_TOOLS}
_DONE: dict[Phase, type[ToolInput]] = {
    Phase.PLAN: PlanInput,
    Phase.BUILD: DoneInput,
    Phase.TEST: DoneInput,
    Phase.REVIEW: ReviewInput,
}
_MOST = 900


@pytest.mark.parametrize("phase", Phase)
def test_system_prompt_and_tools_are_small(phase: Phase) -> None:
    ctok = pytest.importorskip("ctok", reason="ctok needs Python 3.12")
    system = (Text(TemplateFiles(template_folder()).system(phase).text),)
    wire = to_wire(ModelRequest("m", system, _TOOLS[phase], (Message("user", (Text("x"),)),), 1))
    texts = [wire["system"][0]["text"], *(json.dumps(tool) for tool in wire["tools"])]
    assert sum(ctok.token_count(text, "4.8") for text in texts) <= _MOST


@pytest.mark.parametrize("phase", Phase)
def test_what_a_tool_says_that_it_takes_is_what_it_takes(phase: Phase) -> None:
    for tool in _TOOLS[phase]:
        fields = (_DONE[phase] if tool.name == "done" else INPUTS[tool.name]).model_fields
        assert set(tool.schema["properties"]) == set(fields), tool.name
        needed = {name for name, one in fields.items() if one.is_required()}
        assert needed <= set(tool.schema["required"]), tool.name
        assert tool.schema["type"] == "object"


def test_a_tool_is_the_same_in_every_phase_that_has_it() -> None:
    """Phases share cached prefixes only where the bytes agree, and a model need not learn a tool twice."""
    known: dict[str, ToolSpec] = {}
    for tools in _TOOLS.values():
        for tool in tools:
            if tool.name != "done":
                assert known.setdefault(tool.name, tool) is tool

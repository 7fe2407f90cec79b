"""What a later turn of a conversation is shown of what the first one was."""

from adw.domain.messages import ModelRequest, Text
from adw.domain.run import Phase
from adw.domain.section import Priority, Section, Zone
from adw.workflow.agent import converse
from adw.workflow.dialogue import Brief
from adw.workflow.tool_inputs import DoneInput
from adw.workflow.tool_specs import EDIT_TOOLS
from tests.fakes.scripted_model import says
from tests.support.kit import DONE, FILES, MEND, World, call, shop

_CART = "## shop/cart.py\n" + FILES["shop/cart.py"].decode() + "# cart filler\n" * 50
_OTHER = "## other.py\n" + "# other filler\n" * 50
_SECTIONS = (
    Section("system", "You build.", Priority.CRITICAL, Zone.STABLE),
    Section("issue", "# Issue: x", Priority.CRITICAL),
    Section("file other.py", _OTHER, Priority.HIGH),
    Section("file shop/cart.py", _CART, Priority.HIGH),
)
_READ = says("", call("read", paths=["README.md"]))


def _requests(world: World) -> list[str]:
    brief = Brief(
        Phase.BUILD, 0, lambda: _SECTIONS, EDIT_TOOLS, DoneInput, "build/1", pending=frozenset({"shop/cart.py"})
    )
    world.within(lambda kit: converse(kit, brief))
    return [_text(request) for request in world.model.requests]


def _text(request: ModelRequest) -> str:
    return "\n".join(block.text for block in request.messages[0].blocks if isinstance(block, Text))


def test_files_to_look_at_are_whole_once_files_to_edit_until_they_are_edited() -> None:
    first, second, third = _requests(shop([_READ, says("", MEND), says("", DONE)]))
    assert first.count("# other filler") == first.count("# cart filler") == 50
    assert second.count("# other filler") < 5
    assert second.count("# cart filler") == 50
    assert third.count("# cart filler") < 5


def test_without_snapshots_the_opening_stays_whole() -> None:
    *_, last = _requests(shop([_READ, says("", MEND), says("", DONE)], flags=()))
    assert last.count("# other filler") == last.count("# cart filler") == 50

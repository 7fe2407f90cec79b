"""Every optimisation can be switched off alone: the run ends the same, and it costs more."""

import pytest

from adw.domain.flags import ALL_FLAGS, Flag
from adw.domain.messages import Answer, ModelRequest, Text, ToolResult
from adw.domain.run import Outcome
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import APPROVE, DONE, FAILING, MEND, PLAN, TEST, World, call, edit, in_a_row, shop

_NEW = "tests/test_cart.py::test_new"
_FIX = says("", edit("def total", "def  total"), DONE)


def _without(flag: Flag | None, *script: Answer, red_names: tuple[str, ...] = ()) -> World:
    flags = tuple(one for one in ALL_FLAGS if one is not flag)
    reports = [red(TEST, FAILING), *([red(TEST, *red_names)] if red_names else []), green(TEST)]
    world = shop([PLAN, *script], in_a_row(*reports), flags=flags)
    assert world.run().outcome is Outcome.PASSED
    return world


def _texts(world: World) -> list[str]:
    return [repr(request.messages) for request in world.model.requests]


def _breakpoints(request: ModelRequest) -> int:
    blocks = [*request.system, *(block for message in request.messages for block in message.blocks)]
    return sum(block.cache for block in blocks if isinstance(block, Text | ToolResult))


@pytest.mark.parametrize("flag", [None, *ALL_FLAGS])
def test_the_flags_of_a_run_stand_in_its_ledger(flag: Flag | None) -> None:
    script = [says("", MEND, DONE), *([says("Mend the total")] if flag is Flag.STRUCTURED_STATE else []), APPROVE]
    world = _without(flag, *script)
    flags = {entry.tag.flags for entry in world.ledger.entries()}
    assert flags == {tuple(one for one in ALL_FLAGS if one is not flag)}


def test_without_structured_state_a_model_writes_the_commit_s_message() -> None:
    world = _without(Flag.STRUCTURED_STATE, says("", MEND, DONE), says(" Mend the total \n"), APPROVE)
    assert [message for _, message in world.workspace.commits] == ["Mend the total"]
    asked = world.model.requests[2]
    assert (asked.tools, "+    return sum(items)" in repr(asked.messages)) == ((), True)
    assert [entry.tag.prompt_version.split("/")[0] for entry in world.ledger.entries()][2] == "commit"


def test_a_message_that_the_model_does_not_write_is_the_issue_s_title() -> None:
    world = _without(Flag.STRUCTURED_STATE, says("", MEND, DONE), says(), APPROVE)
    assert [message for _, message in world.workspace.commits] == ["Wrong total"]


def test_without_batches_every_failure_gets_a_conversation() -> None:
    names = (FAILING, _NEW)
    batched = _without(None, says("", MEND, DONE), _FIX, APPROVE, red_names=names)
    more = says("", edit("def  total", "def   total"), DONE)
    single = _without(Flag.BATCH_FAILURES, says("", MEND, DONE), _FIX, more, APPROVE, red_names=names)
    assert len(single.model.requests) == len(batched.model.requests) + 1
    shown = [text.partition("# Failing tests")[2] for text in _texts(single)[2:4]]
    assert [(_NEW in text, "::test_total" in text) for text in shown] == [(True, False), (False, True)]


def test_without_reports_the_raw_output_is_sent() -> None:
    world = _without(Flag.EXTERNAL_CHECKS, says("", MEND, DONE), _FIX, APPROVE, red_names=(FAILING,))
    assert "# Failing tests\\ntest: raw output" in _texts(world)[2]


def test_without_compact_reports_every_failure_stands_on_its_own() -> None:
    compact, full = (
        _without(flag, says("", MEND, DONE), _FIX, APPROVE, red_names=(FAILING, _NEW))
        for flag in (None, Flag.COMPACT_REPORTS)
    )
    assert len(_texts(full)[2]) > len(_texts(compact)[2])
    assert _NEW in _texts(full)[2]


def test_without_stable_prompts_nothing_is_offered_to_the_cache() -> None:
    script = (says("", call("read", paths=["README.md"])), says("", MEND, DONE), APPROVE)
    assert all(_breakpoints(request) == 0 for request in _without(Flag.STABLE_PROMPTS, *script).model.requests)
    assert all(2 <= _breakpoints(request) <= 4 for request in _without(None, *script).model.requests)


def test_without_snapshots_the_whole_history_is_sent_again() -> None:
    looks = [says("", call("read", number, paths=["shop/cart.py", "tests/test_cart.py"])) for number in range(4)]
    folded, whole = (
        _without(flag, *looks, says("", MEND, DONE), APPROVE).model.requests for flag in (None, Flag.SNAPSHOTS)
    )
    assert [len(request.messages) for request in whole] == [1, 1, 3, 5, 7, 9, 1]
    assert max(len(request.messages) for request in folded) < 9


def test_what_is_shown_already_is_not_shown_again() -> None:
    long = b"".join(b"value_%d = %d\n" % (number, number) for number in range(20))
    look = [says("", call("read", number, paths=["shop/data.py"])) for number in range(2)]
    world = shop(
        [PLAN, *look, says("", MEND, DONE), APPROVE],
        in_a_row(red(TEST, FAILING), green(TEST)),
        {"shop/cart.py": b"items[1:]", "shop/data.py": long},
    )
    world.run()
    *_, last = world.model.requests[3].messages
    assert isinstance(last.blocks[0], ToolResult)
    assert last.blocks[0].content == "## shop/data.py\n[unchanged: shown above]"

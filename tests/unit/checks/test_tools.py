"""Tools by name."""

from importlib import import_module

import pytest

from adw.checks.tools import ANY, FAMILIES, every, tool


@pytest.mark.parametrize("family", FAMILIES)
def test_every_tool_of_a_family_is_found_by_its_name(family: str) -> None:
    found = import_module(f"adw.checks.{family}").TOOLS
    assert [tool(one.name) for one in found] == [*found]
    assert {*found} <= {*every()}


def test_any_other_command_is_judged_by_its_exit_code() -> None:
    assert tool("gradle") is tool("exit") is ANY

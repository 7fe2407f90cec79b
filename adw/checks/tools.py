"""The tools that ADW can read, by the name that stands in a check."""

from adw.checks.exit_code import ExitCode
from adw.checks.pytest_check import PytestCheck
from adw.checks.tool import Tool

_TOOLS: dict[str, Tool] = {"pytest": PytestCheck()}
_ANY: Tool = ExitCode()


def tool(name: str) -> Tool:
    """The tool of that name; anything unknown is judged by its exit code."""
    return _TOOLS.get(name, _ANY)

"""The tools that ADW can read, by the name that stands in a check."""

from adw.checks import javascript, native, python, scripting
from adw.checks.exit_code import ExitCode
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (*python.TOOLS, *javascript.TOOLS, *native.TOOLS, *scripting.TOOLS)
ANY: Tool = ExitCode()
_BY_NAME = {tool.name: tool for tool in TOOLS}


def tool(name: str) -> Tool:
    """The tool of that name; anything unknown is judged by its exit code."""
    return _BY_NAME.get(name, ANY)


def recognised(log: str) -> Tool:
    """The tool that a log comes from, by what only it prints; `exit` where none claims it."""
    return next((tool for tool in TOOLS if tool.recognises(log)), ANY)

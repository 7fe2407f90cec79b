"""Tests, checks, logs and usage as tools for other agents: the Model Context Protocol over stdio, by its own SDK."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Annotated, Literal, ParamSpec

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from adw.errors import AdwError

P = ParamSpec("P")

Paths = Annotated[list[str], Field(description="Files, folders or packages to narrow the run to; empty: all tests.")]
What = Annotated[Literal["build", "lint", "all"], Field(description="Compiler or type checker, linter, or both.")]
LogPath = Annotated[str, Field(description="A log file inside the repository.")]
ToolName = Annotated[str, Field(description="What wrote the log, pytest for example; empty: told from the log.")]
By = Annotated[Literal["run", "phase", "model", "day"], Field(description="What the lines stand for.")]
Days = Annotated[int, Field(description="Of the last so many days; 0: of all time.", ge=0, le=36_500)]


@dataclass(frozen=True, slots=True)
class Services:
    """What stands behind the tools; each returns the text for the model and raises AdwError."""

    run_tests: Callable[[tuple[str, ...]], str]
    run_checks: Callable[[str], str]
    parse_log: Callable[[str, str], str]
    usage: Callable[[str, int], str]


def serve(services: Services, version: str) -> None:
    """Answer on standard input and output until the other side closes."""
    server(services, version).run("stdio")


def server(services: Services, version: str) -> MCPServer:
    """The four tools. One works at a time: two test runs in one checkout would be in each other's way."""
    made = MCPServer("adw", version=version, log_level="WARNING")
    in_turn = Lock()

    def run_tests(paths: Paths = []) -> str:  # noqa: B006 - the SDK copies it
        """Run this repository's tests and get a compact report: counts, and each failure's name, place and message."""
        with in_turn:
            return services.run_tests(tuple(paths))

    def run_checks(what: What = "all") -> str:
        """Run this repository's compiler or type checker, its linter, or both; compact reports of the findings."""
        with in_turn:
            return services.run_checks(what)

    def parse_log(path: LogPath, tool: ToolName = "") -> str:
        """Turn the log of a test run, compiler or linter into the same compact report, without reading it yourself."""
        return services.parse_log(path, tool)

    def usage(by: By = "day", days: Days = 30) -> str:
        """Tokens and cost of ADW's own model calls."""
        return services.usage(by, days)

    looks_only = ToolAnnotations(read_only_hint=True)
    made.add_tool(_told(run_tests), structured_output=False)
    made.add_tool(_told(run_checks), structured_output=False)
    made.add_tool(_told(parse_log), structured_output=False, annotations=looks_only)
    made.add_tool(_told(usage), structured_output=False, annotations=looks_only)
    return made


def _told(tool: Callable[P, str]) -> Callable[P, str]:
    """ADW's errors as the protocol's: the model reads the message and the hint."""

    @wraps(tool)
    def asked(*arguments: P.args, **named: P.kwargs) -> str:
        try:
            return tool(*arguments, **named)
        except AdwError as error:
            raise ToolError(". ".join(filter(None, (error.message, error.hint)))) from error

    return asked

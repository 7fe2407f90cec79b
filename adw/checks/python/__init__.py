"""Python's test runners and linters."""

from adw.checks.python.pytest_check import PytestCheck
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (PytestCheck(),)

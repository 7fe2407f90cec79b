"""JavaScript's and TypeScript's test runners, compiler and linter."""

from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = ()

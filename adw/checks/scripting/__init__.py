"""Ruby and PHP."""

from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = ()

"""Ruby and PHP."""

from adw.checks.scripting.phpunit_check import PhpunitCheck
from adw.checks.scripting.rspec_check import RspecCheck
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (RspecCheck(), PhpunitCheck())

"""JavaScript's and TypeScript's test runners, compiler and linter."""

from adw.checks.javascript.eslint_check import EslintCheck
from adw.checks.javascript.jest_check import JestCheck
from adw.checks.javascript.mocha_check import MochaCheck
from adw.checks.javascript.tsc_check import TscCheck
from adw.checks.javascript.vitest_check import VitestCheck
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (JestCheck(), VitestCheck(), MochaCheck(), TscCheck(), EslintCheck())

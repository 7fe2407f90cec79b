"""Python's test runners and linters."""

from adw.checks.python.flake8_check import Flake8Check
from adw.checks.python.mypy_check import MypyCheck
from adw.checks.python.pyright_check import PyrightCheck
from adw.checks.python.pytest_check import PytestCheck
from adw.checks.python.ruff_check import RuffCheck
from adw.checks.python.unittest_check import DjangoCheck, UnittestCheck
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (
    PytestCheck(),
    UnittestCheck(),
    DjangoCheck(),
    MypyCheck(),
    PyrightCheck(),
    RuffCheck(),
    Flake8Check(),
)

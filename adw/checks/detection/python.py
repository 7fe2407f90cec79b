"""pytest, unittest, Django's runner; mypy, pyright; ruff, flake8."""

import re
from collections.abc import Iterator

from adw.checks.detection.listing import Found, Listing, check
from adw.checks.detection.pytest_config import has_pytest_config, has_pytest_files, has_section, has_tool_table
from adw.domain.run import CheckSpec

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements-test.txt", "Pipfile")
_SAYS_HOW = ("tox.ini", "Makefile", "setup.py")


def found(repository: Listing) -> Iterator[Found]:
    """Test runners first, each only where nothing speaks for another."""
    weight = repository.ending(".py")
    checks = (*_tests(repository), *_types(repository), *_linters(repository))
    return (Found(one, weight) for one in checks)


def _tests(repository: Listing) -> Iterator[CheckSpec]:
    wanted = has_pytest_config(repository.configs) or repository.named("conftest.py")
    mentions = repository.text("pyproject.toml", "setup.cfg", *_SAYS_HOW, *REQUIREMENTS)
    if wanted or "pytest" in mentions:
        if wanted or has_pytest_files(repository.files):
            yield check("test", "pytest", "python", "-m", "pytest")
    elif repository.has("manage.py"):
        yield check("test", "django", "python", "manage.py", "test")
    elif has_pytest_files(repository.files):
        if "-m unittest" in repository.text(*_SAYS_HOW):
            yield check("test", "unittest", "python", "-m", "unittest")
        else:
            yield check("test", "pytest", "python", "-m", "pytest")


def _types(repository: Listing) -> Iterator[CheckSpec]:
    if _configured(repository, "mypy", "mypy.ini", ".mypy.ini"):
        settings = repository.text("mypy.ini", ".mypy.ini").strip() or repository.text("pyproject.toml", "setup.cfg")
        names_files = re.search(r"^(files|packages|modules)\s*=", settings, re.MULTILINE)
        yield check("build", "mypy", "mypy", *(() if names_files else (".",)))
    if _configured(repository, "pyright", "pyrightconfig.json"):
        yield check("build", "pyright", "pyright")


def _linters(repository: Listing) -> Iterator[CheckSpec]:
    if _configured(repository, "ruff", "ruff.toml", ".ruff.toml"):
        yield check("lint", "ruff", "ruff", "check")
    if _configured(repository, "flake8", ".flake8") or has_section(repository.text("tox.ini"), "flake8"):
        yield check("lint", "flake8", "flake8")


def _configured(repository: Listing, tool: str, *own_files: str) -> bool:
    return bool(
        repository.has(*own_files)
        or has_tool_table(repository.text("pyproject.toml"), tool)
        or has_section(repository.text("setup.cfg"), tool)
    )

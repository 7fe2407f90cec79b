"""A command narrowed to some paths or to some tests, for the tools that can select."""

import posixpath
import re
from collections.abc import Callable, Sequence

Command = tuple[str, ...]

MOST = 30
"""Tests that are worth to be named one by one."""
_NODE = frozenset({"npm", "pnpm", "yarn", "bun"})
_WRAPPERS = frozenset({"make", "gmake", "just", "task", "tox", "nox", "inv", "invoke", "sh", "bash"})


def narrowed(tool: str, command: Command, paths: Sequence[str]) -> Command | None:
    """`command` for `paths` alone; None where the tool takes none, or where something in between would eat them."""
    if posixpath.basename(command[0]) in _WRAPPERS:
        return None
    match tool:
        case "pytest" | "jest" | "vitest" | "mocha" | "rspec" | "phpunit" | "ruff" | "flake8" | "eslint" | "mypy":
            return _behind(_without_dot(command) if tool in ("mypy", "eslint") else command, paths)
        case "unittest" | "django":
            modules = [_module(path) for path in paths]
            return None if "discover" in command else (*command, *modules)
        case "go-test" | "go":
            return (*(word for word in command if word != "./..."), *(_package(path) for path in paths))
        case _:
            return None


def only(tool: str, command: Command, names: Sequence[str]) -> Command | None:
    """`command` for the tests of these names alone, as a report names them; None where that cannot be told."""
    select = _SELECT.get(tool)
    if select is None or not names or len(names) > MOST or posixpath.basename(command[0]) in _WRAPPERS:
        return None
    return select(command, names)


def _behind(command: Command, words: Sequence[str]) -> Command:
    """Scripts of package.json take what stands behind `--`."""
    separated = posixpath.basename(command[0]) == "npm" and "--" not in command
    return (*command, *(("--",) if separated else ()), *words)


def _without_dot(command: Command) -> Command:
    return command[:-1] if command[-1] == "." else command


def _module(path: str) -> str:
    """`tests/test_a.py` as unittest names it."""
    plain = path.rstrip("/").removeprefix("./")
    return plain.removesuffix(".py").replace("/", ".")


def _package(path: str) -> str:
    folder = posixpath.dirname(path) if path.endswith(".go") else path.rstrip("/")
    return folder if folder.startswith(("/", ".")) else f"./{folder}"


def _pytest(command: Command, names: Sequence[str]) -> Command:
    at = next(index for index, word in enumerate(command) if posixpath.basename(word) in ("pytest", "py.test"))
    return (*command[: at + 1], *_options(command[at + 1 :]), *names)


def _options(words: Command) -> Command:
    """Without the paths: what looks like one and is not an option's value."""
    kept: list[str] = []
    for word in words:
        if word.startswith("-") or not _looks_like_path(word) or (kept and kept[-1] in _WITH_VALUE):
            kept.append(word)
    return tuple(kept)


_WITH_VALUE = frozenset(
    {"-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--rootdir", "--cov", "--ignore", "--deselect"}
)


def _looks_like_path(word: str) -> bool:
    return "/" in word or "::" in word or word.endswith(".py") or word in (".", "tests", "test")


def _unittest(command: Command, names: Sequence[str]) -> Command | None:
    at = command.index("unittest") if "unittest" in command else -1
    if at < 0 or not all(re.fullmatch(r"\w+(\.\w+)+", name) for name in names):
        return None
    flags = (
        word for word in command[at + 1 :] if word.startswith("-") and word in ("-b", "-v", "--buffer", "--verbose")
    )
    return (*command[: at + 1], *flags, *names)


_SELECT: dict[str, Callable[[Command, Sequence[str]], Command | None]] = {"pytest": _pytest, "unittest": _unittest}

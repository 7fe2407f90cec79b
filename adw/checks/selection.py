"""A command narrowed to some paths or to some tests, for the tools that can select."""

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence

Command = tuple[str, ...]

MOST = 30
"""Tests that are worth to be named one by one."""
_WRAPPERS = frozenset({"make", "gmake", "just", "task", "tox", "nox", "inv", "invoke", "sh", "bash"})
_NODE_SCRIPTS = frozenset({"npm", "pnpm", "yarn", "bun"})
_TAKES_PATHS = frozenset(
    {"pytest", "jest", "vitest", "mocha", "rspec", "phpunit", "ruff", "flake8", "eslint", "mypy", "pyright"}
)
_NUMBERED = re.compile(r" #\d+$")
"""What tells two tests of one title apart in a report."""


def narrowed(tool: str, command: Command, paths: Sequence[str]) -> Command | None:
    """`command` for `paths` alone; None where the tool takes none, or where something in between would eat them."""
    if _program(command) in _WRAPPERS:
        return None
    if tool in _TAKES_PATHS:
        return _behind(command[:-1] if command[-1] == "." else command, paths)
    if tool in ("unittest", "django"):
        return None if "discover" in command else (*command, *map(_module, paths))
    if tool in ("go-test", "go"):
        return (*_without_all(command), *map(_package, paths))
    return None


def only(tool: str, command: Command, names: Sequence[str]) -> Command | None:
    """`command` for the tests of these names alone, as a report names them; None where that cannot be told."""
    select = _SELECT.get(tool)
    wrapped = _program(command) in _WRAPPERS | _NODE_SCRIPTS
    if select is None or not names or len(names) > MOST or wrapped:
        return None
    return select(command, [_NUMBERED.sub("", name) for name in names])


def _program(command: Command) -> str:
    return posixpath.basename(command[0])


def _behind(command: Command, words: Sequence[str]) -> Command:
    """Scripts of package.json take what stands behind `--`."""
    separated = _program(command) == "npm" and "--" not in command
    return (*command, *(("--",) if separated else ()), *words)


def _module(path: str) -> str:
    """`tests/test_a.py` as unittest names it."""
    plain = posixpath.normpath(path)
    return plain.removesuffix(".py").replace("/", ".")


def _package(path: str) -> str:
    """The folder of a Go package, so that it cannot be taken for an import path."""
    plain = posixpath.normpath(path)
    folder = posixpath.dirname(plain) if plain.endswith(".go") else plain
    return folder if folder.startswith(("/", ".")) else f"./{folder}"


def _without_all(command: Command) -> Command:
    return tuple(word for word in command if not (word.startswith("./") and word.endswith("...")))


def _pytest(command: Command, names: Sequence[str]) -> Command | None:
    words = [posixpath.basename(word) for word in command]
    at = next((at for at, word in enumerate(words) if word in ("pytest", "py.test")), None)
    return None if at is None else (*command[: at + 1], *_options(command[at + 1 :]), *names)


_WITH_VALUE = frozenset(
    {"-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--rootdir", "--cov", "--ignore", "--deselect"}
)


def _options(words: Command) -> Command:
    """Pytest's without its paths: what looks like one and is not an option's value."""
    kept: list[str] = []
    for word in words:
        path = "/" in word or "::" in word or word.endswith(".py") or word in (".", "tests", "test")
        if word.startswith("-") or not path or (kept and kept[-1] in _WITH_VALUE):
            kept.append(word)
    return tuple(kept)


def _dotted(command: Command, names: Sequence[str]) -> Command | None:
    """`python -m unittest` and `manage.py test`: both take a test's whole name."""
    at = next((at for at, word in enumerate(command) if word in ("unittest", "test")), None)
    if at is None or not all(re.fullmatch(r"\w+(\.\w+){2,}", name) for name in names):
        return None
    flags = (word for word in command[at + 1 :] if re.match(r"--?(?!s\b|t\b|p\b|k\b)\w", word))
    return (*command[: at + 1], *flags, *names)


def _titled(*options: str) -> Callable[[Command, Sequence[str]], Command | None]:
    """Tools of node's that join a test's titles with blanks; a name is `path > describe > test`."""

    def select(command: Command, names: Sequence[str]) -> Command | None:
        if not all(" > " in name for name in names):
            return None
        paths = dict.fromkeys(name.split(" > ")[0] for name in names) if "-t" in options else ()
        titles = (" ".join(name.split(" > ")[1:]) for name in names)
        return (*command, *paths, *options, f"^({_alternatives(titles)})$")

    return select


def _go(command: Command, names: Sequence[str]) -> Command | None:
    """A name is `<import path>.<test>/<subtest>`: the whole test is run, its subtests with it."""
    parts = [re.fullmatch(r"(?P<package>.+?)\.(?P<test>(?:Test|Example|Fuzz)\w*)(?:/.*)?", name) for name in names]
    if not all(parts) or "-run" in command:
        return None
    packages = dict.fromkeys(part["package"] for part in parts if part)
    tests = dict.fromkeys(part["test"] for part in parts if part)
    return (*_without_all(command), "-count=1", "-run", f"^({_alternatives(tests)})$", *packages)


def _cargo(command: Command, names: Sequence[str]) -> Command:
    """A name is `<module>::<test>`, behind its target's file where that is not the library."""
    plain = (re.sub(r"^\S+\.rs::", "", name) for name in names)
    return (*command, *(() if "--" in command else ("--",)), "--exact", *dict.fromkeys(plain))


def _rspec(command: Command, names: Sequence[str]) -> Command:
    return (*command, *(word for name in names for word in ("-e", name)))


def _phpunit(command: Command, names: Sequence[str]) -> Command | None:
    """A name is `<class>::<method>`, with its data set behind it: all sets of the method are run."""
    if not all("::" in name for name in names):
        return None
    methods = (re.sub(r"(?: with data set\b.*| \(.*)$", "", name, flags=re.DOTALL) for name in names)
    return (*command, "--filter", f"/^({_alternatives(methods)})( with data set .*)?$/")


def _alternatives(titles: Iterable[str]) -> str:
    """As a regular expression that Go and JavaScript read alike."""
    return "|".join(re.sub(r"([.*+?^${}()|\[\]\\/])", r"\\\1", title) for title in dict.fromkeys(titles))


_SELECT: dict[str, Callable[[Command, Sequence[str]], Command | None]] = {
    "pytest": _pytest,
    "unittest": _dotted,
    "django": _dotted,
    "jest": _titled("-t"),
    "vitest": _titled("-t"),
    "mocha": _titled("--grep"),
    "go-test": _go,
    "cargo-test": _cargo,
    "rspec": _rspec,
    "phpunit": _phpunit,
}

"""Where a command line starts a tool of node's, itself or by a script of package.json, so that options reach it."""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adw.checks.javascript import package
from adw.checks.tool import Place

_LAUNCHERS = frozenset(
    {"bunx", "c8", "cross-env", "env", "ionice", "nice", "node", "npx", "nyc", "pnpx", "time", "timeout", "xvfb-run"}
)
_MANAGERS = frozenset({"bun", "npm", "pnpm", "yarn"})
_EXEC = frozenset({"dlx", "exec", "x"})
_RUN = frozenset({"run", "run-script", "rum", "urn"})
_SCRIPT_OF = {"t": "test", "tst": "test"}
_PACKAGE_OPTIONS = frozenset({"-p", "--package"})
_ELSEWHERE = ("--prefix", "-C", "--cwd", "--dir", "-w", "--workspace", "--filter", "-F", "-r")
"""Options that run the script of another package."""
_PASSED_OVER = re.compile(r"-.*|\w+=.*|\d+[smh]?")
"""Words of launchers before the program: options, variables, time limits."""
_BESIDE_PLAIN = re.compile(r"[|;<>`\n]|\$\(|(?<!&)&(?!&)")
"""What a script of package.json has in it where options that are put at its end could reach another program."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is put behind the tool's own options."""

    programs: Mapping[str, str]
    """Names that start the tool, each with the word that must follow (`react-scripts test`) or ""."""
    words: tuple[str, ...]
    once: tuple[str, ...] = ()
    """Options that the tool takes once only, or that ours must replace: the user's own make way."""


def with_options(command: tuple[str, ...], options: Options, place: Place) -> tuple[str, ...] | None:
    """`command` with options where the tool takes them for its own; None where that cannot be told."""
    scripts = package.scripts(place.configs.get(package.FILE, ""))
    at = _program(command, options.programs)
    if at is not None and not (_base(command[at - 1]) in _MANAGERS and command[at] in scripts):
        return _insert((*command[: at + 1], *_without(command[at + 1 :], options.once)), at, options.words)
    start, script = _script(command, scripts)
    if not _starts(script, options) or _has(command, options.once):
        return None
    dashes = ("--",) if _base(command[start]) == "npm" and "--" not in command else ()
    return (*command, *dashes, *options.words)


def _is(word: str, names: Sequence[str]) -> bool:
    return any(word == name or word.startswith((f"{name}=", f"{name}.")) for name in names)


def _has(words: Sequence[str], names: Sequence[str]) -> bool:
    return any(_is(word, names) for word in words)


def _without(words: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """`words` without the named options and their values."""
    value = False
    for word in words:
        named = _is(word, names)
        if not named and not (value and not word.startswith("-")):
            yield word
        value = named and "=" not in word


def _base(word: str) -> str:
    name = re.sub(r"\.(?:[cm]?js|cmd|exe)$", "", posixpath.basename(word))
    return name.partition("@")[0] or name


def _program(words: Sequence[str], programs: Mapping[str, str]) -> int | None:
    """The index of the tool's program where nothing but launchers stands before it."""
    before = ""
    for at, word in enumerate(words):
        if _base(word) in programs and before not in _RUN:
            follows = programs[_base(word)]
            started = before != "npm" and (not follows or words[at + 1 : at + 2] == (follows,))
            return at if started else None
        manager = before in _MANAGERS and word in _EXEC
        launcher = _base(word) in _LAUNCHERS or (at == 0 and _base(word) in _MANAGERS)
        if not (launcher or manager or before in _PACKAGE_OPTIONS or _PASSED_OVER.fullmatch(word)):
            return None
        before = word if word.startswith("-") and word != "--" else _base(word)
    return None


def _insert(command: tuple[str, ...], at: int, words: Sequence[str]) -> tuple[str, ...]:
    """Behind the tool's own options; before a lone `--`, behind which it takes everything for a path."""
    own = command[at:]
    before = command[:at]
    if "npm" in map(_base, before) and "--" not in before:  # `npm exec jest -- --bail`
        return (*command, *(() if "--" in own else ("--",)), *words)
    end = at + own.index("--") if "--" in own else len(command)
    return (*command[:end], *words, *command[end:])


def _script(command: tuple[str, ...], scripts: Mapping[str, str]) -> tuple[int, str]:
    """Where the command starts a package manager, and the text of the script that this runs: empty where none."""
    start = next((at for at, word in enumerate(command) if not re.fullmatch(r"env|\w+=.*", word)), 0)
    words = command[start + 1 :]
    if _base(command[start]) not in _MANAGERS or any(word.startswith(_ELSEWHERE) for word in words):
        return start, ""
    named = next((word for word in words if not word.startswith("-") and word not in _RUN), "")
    return start, scripts.get(_SCRIPT_OF.get(named, named), "")


def _starts(script: str, options: Options) -> bool:
    """Whether what is put at a script's end comes to the tool: it is started directly, by the last command."""
    last = script.rpartition("&&")[2]
    if _BESIDE_PLAIN.search(last):
        return False
    try:
        words = tuple(shlex.split(last))
    except ValueError:
        return False
    at = _program(words, options.programs)
    return at is not None and "--" not in words[at:] and not _has(words, options.once)

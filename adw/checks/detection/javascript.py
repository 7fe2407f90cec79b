"""jest, vitest, mocha; tsc; eslint: from package.json."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adw.checks.detection.listing import Found, Listing, check
from adw.domain.run import CheckSpec

_RUNNERS = ("vitest", "jest", "mocha")
_SHELL = re.compile(r"[|&;<>$`()]|^\w+=")
_PLACEHOLDER = "no test specified"
_ESLINT_FILES = tuple(f"eslint.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")) + tuple(
    f".eslintrc{ending}" for ending in ("", ".js", ".cjs", ".json", ".yml", ".yaml")
)


@dataclass(frozen=True, slots=True)
class _Package:
    scripts: Mapping[str, str]
    dependencies: frozenset[str]
    manager: str

    def script(self, *programs: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """The first of the scripts `names` that starts one of `programs` and needs no shell, as a command."""
        for name in names:
            words = _words(self.scripts.get(name, ""))
            if words and words[0] in programs:
                return words
        return ()


def found(repository: Listing) -> Iterator[Found]:
    package = _package(repository)
    if package is None:
        return
    weight = repository.ending(".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue", ".svelte")
    for one in (*_tests(package), *_types(package, repository), *_lint(package, repository)):
        yield Found(one, weight)


def _package(repository: Listing) -> _Package | None:
    try:
        content: Any = json.loads(repository.text("package.json"))
        scripts = {str(name): str(line) for name, line in dict(content.get("scripts") or {}).items()}
        dependencies = {*(content.get("devDependencies") or {}), *(content.get("dependencies") or {})}
        named = str(content.get("packageManager") or "").partition("@")[0]
    except (ValueError, TypeError, AttributeError):
        return None  # none, or none that npm could read
    locks = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lock": "bun", "bun.lockb": "bun"}
    manager = named or next((manager for lock, manager in locks.items() if repository.has(lock)), "npm")
    return _Package(scripts, frozenset(dependencies), manager)


def _tests(package: _Package) -> Iterator[CheckSpec]:
    script = package.scripts.get("test", "")
    if _PLACEHOLDER in script:
        script = ""
    words = _words(script)
    if words and words[0] in _RUNNERS:
        yield check("test", words[0], *_once(words))
        return
    named = next((runner for runner in _RUNNERS if re.search(rf"\b{runner}\b", script)), "")
    if script:
        yield check("test", named or ("jest" if "react-scripts test" in script else "exit"), package.manager, "test")
        return
    for runner in _RUNNERS:
        if runner in package.dependencies:
            yield check("test", runner, *_once((runner,)))


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    """Vitest watches where it thinks that a person looks on."""
    if words[0] == "vitest" and words[1:2] != ("run",):
        return ("vitest", "run", *(word for word in words[1:] if word not in ("watch", "dev", "--watch")))
    return tuple(word for word in words if word not in ("--watch", "--watchAll"))


def _types(package: _Package, repository: Listing) -> Iterator[CheckSpec]:
    if repository.has("tsconfig.json"):
        own = package.script("tsc", "vue-tsc", names=("typecheck", "type-check", "check-types", "tsc"))
        yield check("build", "tsc", *(own or ("tsc", "--noEmit")))


def _lint(package: _Package, repository: Listing) -> Iterator[CheckSpec]:
    if "eslint" in package.dependencies or repository.has(*_ESLINT_FILES):
        own = tuple(word for word in package.script("eslint", names=("lint", "eslint")) if word != "--fix")
        yield check("lint", "eslint", *(own or ("eslint", ".")))


def _words(script: str) -> tuple[str, ...]:
    """A script as a command; empty where it needs a shell."""
    if _SHELL.search(script):
        return ()
    try:
        return tuple(shlex.split(script))
    except ValueError:
        return ()

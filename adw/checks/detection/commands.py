"""Which tool a command starts, told from its words."""

import posixpath

_BY_WORD = {
    **dict.fromkeys(("pytest", "py.test"), "pytest"),
    **{name: name for name in ("unittest", "jest", "vitest", "mocha", "rspec", "phpunit")},
    **{name: name for name in ("tsc", "mypy", "ruff", "flake8", "eslint", "javac")},
    **dict.fromkeys(("pyright", "basedpyright"), "pyright"),
    **dict.fromkeys(("mvn", "mvnw"), "maven"),
    **dict.fromkeys(("gcc", "g++", "cc", "c++", "clang", "clang++"), "gcc"),
    "react-scripts": "jest",
    "vue-tsc": "tsc",
}
_TESTING = {"go": ("go-test", "go"), "cargo": ("cargo-test", "cargo"), "dotnet": ("dotnet", "exit")}
"""Programs whose next word tells tests from builds."""


def tool_of(command: tuple[str, ...]) -> str:
    """The name of the tool; `exit` where no word is known. Launchers (`uv run`, `npx`) are passed over."""
    words = [posixpath.basename(word).removesuffix(".exe") for word in command]
    for at, word in enumerate(words):
        if word == "manage.py" and "test" in words[at:]:
            return "django"
        if word in _BY_WORD:
            return _BY_WORD[word]
        if word in _TESTING:
            tests, builds = _TESTING[word]
            return tests if any(verb in words[at:] for verb in ("test", "t", "nextest")) else builds
    return "exit"

"""What a check sees of ADW's own environment: no secrets, no colours, the workspace's code first."""

import re
from collections.abc import Mapping
from pathlib import Path

from adw.adapters.checks.editable import import_roots

_SECRET_NAME = re.compile(
    r"API_?KEY|ACCESS_?KEY|(^|_)KEY(_|$)|KEY_ID|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|(^|_)PAT$|(^|_)PWD$"
    r"|AUTH|COOKIE|SESSION_ID|WEBHOOK|(^|_)DSN$|DATABASE_URL|CONNECTION_?STRING",
    re.IGNORECASE,
)
_SECRET_PREFIXES = ("ADW_", "ANTHROPIC_", "AWS_", "AZURE_", "CLAUDE", "GEMINI_", "GH_", "GITHUB_", "OPENAI_")
_SECRET_VALUE = re.compile(r"\bsk-[\w-]{16,}|\bgh[opsu]_\w{20,}|\bgithub_pat_\w{20,}|\bAKIA[A-Z0-9]{16}|-----BEGIN ")
_PASSWORD_IN_URL = re.compile(r"://[^/\s@]*:[^/\s@]+@|://[^/\s:@]{20,}@")
_HARMLESS = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION", "PWD", "OLDPWD"})
_DISTURBING = re.compile(
    # where git looks, when ADW is started by a hook; a test run around this one; colours and widths; CI's chattiness
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)"
    r"|PYTEST_(CURRENT_TEST|XDIST_.*|VERSION)|COVERAGE_PROCESS_\w+|COV_CORE_\w+"
    r"|FORCE_COLOR|CLICOLOR(_FORCE)?|PY_COLORS|COLUMNS|LINES|CI|BUILD_NUMBER"
)
_SHORTEST_SECRET = 8
"""Shorter values would hit ordinary words."""
_FIXED = {
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TERM": "dumb",
}


def is_secret(name: str, value: str) -> bool:
    """Whether a variable looks like one that must not reach a child: by its name, or by what it holds."""
    if name in _HARMLESS:
        return False
    named = _SECRET_NAME.search(name) is not None or name.upper().startswith(_SECRET_PREFIXES)
    return named or _SECRET_VALUE.search(value) is not None or _PASSWORD_IN_URL.search(value) is not None


def secret_values(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Values that must not come through in what a check prints, longest first: tests may know them from elsewhere.

    Narrower than `is_secret`: whole families of variables are kept from children, but not everything in them is
    unique enough to be cut out of a log.
    """
    found = {
        value
        for name, value in environ.items()
        if (_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))
        and name not in _HARMLESS
        and len(value) >= _SHORTEST_SECRET
        and not value.startswith("/")
    }
    return tuple(sorted(found, key=len, reverse=True))


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without secrets and without what would change a check's output."""
    kept = {
        name: value
        for name, value in environ.items()
        if not is_secret(name, value) and not _DISTURBING.fullmatch(name) and not name.startswith("LC_")
    }
    return {**kept, **_FIXED}


def python_path(environ: Mapping[str, str], *, root: Path, checkout: Path, python: Path, scratch: Path) -> str:
    """PYTHONPATH that puts the workspace before everything that an interpreter may have been told of the checkout.

    An editable install names the user's checkout; without this the tests would import the user's files, and be
    green or red for the wrong reason. Where the installed name lies elsewhere than in `src` or at the root, the
    same folder of the workspace is taken.
    """
    inherited = [entry for entry in environ.get("PYTHONPATH", "").split(":") if entry]
    folders = [root / "src", root, scratch]
    folders += [root / folder for folder in import_roots(python, checkout, inherited)]
    entries = [str(folder) for folder in folders if folder.is_dir()]
    return ":".join(dict.fromkeys([*entries, *inherited]))

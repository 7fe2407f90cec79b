"""Which Python has the repository's test tools."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from adw.errors import CheckError

_PROBE_S = 20.0
_PROBE = "import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)"


def find_python(checkout: Path, environ: Mapping[str, str], *, module: str = "pytest") -> str:
    """Path of the interpreter that can import `module`; the repository's own before the machine's before ADW's.

    Raises CheckError where none can.
    """
    tried: dict[str, None] = {}
    for candidate in _candidates(checkout, environ):
        if candidate not in tried and _has(candidate, module, environ):
            return candidate
        tried[candidate] = None
    raise CheckError(
        f"no Python here has {module}: tried {', '.join(tried)}",
        hint=f"Install {module} into {checkout / '.venv'}, or name the test command in .adw.toml.",
    )


def _candidates(checkout: Path, environ: Mapping[str, str]) -> Iterator[str]:
    for folder in (checkout / ".venv", checkout / "venv", environ.get("VIRTUAL_ENV")):
        if folder:
            python = Path(folder) / "bin" / "python"
            if python.exists():
                yield str(python)
    for name in ("python3", "python"):
        found = shutil.which(name, path=environ.get("PATH", os.defpath))
        if found:
            yield found
    yield sys.executable


def _has(python: str, module: str, environ: Mapping[str, str]) -> bool:
    """Looked for from `/`, so that a folder of that name in the current one is not taken for it."""
    environment = {name: value for name, value in environ.items() if name != "PYTHONPATH"}
    try:
        probe = subprocess.run(  # noqa: S603
            (python, "-c", _PROBE, module),
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PROBE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0

"""The command `adw`, and `python -m adw`."""

import json
import sys
from typing import TYPE_CHECKING

from adw import __version__

if TYPE_CHECKING:
    from adw.cli.frame import Wiring


def main() -> int:
    """The exit code."""
    arguments = sys.argv[1:]
    if "--version" in arguments and {*arguments} <= {"--version", "--json"}:
        print(_version(as_json="--json" in arguments))  # noqa: T201  # before anything that takes time to import
        return 0
    from adw.cli.app import run  # noqa: PLC0415  # the same

    return run(arguments, _wiring)


def _version(*, as_json: bool) -> str:
    if not as_json:
        return f"adw {__version__}"
    return json.dumps(
        {
            "schema": 1,
            "command": "version",
            "ok": True,
            "data": {"version": __version__},
            "warnings": [],
            "errors": [],
        }
    )


def _wiring() -> "Wiring":
    from adw import wiring  # noqa: PLC0415  # anthropic and dbos take seconds: only the commands that use them pay

    return wiring


if __name__ == "__main__":
    sys.exit(main())

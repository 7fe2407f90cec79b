"""The command `adw`, and `python -m adw`."""

import gc
import json
import signal
import sys
from typing import TYPE_CHECKING

from adw import __version__

if TYPE_CHECKING:
    from adw.cli.frame import Wiring


_YOUNG = 200_000
"""Objects between two searches for garbage. To import a command's modules makes some 100,000 of them, which all stay:
at the usual 2,000 they are searched sixty times, and once more at the end, for a seventh of the command's time."""


def main() -> int:
    """The exit code."""
    gc.set_threshold(_YOUNG)
    try:
        return _main()
    finally:
        gc.freeze()  # The process ends: nobody needs what the last search would give back.


def _main() -> int:
    arguments = sys.argv[1:]
    if "--version" in arguments and {*arguments} <= {"--version", "--json"}:
        print(_version(as_json="--json" in arguments))  # noqa: T201  # before anything that takes time to import
        return 0
    from adw.cli.app import run  # noqa: PLC0415  # the same

    # What ends services, and `adw cancel`, is as good as ctrl-C, which what a script has put into the background
    # does not hear.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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

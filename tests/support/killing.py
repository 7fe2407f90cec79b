"""`kill -9` between two commands of git, each time at a place that is known."""

import os
import shlex
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

_CHANGING = ("unpack-objects", "worktree add", "symbolic-ref HEAD", "update-ref", "read-tree", "clone", "fetch")
_CASES = "|".join(f"*' {verb} '*" for verb in _CHANGING)


def is_killed(after: int, act: Callable[[], object], folder: Path) -> bool:
    """Run `act` in a child that is killed once git has ended its command number `after` of those that change something.

    False where it came to its end before. `folder` is for what this needs.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    git = shutil.which("git")
    lines = (
        "#!/bin/sh",
        f'case " $* " in {_CASES}) ;; *) exec {git} "$@";; esac',
        f'cd {shlex.quote(str(folder))} || exit 1; echo x >> count; count=$(wc -l < count); cd "$OLDPWD" || exit 1',
        f'{git} "$@"; status=$?',
        f"[ $count -lt {after} ] || kill -9 $PPID",
        "exit $status",
    )
    (folder / "git").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "git").chmod(0o755)
    child = os.fork()
    if child == 0:
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
        try:
            act()
        except BaseException:  # noqa: BLE001 - a child of the test must never go on as the test
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}, status
    return status == signal.SIGKILL

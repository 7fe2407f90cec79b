"""`kill -9` between two commands of git, each time at a place that is known."""

import multiprocessing
import os
import shlex
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from adw.adapters.git.mirror import Mirror
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace

_CHANGING = ("unpack-objects", "worktree add", "symbolic-ref HEAD", "update-ref", "read-tree", "clone", "fetch")
_CASES = "|".join(f"*' {verb} '*" for verb in _CHANGING)
# Children of a process that has no threads and has imported all this already: to start one takes no time.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", "git", __name__])


def is_killed(after: int, act: Callable[..., object], arguments: Sequence[Any], folder: Path) -> bool:
    """Run `act` in a child that is killed once git has ended its command number `after` of those that change something.

    False where it came to its end before. `act` is one of those below; `folder` is for what this needs.
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
    child = _FORKS.Process(target=_with_git_from, args=(folder, act, arguments))
    child.start()
    child.join()
    assert child.exitcode in {0, -signal.SIGKILL}, child.exitcode
    return child.exitcode != 0


def _with_git_from(folder: Path, act: Callable[..., object], arguments: Sequence[Any]) -> None:
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    act(*arguments)


def take_over(root: Path, base: str, branch: str, texts: list[str]) -> GitWorkspace:
    """What a worker does with a run that was begun elsewhere, in its clone at `root`."""
    workspace = GitWorkspace(Repository.discover(root), "run")
    workspace.take_over(base, branch, texts)
    return workspace


def refresh(home: Path, address: str) -> str:
    """The commit of `main`."""
    return Mirror.below(home, address).refresh("main")

"""Differences between two trees, the same whatever the user or the repository has configured."""

import os

from adw.adapters.git.command import GitCommand

_FIXED = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--unified=3",
    "--inter-hunk-context=0",
    "--diff-algorithm=histogram",
    "--indent-heuristic",
    "--find-renames=50%",
    "--submodule=short",
    "--abbrev=8",
    "-l1000",
    f"-O{os.devnull}",
)


def unified(git: GitCommand, base: str, other: str) -> str:
    """Unified diff. Renames show as such; bytes that are not UTF-8 show as U+FFFD."""
    return git.run("diff-tree", "-r", "-p", *_FIXED, base, other, "--").stdout.decode(errors="replace")


def names(git: GitCommand, base: str, other: str) -> tuple[str, ...]:
    """Paths that differ, sorted."""
    return tuple(sorted(git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", base, other, "--").fields))

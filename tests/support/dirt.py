"""Ways in which a user's checkout can be dirty, and traps that git would spring if it were called carelessly."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from tests.support.repositories import Checkout, make_repository

FILES = {
    ".gitignore": b"*.log\n/cache/\n",
    "a name with spaces/and more.txt": b"spaces\n",
    "crlf.txt": b"one\r\ntwo\r\n",
    "docs/guide.md": b"# Guide\n" + b"A line that makes renames easy to see.\n" * 20,
    "latin1.txt": b"caf\xe9\n",
    "src/app.py": b"def main():\n    return 1\n",
    "src/lib.py": b"LIMIT = 10\n",
    "tool.sh": b"#!/bin/sh\nexit 0\n",
}
"""The content of the base commit; `src/app.py` is committed twice, so that there is something to merge."""


def make_user_repository(root: Path) -> Checkout:
    """A repository with links, executables, odd names and bytes, two branches and a tag."""
    checkout = make_repository(root, FILES)
    (root / "tool.sh").chmod(0o755)
    (root / "link.md").symlink_to("docs/guide.md")
    (root / "dangling").symlink_to("nowhere/at all")
    Path(os.fsdecode(os.fsencode(root) + b"/na\xefve.txt")).write_bytes(b"a name that is not UTF-8\n")
    checkout.commit({"src/app.py": b"def main():\n    return 2\n"}, "second")
    checkout.git("tag", "v1")
    checkout.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    checkout.commit({"src/app.py": b"def main():\n    return 3\n"}, "aside")
    checkout.git("checkout", "--quiet", "main")
    return checkout


def staged(checkout: Checkout) -> None:
    checkout.write({"src/lib.py": b"LIMIT = 11\n", "staged.txt": b"new\n"})
    checkout.git("add", "src/lib.py", "staged.txt")


def staged_and_changed_again(checkout: Checkout) -> None:
    staged(checkout)
    checkout.write({"src/lib.py": b"LIMIT = 12\n"})


def unstaged(checkout: Checkout) -> None:
    checkout.write({"crlf.txt": b"one\r\ntwo\nthree\r\n"})


def untracked(checkout: Checkout) -> None:
    checkout.write({"notes/idea \xe9.txt": b"\xff\xfe", "notes/.hidden": b"x"})
    (checkout.root / "notes" / "empty").mkdir(exist_ok=True)


def ignored(checkout: Checkout) -> None:
    checkout.write({"debug.log": b"log\n", "cache/deep/blob": b"\0"})


def deleted(checkout: Checkout) -> None:
    (checkout.root / "latin1.txt").unlink(missing_ok=True)


def deleted_and_staged(checkout: Checkout) -> None:
    checkout.git("rm", "--quiet", "--force", "--ignore-unmatch", "a name with spaces/and more.txt")


def renamed(checkout: Checkout) -> None:
    if (checkout.root / "docs/guide.md").exists():
        checkout.git("mv", "docs/guide.md", "docs/manual.md")


def intent_to_add(checkout: Checkout) -> None:
    checkout.write({"soon.txt": b"soon\n"})
    checkout.git("add", "--intent-to-add", "soon.txt")


def stashed(checkout: Checkout) -> None:
    checkout.write({"src/lib.py": b"LIMIT = 99\n", "stash me.txt": b"x\n"})
    paths = ("src/lib.py", "stash me.txt")
    checkout.git("stash", "push", "--quiet", "--include-untracked", "--", *paths, accept=(0, 1))


def in_a_conflict(checkout: Checkout) -> None:
    checkout.git("merge", "side", accept=(0, 1, 2, 128))


def detached(checkout: Checkout) -> None:
    checkout.git("checkout", "--quiet", "--detach", accept=(0, 1, 128))


def modes_changed(checkout: Checkout) -> None:
    tool = checkout.root / "tool.sh"
    tool.chmod(tool.stat().st_mode ^ stat.S_IXUSR)


def link_changed(checkout: Checkout) -> None:
    link = checkout.root / "link.md"
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/hostname")


def repository_inside(checkout: Checkout) -> None:
    if not (checkout.root / "vendor").exists():
        make_repository(checkout.root / "vendor" / "other", {"x": b"x\n"})


def packed(checkout: Checkout) -> None:
    checkout.git("pack-refs", "--all")


def hidden_from_status(checkout: Checkout) -> None:
    checkout.git("update-index", "--assume-unchanged", "crlf.txt", accept=(0, 128))
    checkout.git("update-index", "--skip-worktree", ".gitignore", accept=(0, 128))


def sparse(checkout: Checkout) -> None:
    checkout.git("sparse-checkout", "set", "--no-cone", "/src/", accept=(0, 1, 128))


DIRT: tuple[Callable[[Checkout], None], ...] = (
    staged,
    staged_and_changed_again,
    unstaged,
    untracked,
    ignored,
    deleted,
    deleted_and_staged,
    renamed,
    intent_to_add,
    stashed,
    in_a_conflict,
    detached,
    modes_changed,
    link_changed,
    repository_inside,
    packed,
    hidden_from_status,
    sparse,
)

_HOOKS = (
    "post-checkout",
    "post-commit",
    "post-index-change",
    "pre-auto-gc",
    "pre-commit",
    "prepare-commit-msg",
    "reference-transaction",
    "fsmonitor-watchman",
)


def set_traps(checkout: Checkout, sprung: Path) -> None:
    """Hooks and configuration of the repository that would write `sprung` if git obeyed them."""
    command = f"echo sprung >> '{sprung}'"
    hooks = checkout.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in _HOOKS:
        (hooks / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    (checkout.root / ".git" / "info" / "attributes").write_text(
        "* filter=trap\n*.py filter=trap diff=trap\n", encoding="utf-8"
    )
    for key, value in {
        "core.fsmonitor": f"{command}; false",
        "core.pager": f"{command}; cat",
        "core.editor": command,
        "core.sshCommand": command,
        "credential.helper": f"!{command}",
        "filter.trap.clean": f"{command}; cat",
        "filter.trap.smudge": f"{command}; cat",
        "filter.trap.process": command,
        "filter.trap.required": "true",
        "diff.external": command,
        "diff.trap.command": command,
        "diff.trap.textconv": f"{command}; cat",
        "gpg.program": command,
        "commit.gpgSign": "true",
        "core.autocrlf": "true",
        "diff.noprefix": "true",
        "diff.context": "0",
        "color.ui": "always",
        "status.showUntrackedFiles": "no",
        "core.quotePath": "true",
    }.items():
        checkout.git("config", key, value)

"""What bubblewrap is told, and, where it works, what a confined command can do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adw.adapters.checks.sandbox import Sandbox, SandboxMode, choose
from adw.errors import CheckError

WORKS = bool(choose(SandboxMode.AUTO, home=Path("/nonexistent")).executable)
needs_bwrap = pytest.mark.skipif(not WORKS, reason="bubblewrap is not here or not allowed")


def program(folder: Path, script: str) -> str:
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(folder)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Home, workspace, scratch."""
    made = (tmp_path / "home", tmp_path / "work", tmp_path / "scratch")
    for place in made:
        place.mkdir()
    (tmp_path / "scratch" / "tmp").mkdir()
    return made


def pairs(options: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    return [(options[i + 1], options[i + 2]) for i, said in enumerate(options) if said == option]


def test_without_a_sandbox_the_command_is_untouched(places: tuple[Path, Path, Path]) -> None:
    home, root, scratch = places
    assert Sandbox(home=home).wrap(("pytest", "-q"), root=root, scratch=scratch) == ("pytest", "-q")


def test_the_command_comes_last_behind_a_separator(places: tuple[Path, Path, Path]) -> None:
    home, root, scratch = places
    made = Sandbox("bwrap", home=home).wrap(("pytest", "--chdir"), root=root, scratch=scratch)
    assert made[0] == "bwrap"
    assert made[made.index("--") :] == ("--", "pytest", "--chdir")


def test_all_is_read_only_but_workspace_and_scratch(places: tuple[Path, Path, Path]) -> None:
    home, root, scratch = places
    made = Sandbox("bwrap", home=home).wrap(("true",), root=root, scratch=scratch)
    assert ("/", "/") in pairs(made, "--ro-bind")
    assert pairs(made, "--bind") == [
        (f"{scratch}/tmp", "/tmp"),  # noqa: S108
        (str(root), str(root)),
        (str(scratch), str(scratch)),
    ]
    assert {"--die-with-parent", "--new-session", "--unshare-pid"} < set(made)


@pytest.mark.parametrize("network", [False, True])
def test_the_network_is_off_unless_allowed(places: tuple[Path, Path, Path], *, network: bool) -> None:
    home, root, scratch = places
    made = Sandbox("bwrap", home=home, network=network).wrap(("true",), root=root, scratch=scratch)
    assert ("--unshare-net" in made) is not network


def test_secrets_at_home_are_covered_after_all_else_is_shown(places: tuple[Path, Path, Path]) -> None:
    home, root, scratch = places
    for folder in (".ssh", ".aws", ".config/gh", ".claude"):
        (home / folder).mkdir(parents=True)
    (home / ".netrc").write_text("machine", encoding="utf-8")
    made = Sandbox("bwrap", home=home).wrap(("true",), root=root, scratch=scratch, visible=(home,))
    for folder in (".ssh", ".aws", ".config/gh", ".claude"):
        assert made[made.index(str(home / folder)) - 1] == "--tmpfs"
    assert ("/dev/null", str(home / ".netrc")) in pairs(made, "--ro-bind")
    assert made.index(str(home / ".ssh")) > made.index(str(home))
    assert str(home / ".gnupg") not in made


def test_what_decides_over_the_run_is_read_only(places: tuple[Path, Path, Path]) -> None:
    home, root, scratch = places
    (root / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
    (root / ".adw.toml").write_text("", encoding="utf-8")
    made = Sandbox("bwrap", home=home).wrap(("true",), root=root, scratch=scratch)
    for name in (".git", ".adw.toml"):
        assert (str(root / name), str(root / name)) in pairs(made, "--ro-bind")
        assert made.index(str(root / name)) > made.index(str(root))


def test_only_what_a_private_tmp_would_hide_needs_to_be_shown(places: tuple[Path, Path, Path]) -> None:
    home, root, scratch = places
    made = Sandbox("bwrap", home=home).wrap(("true",), root=root, scratch=scratch, visible=(Path("/usr"),))
    assert ("/usr", "/usr") not in pairs(made, "--ro-bind")


def test_off_looks_for_nothing(tmp_path: Path) -> None:
    assert choose(SandboxMode.OFF, home=tmp_path, path=program(tmp_path, "exit 0")).executable == ""


def test_auto_takes_one_that_works(tmp_path: Path) -> None:
    made = choose(SandboxMode.AUTO, home=tmp_path, network=True, path=program(tmp_path, "exit 0"))
    assert (made.executable, made.network, made.warning) == (str(tmp_path / "bwrap"), True, "")


def test_auto_goes_without_one_that_is_forbidden_and_says_so(tmp_path: Path) -> None:
    path = program(tmp_path, "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    made = choose(SandboxMode.AUTO, home=tmp_path, path=path)
    assert made.executable == ""
    assert "Permission denied" in made.warning


@pytest.mark.parametrize(("script", "said"), [("exit 3", "exit code 3"), ("", "not installed")])
def test_require_refuses(tmp_path: Path, script: str, said: str) -> None:
    path = program(tmp_path, script) if script else str(tmp_path)
    with pytest.raises(CheckError, match=said) as caught:
        choose(SandboxMode.REQUIRE, home=tmp_path, path=path)
    assert "bubblewrap" in caught.value.hint


def test_one_that_cannot_be_started_does_not_work(tmp_path: Path) -> None:
    (tmp_path / "bwrap").write_text("#!/nonexistent\n", encoding="utf-8")
    (tmp_path / "bwrap").chmod(0o755)
    assert "does not work" in choose(SandboxMode.AUTO, home=tmp_path, path=str(tmp_path)).warning


PROBE = """\
import os, pathlib, socket
def attempt(what):
    try: return "yes" if what() is not False else "no"
    except OSError: return "no"
home, root, other = map(pathlib.Path, {places!r})
server = socket.create_server(("127.0.0.1", 0))
answers = {{
    "write workspace": attempt(lambda: (root / "new").write_text("x")),
    "write git": attempt(lambda: (root / ".git").write_text("x")),
    "write elsewhere": attempt(lambda: (other / "new").write_text("x")),
    "write tmp": attempt(lambda: pathlib.Path("/tmp/adw-probe").write_text("x")),
    "read elsewhere": attempt(lambda: (other / "file").read_text()),
    "read secret": attempt(lambda: (home / ".ssh" / "id").read_text()),
    "loopback": attempt(lambda: socket.create_connection(server.getsockname()).close()),
    "outside": attempt(lambda: [line for line in open("/proc/net/route")][1:] != []),
    "see processes": attempt(lambda: len([p for p in os.listdir("/proc") if p.isdigit()]) > 5),
}}
print(",".join(name for name, answer in answers.items() if answer == "yes"))
"""


@needs_bwrap
def test_a_confined_command_can_do_its_work_and_no_more(places: tuple[Path, Path, Path], tmp_path: Path) -> None:
    home, root, scratch = places
    (home / ".ssh").mkdir()
    (home / ".ssh" / "id").write_text("secret", encoding="utf-8")
    (root / ".git").write_text("gitdir: x", encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").write_text("x", encoding="utf-8")
    sandbox = choose(SandboxMode.REQUIRE, home=home)
    probe = PROBE.format(places=[str(home), str(root), str(other)])
    shown = (other, home, Path(sys.prefix), Path(sys.base_prefix))
    command = sandbox.wrap((sys.executable, "-c", probe), root=root, scratch=scratch, visible=shown)
    said = subprocess.run(command, capture_output=True, check=False, text=True, env={"PATH": os.environ["PATH"]})
    assert said.stderr == ""
    assert said.stdout.strip().split(",") == ["write workspace", "write tmp", "read elsewhere", "loopback"]
    assert (root / "new").read_text(encoding="utf-8") == "x"
    assert (scratch / "tmp" / "adw-probe").exists()


@needs_bwrap
def test_git_works_in_a_confined_worktree(places: tuple[Path, Path, Path], tmp_path: Path) -> None:
    home, _, scratch = places
    checkout, root = tmp_path / "checkout", tmp_path / "checkout" / ".adw" / "tree"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_GLOBAL": "/dev/null"}
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")

    def git(*words: str) -> None:
        subprocess.run(["git", *identity, *words], cwd=checkout, env=environment, check=True, capture_output=True)

    checkout.mkdir()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    git("worktree", "add", "-q", str(root))
    git_program = shutil.which("git") or "git"
    command = choose(SandboxMode.REQUIRE, home=home).wrap(
        (git_program, "-c", "safe.directory=*", "log", "--oneline"), root=root, scratch=scratch, visible=(checkout,)
    )
    said = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert said.stdout.strip().endswith("one")

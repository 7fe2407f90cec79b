"""Commands are bounded in time and output, and nothing of them stays behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adw.adapters.checks import process
from adw.adapters.checks.process import Bounds, Ended
from adw.errors import CheckError, Interrupted, StorageError

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


class Stop:
    """Set as soon as `path` exists; never without one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def is_set(self) -> bool:
        return self._path is not None and self._path.exists()


def run(
    program: str, folder: Path, *, timeout_s: float = 60, log_bytes: int = 1_000_000, stop: Stop | None = None
) -> Ended:
    return process.run(
        (sys.executable, "-c", program),
        cwd=folder,
        environment={"PATH": os.environ["PATH"]},
        log=folder / "out.log",
        bounds=Bounds(timeout_s, log_bytes=log_bytes, grace_s=0.3),
        stop=stop or Stop(),
    )


def is_gone(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


def wait_until_gone(process_id: int) -> bool:
    """A killed process needs a moment to go; asked often enough, not timed."""
    return any(is_gone(process_id) or os.sched_yield() for _ in range(200_000))


def test_output_and_error_come_into_one_log_in_their_order(tmp_path: Path) -> None:
    ended = run("import os; os.write(1, b'one\\n'); os.write(2, b'two\\n'); os.write(1, b'three\\n')", tmp_path)
    assert (tmp_path / "out.log").read_bytes() == b"one\ntwo\nthree\n"
    assert (ended.exit_code, ended.timed_out, ended.truncated, ended.output_bytes) == (0, False, False, 14)


def test_the_exit_code_is_the_commands(tmp_path: Path) -> None:
    assert run("raise SystemExit(7)", tmp_path).exit_code == 7


def test_a_signal_is_told_by_a_negative_exit_code(tmp_path: Path) -> None:
    assert run("import os; os.kill(os.getpid(), 9)", tmp_path).exit_code == -9


def test_standard_input_is_empty(tmp_path: Path) -> None:
    assert run("import sys; sys.exit(len(sys.stdin.read()))", tmp_path).exit_code == 0


def test_the_command_runs_in_its_folder_with_its_environment_only(tmp_path: Path) -> None:
    run("import os; print(os.getcwd()); print(sorted(os.environ))", tmp_path)
    cwd, names = (tmp_path / "out.log").read_text(encoding="utf-8").splitlines()
    assert Path(cwd) == tmp_path.resolve()
    assert "HOME" not in names
    assert "PATH" in names


def test_the_time_limit_ends_a_command(tmp_path: Path) -> None:
    ended = run("import time; print('begun', flush=True); time.sleep(600)", tmp_path, timeout_s=1)
    assert ended.timed_out
    assert ended.exit_code < 0
    assert (tmp_path / "out.log").read_bytes() == b"begun\n"


def test_a_command_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    assert run(program, tmp_path, timeout_s=1).exit_code == -9


GRANDCHILD = (
    "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
    " start_new_session={session}); open('new', 'w').write(str(p.pid)); import os; os.rename('new', 'pid'); {then}"
)


@LINUX
@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("then", ["p.wait()", "pass"])
def test_everything_that_was_started_is_gone(tmp_path: Path, then: str, *, session: bool) -> None:
    """Whether the command waits for its child until the limit, or leaves it behind with the pipe open."""
    ended = run(GRANDCHILD.format(session=session, then=then), tmp_path, timeout_s=3)
    assert ended.timed_out is (then == "p.wait()")
    assert wait_until_gone(int((tmp_path / "pid").read_text(encoding="ascii")))


@LINUX
def test_a_stop_kills_and_is_told(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        run(GRANDCHILD.format(session=True, then="p.wait()"), tmp_path, stop=Stop(tmp_path / "pid"))
    assert wait_until_gone(int((tmp_path / "pid").read_text(encoding="ascii")))


ABANDONED = """\
import sys
from pathlib import Path
from adw.adapters.checks import process
class Never:
    def is_set(self): return False
program = "import os, time; open('new', 'w').write(str(os.getpid())); os.rename('new', 'pid'); time.sleep(600)"
process.run((sys.executable, "-c", program), cwd=Path("."), environment={}, log=Path("log"),
            bounds=process.Bounds(600), stop=Never())
"""


@LINUX
def test_what_a_killed_adw_left_running_is_ended_by_the_next_check(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.Popen([sys.executable, "-c", ABANDONED], cwd=tmp_path, env=environment)
    while not (tmp_path / "pid").exists():
        assert killed.poll() is None
        os.sched_yield()
    killed.kill()
    killed.wait()
    orphan = int((tmp_path / "pid").read_text(encoding="ascii"))
    assert not is_gone(orphan)
    run("pass", tmp_path)
    assert wait_until_gone(orphan)


@pytest.mark.parametrize("size", [100_000, 50_000_000])
def test_a_long_output_keeps_its_head_and_tail_on_disk(tmp_path: Path, size: int) -> None:
    program = f"import sys; o = sys.stdout; o.write('HEAD'); o.write('x' * {size}); o.write('TAIL')"
    ended = run(program, tmp_path, log_bytes=10_000)
    kept = (tmp_path / "out.log").read_bytes()
    assert (ended.truncated, ended.output_bytes) == (True, size + 8)
    assert kept.startswith(b"HEADxx")
    assert kept.endswith(b"xxTAIL")
    assert b"bytes left out" in kept
    assert len(kept) < 10_100


def test_output_that_just_fits_is_whole(tmp_path: Path) -> None:
    ended = run("print('x' * 9_999)", tmp_path, log_bytes=10_000)
    assert not ended.truncated
    assert (tmp_path / "out.log").read_bytes() == b"x" * 9_999 + b"\n"


def test_a_command_that_closes_its_output_is_still_waited_for(tmp_path: Path) -> None:
    program = "import os, time; os.close(1); os.close(2); time.sleep(0.2); os._exit(5)"
    assert run(program, tmp_path).exit_code == 5


def test_a_program_that_does_not_exist_is_a_check_error(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="no-such-program"):
        process.run(
            ("no-such-program",), cwd=tmp_path, environment={}, log=tmp_path / "l", bounds=Bounds(5), stop=Stop()
        )


def test_a_log_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        process.run(("true",), cwd=tmp_path, environment={}, log=tmp_path / "file" / "l", bounds=Bounds(5), stop=Stop())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_storage_error_and_leaves_nothing_running(tmp_path: Path) -> None:
    program = "import os\nopen('pid', 'w').write(str(os.getpid()))\nwhile True: os.write(1, b'x' * 65536)"
    (tmp_path / "out.log").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left"):
        run(program, tmp_path)
    assert wait_until_gone(int((tmp_path / "pid").read_text(encoding="ascii")))


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    log = tmp_path / "l"
    process.run(("echo", "$HOME; `id` *"), cwd=tmp_path, environment={}, log=log, bounds=Bounds(30), stop=Stop())
    assert log.read_text(encoding="utf-8") == "$HOME; `id` *\n"

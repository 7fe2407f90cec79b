"""The user's own commands: what they are told, what they are not, and that nothing about them keeps a run waiting."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from adw.adapters.user_command import UserCommand

KEEP = "import os, sys; open('told', 'w').write(sys.stdin.read() + repr(sorted(os.environ)) + str(os.getpgid(0)))"
NOISE = "import sys; [print('x' * 1000, file=sys.stderr) for _ in range(5_000)]; print('the last line'); sys.exit(4)"
HANGING = ("sh", "-c", "sleep 600 & echo $$ $! > pids.new; mv pids.new pids; wait")


def call(tmp_path, code, **more):
    command = UserCommand(
        "on_alert", (sys.executable, "-c", code), folder=tmp_path, environment={"GREETING": "hello"}, **more
    )
    return command.call({"key": "hit_rate run-1", "facts": {"hit_rate": 0.05}})


def hanging(tmp_path, **more):
    return UserCommand("on_run_end", HANGING, folder=tmp_path, environment={"PATH": os.environ["PATH"]}, **more)


def once_it_hangs(tmp_path, act):
    def wait():
        while not (tmp_path / "pids").exists():
            time.sleep(0.01)
        act()

    threading.Thread(target=wait, daemon=True).start()


def gone(pid):
    """Whether the process has ended; one that is not yet reaped has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def all_gone(tmp_path):
    pids = (tmp_path / "pids").read_text().split()
    end = time.monotonic() + 30
    while not all(gone(pid) for pid in pids):
        assert time.monotonic() < end, "a process of the command has not ended"
        time.sleep(0.01)
    return len(pids) == 2


def test_the_command_gets_the_json_and_only_the_environment_it_is_given(tmp_path):
    assert call(tmp_path, KEEP) == ""
    told, variables = (tmp_path / "told").read_text().split("[", 1)
    assert json.loads(told) == {
        "schema": 1,
        "hook": "on_alert",
        "key": "hit_rate run-1",
        "facts": {"hit_rate": 0.05},
    }
    assert "'GREETING'" in variables
    assert "'HOME'" not in variables
    assert not variables.endswith(str(os.getpgid(0)))


def test_no_shell_reads_the_words(tmp_path):
    words = (sys.executable, "-c", "import sys; open('told', 'w').write(sys.argv[1])", "$HOME; `id` *")
    assert UserCommand("on_run_end", words, folder=tmp_path, environment={}).call({}) == ""
    assert (tmp_path / "told").read_text() == "$HOME; `id` *"


def test_a_command_that_fails_is_told_of_with_its_last_line(tmp_path):
    assert call(tmp_path, "raise SystemExit(3)").endswith("ended with exit code 3")
    assert call(tmp_path, NOISE).endswith("ended with exit code 4: the last line")


def test_what_a_failing_command_prints_is_redacted_and_short(tmp_path):
    said = call(
        tmp_path, "print('a secret ' * 100); raise SystemExit(1)", redact=lambda text: text.replace("secret", "*")
    )
    assert "exit code 1: a * a *" in said
    assert len(said) < 400


def test_a_command_that_does_not_listen_is_none_that_fails(tmp_path):
    assert call(tmp_path, "import os; os.close(0)") == ""


def test_a_command_that_closes_its_output_is_waited_for(tmp_path):
    assert call(tmp_path, "import os; os.close(1); os.close(2); open('told', 'w')") == ""
    assert (tmp_path / "told").exists()


def test_what_the_command_leaves_behind_with_its_output_open_is_not_waited_for(tmp_path):
    code = (
        "import os\nif os.fork() == 0:\n    import time; time.sleep(600)\nopen('told', 'w').write(str(os.getpgid(0)))"
    )
    assert call(tmp_path, code, time_limit_s=300.0) == ""
    os.killpg(int((tmp_path / "told").read_text()), 9)


def test_a_command_that_hangs_is_ended_with_all_it_started_and_told_of(tmp_path):
    assert hanging(tmp_path, time_limit_s=2.0).call({}) == "hooks.on_run_end: sh was ended after 2 s"
    assert all_gone(tmp_path)


def test_a_run_that_is_to_stop_does_not_wait_for_a_command_that_hangs(tmp_path, monkeypatch):
    monkeypatch.setattr("adw.adapters.user_command.GRACE_S", 0.1)
    stop = threading.Event()
    once_it_hangs(tmp_path, stop.set)
    assert hanging(tmp_path, time_limit_s=300.0, stop=stop).call({}) == (
        "hooks.on_run_end: sh was ended: the run is stopping"
    )
    assert all_gone(tmp_path)


def test_ctrl_c_ends_the_command_and_not_what_waits_for_it(tmp_path):
    once_it_hangs(tmp_path, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert hanging(tmp_path, time_limit_s=300.0).call({}) == "hooks.on_run_end: sh was ended by ctrl-C"
    assert all_gone(tmp_path)


@pytest.mark.parametrize("command", [("./none",), ("",), ("a\0b",)])
def test_a_command_that_cannot_be_started_is_told_of(tmp_path, command):
    said = UserCommand("on_phase_end", command, folder=tmp_path, environment={}).call({})
    assert said.startswith(f"hooks.on_phase_end: {command[0]} cannot be started: ")


def test_a_folder_that_is_gone_is_told_of(tmp_path):
    said = UserCommand("on_run_end", (sys.executable,), folder=tmp_path / "gone", environment={}).call({})
    assert "cannot be started" in said

import json
import os
import sys

from adw.adapters.alert_command import AlertCommand
from adw.domain.quota import Alert
from tests.fakes.entries import NOW

ALERT = Alert("hit_rate run-1", "hit_rate", "run-1", "run-1", "only 5% hit", "look", NOW, {"hit_rate": 0.05})
KEEP = "import os, sys; open('told', 'w').write(sys.stdin.read() + repr(sorted(os.environ)) + str(os.getpgid(0)))"


def sound(tmp_path, code, **more):
    command = AlertCommand((sys.executable, "-c", code), folder=tmp_path, environment={"GREETING": "hello"}, **more)
    return command.sound(ALERT)


def test_the_command_gets_the_alert_and_only_the_environment_it_is_given(tmp_path):
    assert sound(tmp_path, KEEP) == ""
    told, variables = (tmp_path / "told").read_text().split("[", 1)
    assert json.loads(told) == {
        "key": "hit_rate run-1",
        "kind": "hit_rate",
        "subject": "run-1",
        "run_id": "run-1",
        "message": "only 5% hit",
        "action": "look",
        "created_at": "2026-03-04T05:06:07.000089Z",
        "facts": {"hit_rate": 0.05},
    }
    assert "'GREETING'" in variables
    assert "'HOME'" not in variables
    assert not variables.endswith(str(os.getpgid(0)))


def test_a_command_that_fails_is_told_of(tmp_path):
    assert sound(tmp_path, "raise SystemExit(3)").endswith("ended with exit code 3")


def test_a_command_that_does_not_listen_is_none_that_fails(tmp_path):
    assert sound(tmp_path, "import os; os.close(0)") == ""


def test_a_command_that_hangs_is_ended_and_told_of(tmp_path):
    hangs = "import os, time; os.fork(); time.sleep(600)"
    assert sound(tmp_path, hangs, time_limit_s=0.3).endswith("was ended after 0.3 s")


def test_a_command_that_is_not_there_is_told_of(tmp_path):
    said = AlertCommand((str(tmp_path / "none"),), folder=tmp_path, environment={}).sound(ALERT)
    assert "none cannot be started" in said

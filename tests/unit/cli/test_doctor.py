"""`adw doctor` on the screen."""

from adw.cli import app
from adw.domain.diagnosis import Diagnosis, Part, Status
from tests.unit.cli.stub_wiring import StubWiring


class Missing(StubWiring):
    def examine(self):
        return Diagnosis((Part("key", Status.MISSING, "no key", "set one"), Part("git", Status.OK, "2.45")))


def test_what_is_missing_is_told_with_what_to_do_and_is_exit_code_2(capfd):
    assert app.run(["doctor"], Missing) == 2
    shown = capfd.readouterr()
    assert shown.out.splitlines()[:2] == ["missing key: no key", "        set one"]
    assert "adw run would be refused here: key" in shown.err


def test_warnings_are_no_reason_to_fail():
    assert app.run(["doctor"], StubWiring) == 0

"""`adw runs clean` asks first, and only where somebody can answer."""

import json
import os
import pty
import sys

import pytest

from adw.cli import app
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring

END = "(that was all)"


@pytest.fixture
def typing(monkeypatch):
    """What is typed at a terminal, and what it shows then."""
    ours, theirs = pty.openpty()

    def clean(answer: bytes, *options: str) -> tuple[int, str]:
        os.write(ours, answer)
        with os.fdopen(os.dup(theirs), "r") as keys, os.fdopen(os.dup(theirs), "w", buffering=1) as screen:
            monkeypatch.setattr(sys, "stdin", keys)
            monkeypatch.setattr(sys, "stdout", screen)
            monkeypatch.setenv("TERM", "dumb")
            code = app.run(["runs", "clean", *options], StubWiring)
            screen.write(f"{END}\n")
        shown = ""
        while END not in shown:  # a terminal passes on what it has, not all that there will be
            shown += os.read(ours, 65536).decode()
        return code, shown

    yield clean
    os.close(ours)
    os.close(theirs)


def test_it_shows_what_would_go_and_goes_on_with_a_yes(typing):
    code, shown = typing(b"y\n")
    assert code == 0
    for words in (samples.RUN, samples.BRANCH, "1.5 MB", "2 commits that nobody else has", "Remove 2 runs?"):
        assert words in shown
    assert f"removed {samples.RUN}" in shown


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"perhaps\nn\n", b"\x04"])
def test_anything_but_a_yes_keeps_everything(typing, answer):
    code, shown = typing(answer)
    assert code == 0
    assert "you said no" in shown
    assert "0 runs removed" in shown


def test_yes_needs_no_question(typing):
    code, shown = typing(b"", "--yes")
    assert code == 0
    assert "Remove" not in shown


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_where_nobody_can_answer_nothing_is_looked_at(capfd, form):
    wiring = StubWiring()
    assert app.run(["runs", "clean", *form], lambda: wiring) == 2
    assert wiring.asked == []
    shown = capfd.readouterr()
    hint = json.loads(shown.out)["errors"][0]["hint"] if form else shown.err
    assert "--yes removes without asking" in hint


def test_json_is_not_asked_at_a_terminal_either(typing):
    assert typing(b"y\n", "--json")[0] == 2

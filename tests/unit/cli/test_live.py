"""The live display, on a terminal and anywhere else."""

import io
from decimal import Decimal
from threading import Thread

from rich.console import Console

from adw.cli.live import LiveDisplay
from adw.cli.progress import Progress
from adw.domain.event_lines import line_of
from adw.domain.events import (
    CallEnded,
    CallStarted,
    CheckEnded,
    CheckOutput,
    CheckStarted,
    Notice,
    PhaseEnded,
    PhaseStarted,
    RunStarted,
    ToolsEnded,
)
from adw.domain.usage import Usage

EVENTS = (
    RunStarted("r1", "Fix the total", "adw/fix-r1", budget_tokens=20_000),
    PhaseStarted("build"),
    CheckStarted("test", "python -m pytest"),
    CheckEnded("test", "test (pytest): 3 failed, 58 passed in 3.2 s", ok=False),
    CallStarted("build", 1, 2, "claude-sonnet-5-5", 3210),
    CallEnded("build", 2, Usage(fresh=3000, cache_read=200, output=100), replayed=False, cost_usd=Decimal("0.0105")),
    ToolsEnded("build", 2, ("read cart.py", "edit cart.py")),
    CallEnded("build", 3, Usage(fresh=10, output=1), replayed=True),
    PhaseEnded("build", "passed", "1 file"),
    PhaseEnded("test", "passed", ""),
    Notice("the checkout has changes"),
)
LINES = [
    "run r1: Fix the total (branch adw/fix-r1)",
    "build: started",
    "check test: python -m pytest",
    "test (pytest): 3 failed, 58 passed in 3.2 s",
    "build: attempt 1, turn 2: 3,210 tokens to claude-sonnet-5-5",
    "build: turn 2: answered (3,200 in, 100 out); so far 3,300 of 20,000 tokens, $0.0105",
    "build: turn 2: read cart.py; edit cart.py",
    "build: turn 3: taken from the journal (10 in, 1 out); so far 3,311 of 20,000 tokens, $0.0105",
    "build: passed: 1 file",
    "test: passed",
    "the checkout has changes",
]


class Seconds:
    """A clock that stands still."""

    def __call__(self):
        return 65.0


def display(*, terminal=False, **options):
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None, **options)
    return LiveDisplay(console, Seconds()), console.file


def test_without_a_terminal_each_event_is_one_line():
    shown, written = display()
    for event in EVENTS:
        shown.tell(event)
    shown.close()

    assert written.getvalue().splitlines() == LINES
    assert shown.run_id == "r1"


def test_progress_without_a_budget_has_no_limit_to_tell():
    progress = Progress().after(CallEnded("build", 1, Usage(output=5), replayed=False))

    assert progress.spent == "5 tokens, $0.00"
    assert progress.calls == 1


def test_before_the_first_attempt_only_turns_are_told():
    assert line_of(CallStarted("plan", 0, 1, "m", 5)) == "plan: turn 1: 5 tokens to m"


def test_a_new_phase_forgets_the_turns_of_the_last():
    progress = Progress(phase="plan", attempt=2, turn=7, tools=("read a",)).after(PhaseStarted("build"))

    assert progress == Progress(phase="build")


def test_lines_of_events_stay_one_line():
    shown, written = display()
    shown.tell(Notice("two\nlines \x1b[2J"))
    shown.close()

    assert written.getvalue() == "two lines \n"


def test_on_a_terminal_the_panel_shows_where_the_run_is():
    shown, written = display(terminal=True)
    for event in EVENTS[:5]:
        shown.tell(event)
    panel = io.StringIO()
    Console(file=panel, width=100).print(shown.panel())
    shown.close()

    assert "build: attempt 1, turn 2: 3,210 tokens to claude-sonnet-5-5" in panel.getvalue()
    assert "0 calls · 0 of 20,000 tokens, $0.00 · 0.0 s" in panel.getvalue()
    assert "test (pytest): 3 failed, 58 passed in 3.2 s" in panel.getvalue()
    assert LINES[0] in written.getvalue()
    assert LINES[3] in written.getvalue()
    assert LINES[1] not in written.getvalue()


def test_closing_gives_the_cursor_back():
    shown, written = display(terminal=True)
    shown.tell(EVENTS[0])
    shown.close()

    hidden, given_back = written.getvalue().rfind("\x1b[?25l"), written.getvalue().rfind("\x1b[?25h")
    assert 0 <= hidden < given_back


def test_closing_without_an_event_writes_nothing():
    shown, written = display(terminal=True)
    shown.close()

    assert written.getvalue() == ""


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    shown, written = display(terminal=True)
    for event in EVENTS:
        shown.tell(event)
    shown.close()

    assert written.getvalue().splitlines() == LINES


def test_after_closing_nothing_is_written():
    shown, written = display()
    shown.close()
    shown.tell(Notice("late"))

    assert written.getvalue() == ""


def test_events_of_many_threads_are_all_counted():
    shown, written = display(terminal=True)
    call = CallEnded("build", 1, Usage(output=1), replayed=False)

    def tell():
        for _ in range(50):
            shown.tell(call)

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shown.tell(PhaseEnded("build", "passed", ""))
    panel = io.StringIO()
    Console(file=panel, width=100).print(shown.panel())
    shown.close()

    assert "200 calls · 200 tokens" in panel.getvalue()
    assert "build: passed" in written.getvalue()


def test_every_event_has_a_line():
    progress = Progress()
    assert all(line_of(event, progress.spent) for event in EVENTS)


CHECKS = (
    CheckStarted("build", "mypy ."),
    CheckStarted("lint", "ruff check"),
    CheckOutput("build", "Checking \x1b[2Jshop.py"),
    CheckEnded("lint", "lint (ruff): ok", ok=True),
)


def test_checks_without_a_run_show_what_runs_for_how_long_and_what_it_said_last():
    shown, _ = display(terminal=True)
    for event in CHECKS:
        shown.tell(event)
    panel = io.StringIO()
    Console(file=panel, width=100).print(shown.panel())
    shown.close()

    build, said = panel.getvalue().splitlines()
    assert build.endswith("build: 0.0 s: mypy .")
    assert said == "  Checking shop.py"


def test_checks_without_a_run_are_announced_aside_and_leave_the_rest_to_their_report():
    console = Console(file=io.StringIO())
    aside = Console(file=io.StringIO())
    shown = LiveDisplay(console, aside=aside)
    for event in CHECKS:
        shown.tell(event)
    shown.close()

    assert console.file.getvalue() == ""
    assert aside.file.getvalue().splitlines() == ["check build: mypy .", "check lint: ruff check"]


def test_the_panel_of_a_run_shows_what_its_check_said_last():
    shown, _ = display(terminal=True)
    for event in (EVENTS[0], CheckStarted("test", "pytest"), CheckOutput("test", "3%"), CheckOutput("test", "30%")):
        shown.tell(event)
    panel = io.StringIO()
    Console(file=panel, width=100).print(shown.panel())
    shown.close()

    assert panel.getvalue().splitlines()[-2:] == ["test: pytest", "  30%"]


def test_what_a_check_of_a_run_prints_is_no_line():
    shown, written = display()
    for event in (EVENTS[0], CheckStarted("test", "pytest"), CheckOutput("test", "3%")):
        shown.tell(event)
    shown.close()

    assert written.getvalue().splitlines()[1:] == ["check test: pytest"]

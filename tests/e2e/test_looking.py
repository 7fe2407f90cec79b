"""Looking at runs: list, show, log, diff, clean and the usage report, for programs and for people."""

import json

import pytest

from tests.servers.messages_api import MessagesApi
from tests.servers.replies import call, says
from tests.support.bill import CLASSES, Bill
from tests.support.project import APPROVE, FIX, PLAN, SECOND_FIX, WRONG_FIX, sample_project
from tests.support.terminal import Terminal

DEBT = says(
    "",
    call(
        "done",
        verdict="approve",
        findings=[
            {
                "severity": "tech_debt",
                "path": "shop/cart.py",
                "line": 12,
                "message": "nothing says why it adds: whoever reads this line alone will think that it is a mistake, "
                "put the old one back and wonder which test it was that held the two together",
            }
        ],
    ),
)


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """A project with a run that passed and one that its budget ended; what was billed; their ids."""
    bill = Bill()
    with MessagesApi([PLAN, WRONG_FIX, SECOND_FIX, DEBT], cache=bill) as api:
        project = sample_project(tmp_path_factory.mktemp("looked"), api.url)
        assert project.adw("run", "issue.md").returncode == 0
        assert project.adw("run", "issue.md", "--budget-tokens", "1").returncode == 3
        passed, over = project.run_ids()
        yield project, bill, passed, over


def data(project, *command):
    code, shown = project.envelope(*command)
    assert (code, shown["errors"]) == (0, []), shown
    return shown["data"]


def changes(diff):
    """A diff without the ids of its blobs, which are told shorter or longer."""
    return [line for line in diff.splitlines() if not line.startswith("index ")]


def in_terminal(project, columns, *command):
    """What a person sees; nothing is wider than the terminal."""
    with Terminal(project, *command, columns=columns) as terminal:
        lines = terminal.lines()
        assert terminal.process.returncode == 0, lines
    assert [line for line in lines if len(line.rstrip()) > columns] == []
    return [line.rstrip() for line in lines]


def test_programs_get_runs_in_full(looked):
    project, bill, passed, over = looked
    listed = data(project, "runs", "list")["runs"]
    assert [(row["id"], row["outcome"], row["alive"], row["calls"]) for row in listed] == [
        (over, "over_budget", False, 0),
        (passed, "passed", False, 4),
    ]
    shown = data(project, "runs", "show", passed)
    assert {name: shown["usage"][name] for name in CLASSES} == bill.total
    assert [(one["phase"], one["attempts"], one["calls"]) for one in shown["phases"]] == [
        ("plan", 0, 1),
        ("build", 0, 1),
        ("test", 1, 1),
        ("review", 0, 1),
    ]
    assert sum(one["usage"]["total"] for one in shown["phases"]) == shown["usage"]["total"]
    assert [commit["subject"].rpartition(" ")[2] for commit in shown["commits"]] == ["time", "(test)"]
    assert shown["logs"] == ["test-baseline", "test-0", "test-0-again", "test-1-first", "test-1"]
    assert shown["record"]["result"]["review"]["findings"][0]["severity"] == "tech_debt"

    log = data(project, "runs", "log", passed, "--check", "test-0", "--lines", "-3")
    assert "4 failed, 2 passed" in log["text"]
    assert log["first_line"] == log["total_lines"] - 2
    diff = project.adw("runs", "diff", passed).stdout
    assert diff == data(project, "runs", "diff", passed)["diff"]
    assert changes(diff) == changes(project.git("diff", "main", listed[1]["branch"]))


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("phase", ["plan", "build", "test", "review"]),
        ("model", ["claude-sonnet-5-5"]),
        ("run", None),
    ],
)
def test_the_report_adds_up_however_it_is_divided(looked, by, names):
    project, bill, passed, _ = looked
    shown = data(project, "usage", "report", "--by", by, "--since", "1d", "--run", passed)
    assert {name: shown["total"]["usage"][name] for name in CLASSES} == bill.total
    for name in CLASSES:
        assert sum(row["usage"][name] for row in shown["rows"]) == bill.total[name]
    assert names is None or [row["name"] for row in shown["rows"]] == names
    assert shown["total"]["calls"] == len(bill.calls)


def test_a_run_is_held_against_its_estimate_and_what_it_saved_is_counted(looked):
    project, bill, passed, _ = looked
    shown = data(project, "usage", "report", "--html", "usage.html")
    assert shown["figures"]["coverage"]["runs"] == 1
    assert (shown["figures"]["passed"], shown["figures"]["ended"]) == (1, 1)  # the other one was billed nothing
    running = shown["figures"]["days"][-1]["running_tokens"]
    assert running == shown["total"]["usage"]["total"] == sum(bill.total[name] for name in CLASSES)
    assert (project.folder / "usage.html").read_text(encoding="utf-8").count("<svg") >= 3
    (project.folder / "usage.html").unlink()
    savings = {one["flag"]: one for one in data(project, "usage", "savings", "--run", passed)["savings"]}
    assert savings["external_checks"]["before"] > savings["external_checks"]["after"] > 0
    assert savings["snapshots"]["before"] >= savings["snapshots"]["after"] > 0


@pytest.mark.parametrize("columns", [80, 120])
def test_people_can_read_it_on_a_narrow_and_on_a_wide_terminal(looked, columns):
    project, _, passed, over = looked
    listed = in_terminal(project, columns, "runs", "list")
    assert [line.split()[0] for line in listed] == ["run", over, passed]  # ids are whole, one line for each run
    if columns == 80:
        report = in_terminal(project, columns, "usage", "report")
        assert [line.split()[0] for line in report][:3] == ["run", passed, "total"]
    shown = in_terminal(project, columns, "runs", "show", passed)
    finding = next(place for place, line in enumerate(shown) if "tech_debt shop/cart.py:12: nothing says" in line)
    assert shown[finding].startswith("  tech_debt")
    assert shown[finding + 1].startswith("  ")  # what is folded stays under its heading


def test_a_pipe_gets_whole_lines(looked):
    project, _, passed, over = looked
    listed = project.adw("runs", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["run", over, passed]
    assert all(line.endswith("Adding the same thing twice forgets the first time") for line in listed[1:])
    log = project.adw("runs", "log", passed).stdout
    assert log.count("test (pytest): 6 passed") == 2  # the check, and the phase that it ended
    assert "test: test" not in log
    shown = project.adw("runs", "log", passed, "--check", "nope")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "there are: test-baseline, test-0, test-0-again, test-1-first, test-1" in shown.stderr


def test_what_can_be_resumed_is_not_cleaned_away(looked):
    project, _, _, over = looked
    cleaned = data(project, "runs", "clean", "--yes", over)
    assert (cleaned["removed"], [kept["id"] for kept in cleaned["kept"]]) == ([], [over])
    assert "can be resumed" in cleaned["kept"][0]["reason"]


def test_a_run_that_nobody_knows_is_no_empty_report(looked):
    project, *_ = looked
    code, shown = project.envelope("usage", "report", "--run", "nope")
    assert (code, shown["errors"][0]["code"]) == (2, "unknown_run")
    assert project.adw("usage", "report", "--since", "2999-01-01").stdout.endswith("no calls were made\n")


def test_the_demo_names_no_run_and_no_branch_that_are_gone(looked):
    project, *_ = looked
    before = data(project, "usage", "report")
    ended = project.adw("demo")
    assert ended.returncode == 0
    assert "adw/adding" not in ended.stdout
    assert "adw resume" not in ended.stdout
    assert "git merge" not in ended.stdout
    assert "at list price this would have cost $" in ended.stdout
    assert data(project, "usage", "report") == before


def test_clean_asks_keeps_unmerged_work_and_removes_all_else_but_the_ledger(tmp_path):
    with MessagesApi([PLAN, FIX, APPROVE]) as api:
        project = sample_project(tmp_path, api.url)
        assert project.adw("run", "issue.md").returncode == 0
        (passed,) = project.run_ids()
        branch = data(project, "runs", "show", passed)["record"]["spec"]["branch"]
        spent = data(project, "usage", "report")["total"]["usage"]
        # What a dead worktree leaves must not be in the way either.
        (project.folder / ".adw" / "worktrees" / passed / "left.txt").write_text("left")

        code, shown = project.envelope("runs", "clean")
        assert (code, shown["errors"][0]["code"]) == (2, "usage")
        assert "--yes" in shown["errors"][0]["hint"]

        cleaned = data(project, "runs", "clean", "--yes")
        assert (cleaned["removed"], cleaned["kept"][0]["id"]) == ([], passed)
        assert f"{branch} has 1 commit that is not merged" in cleaned["kept"][0]["reason"]

        project.git("merge", "--quiet", branch)
        with Terminal(project, "runs", "clean") as terminal:
            terminal.read_until(lambda shown: "[y/n]" in shown)
            assert passed in terminal.text
            terminal.answer("y")
            assert "1 run and 1 branch removed" in terminal.lines()[-1]
        assert not (project.folder / ".adw" / "worktrees" / passed).exists()
        assert project.run_ids() == []
        assert project.git("branch", "--list", branch) == ""
        assert data(project, "usage", "report")["total"]["usage"] == spent
        assert json.loads(project.adw("runs", "show", passed, "--json").stdout)["errors"][0]["code"] == "unknown_run"

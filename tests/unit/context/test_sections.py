import json

from adw.context import sections
from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.review import Finding, Severity
from adw.domain.section import Priority, Section, Zone
from adw.domain.snapshot import Snapshot, TouchedFile


def test_an_issue_is_its_title_and_its_body() -> None:
    assert sections.issue(Issue("1", "Wrong total", "\nIt is wrong.\n", "a.md")) == Section(
        "issue", "# Issue: Wrong total\nIt is wrong.", Priority.CRITICAL
    )
    assert sections.issue(Issue("1", "Wrong total", "", "a.md")).text == "# Issue: Wrong total"


def test_a_project_without_instructions_costs_nothing() -> None:
    assert sections.instructions(" \n") == ()
    (one,) = sections.instructions("Use tabs.\n")
    assert (one.text, one.zone) == ("# Project instructions\nUse tabs.", Zone.STABLE)


def test_a_plan_says_only_what_it_holds() -> None:
    assert (
        sections.plan(Plan("Cause and cure", ("first", "second"))).text == "# Plan\nCause and cure\n1. first\n2. second"
    )
    whole = Plan("s", (), change=("a.py", "b.py"), create=("c.py",), tests=("test_x",))
    assert sections.plan(whole).text == "# Plan\ns\nChange: a.py, b.py\nCreate: c.py\nTests: test_x"


def test_few_files_are_listed_by_name() -> None:
    assert sections.file_list(("a.py", "b/c.py")).text == "# Files of the repository\na.py\nb/c.py"


def test_many_files_are_folded_into_folders() -> None:
    files = (*(f"src/shop/f{number}.py" for number in range(400)), "src/one/a.py", "setup.py")
    lines = sections.file_list(tuple(sorted(files))).text.split("\n")[1:]
    assert lines == ["setup.py", "src/one", "src/shop (400 files)"]


def test_the_list_of_files_has_an_end() -> None:
    lines = sections.file_list(tuple(f"f{number:04}.py" for number in range(999))).text.split("\n")
    assert len(lines) == 301


def test_an_empty_field_of_a_snapshot_takes_no_tokens() -> None:
    text = sections.snapshot(Snapshot("task", "test", 0)).text
    assert json.loads(text.removeprefix("# State\n")) == {"phase": "test"}


def test_a_snapshot_says_what_was_done() -> None:
    one = Snapshot(
        "task",
        "test",
        2,
        decisions=("keep it small",),
        touched=(TouchedFile("a.py", "edited"),),
        reports=("2 failed",),
        questions=("why?",),
        next_step="run them",
    )
    assert json.loads(sections.snapshot(one).text.removeprefix("# State\n")) == {
        "phase": "test",
        "attempt": 2,
        "decisions": ["keep it small"],
        "touched": ["edited a.py"],
        "reports": ["2 failed"],
        "questions": ["why?"],
        "next": "run them",
    }


def test_findings_name_their_places() -> None:
    found = (Finding(Severity.BLOCKER, "a.py", "wrong", 3), Finding(Severity.BLOCKER, "b.py", "missing"))
    assert sections.findings(found).text == "# Blockers of the review\n- a.py:3 wrong\n- b.py:? missing"


def test_what_an_attempt_is_about_stands_behind_what_stays() -> None:
    about = (sections.report("{}", "Failing tests"), sections.diff("+x\n"), sections.findings(()))
    assert {one.zone for one in about} == {Zone.REPORT}
    assert [one.text.split("\n")[0] for one in about] == ["# Failing tests", "# Diff", "# Blockers of the review"]
    assert sections.system("  You plan.\n") == Section("system", "You plan.", Priority.CRITICAL, Zone.STABLE)
    assert sections.file("a.py", "## a.py\nx").priority is Priority.HIGH

"""The benchmark on a collection of the same form: two programs, one of which hangs."""

import pytest

from tests.benchmarks.quixbugs import Answers, programs, row, run, totals
from tests.servers.replies import call
from tests.support.repositories import make_repository

TEST = b"from python_programs.%s import answer\n\n\ndef test_answer():\n    assert answer() == 42\n"
CORRECT = b'def answer():\n    return 42\n\n\n"""\nThe answer.\n"""\n'
WRONG = CORRECT.replace(b"42", b"41")
HANGS = CORRECT.replace(b"return 42", b"while True:\n        pass")
PLANNING = {"tools": [{"name": "done", "input_schema": {"properties": {"change": {}}}}]}
EDITING = {"tools": [{"name": "edit"}, {"name": "done"}]}


@pytest.fixture
def checkout(tmp_path):
    files = {"conftest.py": b""}
    for name, program in (("hangs", HANGS), ("wrong", WRONG)):
        files[f"python_programs/{name}.py"] = program
        files[f"correct_python_programs/{name}.py"] = CORRECT
        files[f"python_testcases/test_{name}.py"] = TEST % name.encode()
    return make_repository(tmp_path / "collection", files).root


def program(checkout, name):
    (found,) = programs(checkout, [name])
    return found


def test_every_program_with_tests_is_taken(checkout):
    assert [one.name for one in programs(checkout, [])] == ["hangs", "wrong"]


def test_the_issue_names_the_tests_and_gives_no_solution(checkout):
    issue = program(checkout, "wrong").issue

    assert "python_testcases/test_wrong.py" in issue
    assert "42" not in issue


def test_the_plan_names_the_program_and_its_tests(checkout):
    (done,) = Answers(program(checkout, "wrong"))(PLANNING, 0).content

    assert done["input"]["change"] == ["python_programs/wrong.py"]
    assert done["input"]["tests"] == ["python_testcases/test_wrong.py"]


def test_the_fix_is_given_once(checkout):
    answers = Answers(program(checkout, "wrong"))
    edit, _ = answers(EDITING, 1).content

    assert (edit["input"]["old"], edit["input"]["new"]) == ("    return 41\n", "    return 42\n")
    assert answers(EDITING, 2).content == (call("done", summary="the fix is in"),)


@pytest.mark.slow
def test_a_program_that_is_wrong_ends_passed(checkout):
    driven = run(checkout, program(checkout, "wrong"), 120)

    assert (driven.outcome, driven.exit_code) == ("passed", 0), driven.envelope["errors"]
    assert len(driven.billed) == 3
    assert "correct_" not in str(driven.requests)
    assert row("wrong", driven).startswith(f"| wrong | passed | 0 | 3 | {driven.total:,} |")
    assert totals([driven, driven]).startswith(f"| 2 programs | 2 passed | | 6 | {2 * driven.total:,} |")


@pytest.mark.slow
def test_a_program_that_hangs_ends_by_the_time_limit_before_anything_is_asked(checkout):
    driven = run(checkout, program(checkout, "hangs"), 3)

    assert (driven.outcome, driven.exit_code, driven.requests) == ("check_error", 6, ())

"""The journal benchmark leaves a run where it says, and comes back to it."""

from tests.benchmarks.journal import STEPS, bare_rows, execute


def test_a_run_is_left_in_the_middle_and_taken_up_again(tmp_path):
    path = tmp_path / "journal.db"
    left = execute(path, 3, stop_before=2)
    resumed = execute(path, 3)

    assert (len(left.steps), left.end) == (2, 0.0)
    assert len(resumed.steps) == 3
    assert resumed.end > 0
    assert left.launch > 0


def test_every_bare_row_is_timed(tmp_path):
    assert len(bare_rows(tmp_path / "bare.db")) == STEPS

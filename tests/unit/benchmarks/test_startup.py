"""What the startup benchmark measures, on a Python that does next to nothing."""

import pytest

from tests.benchmarks.driven import environment
from tests.benchmarks.startup import Bench


@pytest.fixture
def bench(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    return Bench(folder, environment(tmp_path))


def test_work_shows_as_processor_time(bench):
    assert bench.cost("-c", "sum(range(20_000_000))").processor > 2 * bench.cost("-c", "pass").processor


def test_a_process_that_fails_is_not_measured(bench):
    with pytest.raises(SystemExit, match="ended with 3"):
        bench.cost("-c", "raise SystemExit(3)")


def test_modules_are_those_that_the_command_has_in_the_end(bench):
    assert "adw.__main__" in bench.modules("--version")
    assert not {"rich", "typer"} & set(bench.modules("--version"))
    assert "rich" in bench.modules("--help")

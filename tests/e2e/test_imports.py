"""What commands import: seconds of start are for those that need them."""

import json

import pytest

from tests.support.project import sample_project

_TELLING = """
import json, sys
from adw.__main__ import main
sys.argv = ["adw", *sys.argv[1:]]
code = main()
print(json.dumps(sorted(sys.modules)))
sys.exit(code)
"""


@pytest.mark.parametrize("command", [("runs", "list"), ("usage", "report")], ids=" ".join)
def test_commands_that_take_no_run_further_do_not_import_what_that_needs(tmp_path, command):
    ended = sample_project(tmp_path).python("-c", _TELLING, *command)

    assert ended.returncode == 0, ended.stderr
    imported = set(json.loads(ended.stdout.splitlines()[-1]))
    assert "adw.wiring" in imported
    assert imported & {"adw.workflow.run", "anthropic", "dbos", "genai_prices"} == set()

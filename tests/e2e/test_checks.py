"""`adw test` and `adw mcp` as programs: what they import, what they leave, and what another agent is told."""

import asyncio
import json
import sys

from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client

from adw.cli import app
from tests.servers.messages_api import MessagesApi
from tests.support.fingerprint import differences, fingerprint
from tests.support.project import APPROVE, FIX, sample_project

_TELLING = """
import json, sys
from adw.__main__ import main
sys.argv = ["adw", *sys.argv[1:]]
code = main()
print(json.dumps(sorted(sys.modules)))
sys.exit(code)
"""
_HEAVY = {"anthropic", "dbos", "sqlalchemy", "git", "genai_prices", "mcp", "adw.workflow.run"}


def test_the_checkouts_tests_are_run_as_it_is_without_what_only_runs_need_and_without_a_trace(tmp_path):
    project = sample_project(tmp_path)
    (project.folder / "tests" / "test_new.py").write_text("def test_new():\n    assert 1 == 2\n", encoding="utf-8")
    status, before = project.git("status", "--porcelain"), fingerprint(project.folder)
    ended = project.python("-c", _TELLING, "test", "--json")

    assert ended.returncode == 1, ended.stderr
    told, modules = map(json.loads, ended.stdout.splitlines())
    report = told["data"]
    names = {name for one in report["failures"] for name in (one["name"], *one.get("also", ()))}
    assert "tests/test_new.py::test_new" in names
    assert (project.folder / report["log"]).is_file()
    assert {*modules} & _HEAVY == set()
    assert differences(before, fingerprint(project.folder)) == []
    assert project.git("status", "--porcelain") == status


def test_another_agent_gets_the_same_reports_over_stdio(tmp_path):
    project = sample_project(tmp_path)
    (project.folder / ".adw.toml").write_text(
        '[checks.test]\ncommand = ["sh", "-c", "echo a.c:1: error: one; exit 1"]\ntool = "exit"\n', encoding="utf-8"
    )
    (project.folder / "old.log").write_text("a.py:3: error: no  [arg]\nFound 1 error in 1 file\n", encoding="utf-8")
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "adw", "mcp"], cwd=project.folder, env=project.variables
    )

    async def talk():
        async with Client(stdio_client(server)) as client:
            listed = await client.list_tools()
            asked = (
                ("run_tests", {}),
                ("run_tests", {"paths": ["a.c"]}),
                ("run_checks", {"what": "lint"}),
                ("parse_log", {"path": "old.log", "tool": "exit"}),
                ("parse_log", {"path": "../outside.log"}),
                ("usage", {"by": "day", "days": 7}),
            )
            answers = [await client.call_tool(name, arguments) for name, arguments in asked]
            return [tool.name for tool in listed.tools], answers

    names, answers = asyncio.run(talk())
    texts = [answer.content[0].text for answer in answers]
    assert names == ["run_tests", "run_checks", "parse_log", "usage"]
    assert [answer.is_error for answer in answers] == [False, True, True, False, True, False]
    report, log = texts[0].splitlines()[:2]
    assert json.loads(report)["failures"] == [{"loc": "a.c:1", "code": "UNKNOWN", "message": "one"}]
    assert log.startswith("log: .adw/checks/test-")
    assert "cannot be narrowed to paths" in texts[1]
    assert "no lint check" in texts[2]
    assert json.loads(texts[3].splitlines()[0])["failures"][0]["loc"] == "a.py:3"
    assert "lies outside of the repository" in texts[4]
    assert json.loads(texts[5])["total"]["calls"] == 0


def test_the_commands_are_in_the_help(capfd):
    app.run(["--help"], lambda: None)
    out = capfd.readouterr().out
    assert all(f" {name} " in out for name in ("init", "test", "check", "parse", "mcp"))


def test_fix_mends_what_fails_in_one_batch_and_asks_nobody_where_nothing_does(tmp_path):
    with MessagesApi([FIX, APPROVE]) as api:
        project = sample_project(tmp_path, api.url)
        (project.folder / "shop" / "voucher.py").open("a").write("# not committed\n")
        refused, why = project.envelope("test", "--fix")
        project.git("checkout", "-q", "shop/voucher.py")
        code, shown = project.envelope("test", "--fix", "tests/test_cart.py")

        assert (refused, why["errors"][0]["code"]) == (2, "usage")
        assert (code, api.answered) == (0, 2), shown
        record = shown["data"]["record"]
        phases = [(phase["phase"], phase["calls"]) for phase in record["result"]["phases"]]
        assert phases == [("plan", 0), ("test", 1), ("review", 1)]
        project.git("merge", "-q", record["spec"]["branch"])
        green, checked = project.envelope("test", "--fix")
        assert (green, checked["data"]["check"], checked["data"]["ok"], api.answered) == (0, "test", True, 2)

"""`adw context ablate`, judged from its dump by somebody who only knows the specification."""

import json
import lzma
import os
from pathlib import Path

import pytest

from adw.context.ablation.policies import DEFAULT
from adw.context.evidence import Evidence
from adw.domain.results import AblationRequest
from adw.wiring import ablate
from adw.wiring.house import Place
from tests.servers.messages_api import MessagesApi
from tests.servers.replies import call, says
from tests.support import judge
from tests.support.bill import Bill
from tests.support.project import APPROVE, FIX, PLAN, ROOT, Project, sample_project

SHARED = Path(__file__).parents[3] / "shared" / "data" / "trajectories"
MASKS = ("mask10", "mask5", "mask1")


def made_up_run(name="shop-1", turns=24):
    """A run of a bash-only agent on a project that is not there: views, greps, edits, test logs."""
    code = [
        line
        for part in range(12)
        for line in (f"class Cart_{part:02}(BaseCart):", f"    def compute_total_{part}(self, voucher):", "", "")
    ]
    steps = []
    for number in range(turns):
        start = number * 3 % 40
        view = "\n".join(["<returncode>0</returncode>", "<output>", *code[start : start + 30], "</output>"])
        log = "\n".join([f"tests/test_cart_{at}.py::test_total_{at} PASSED" for at in range(number, number + 12)])
        steps.append(
            {
                "text": f"compute_total_{number % 12} of Cart_{number % 9:02}; see tests/test_cart_{number}.py",
                "calls": [{"name": "bash", "input": {"command": f"sed -n '{start},+30p' shop/cart.py\necho done"}}],
                "results": [view if number % 3 else log],
                "usage": {"input_tokens": 900, "output_tokens": 40 + number, "cache_read_input_tokens": 0},
            }
        )
    task = "Mend Cart_00 in the shop_project.\n" + "Some rules that every run is given. " * 20
    return {
        "schema": "adw.trajectory/1",
        "id": name,
        "resolved": True,
        "model": "gemini-3-pro",
        "system": "You work in a shell.",
        "task": task,
        "turns": steps,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two runs, one of them compressed."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "shop-1.json").write_text(json.dumps(made_up_run()), "utf-8")
    with lzma.open(folder / "shop-2.json.xz", "wt", encoding="utf-8") as file:
        json.dump(made_up_run("shop-2", turns=9), file)
    return folder


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """Somewhere that is no repository."""
    place = tmp_path_factory.mktemp("outside")
    return Project(place, {"PATH": os.environ["PATH"], "HOME": str(place), "PYTHONPATH": str(ROOT)} | _coverage())


def _coverage():
    return {
        name: os.environ[name] for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG") if name in os.environ
    }


@pytest.fixture(scope="module")
def table(folder, outside):
    """The whole table with its dump and its plot: the command in a process of its own."""
    dump, plot = outside.folder / "calls.jsonl", outside.folder / "frontier.svg"
    code, envelope = outside.envelope("context", "ablate", str(folder), "--dump", str(dump), "--plot", str(plot))
    assert code == 0, envelope
    return envelope["data"], judge.dumped(dump), plot.read_text("utf-8")


def of(calls, run_id, policy):
    return [call["request"] for call in calls if call["id"] == run_id and call["policy"] == policy]


def test_the_table_goes_from_full_history_to_adw(table):
    data, _, plot = table
    assert [row["policy"] for row in data["rows"]] == list(DEFAULT)
    assert [(one["id"], one["calls"]) for one in data["trajectories"]] == [("shop-1", 24), ("shop-2", 9)]
    full, adw = data["rows"][0], data["rows"][-1]
    assert (full["saved"], full["evidence"]) == (0.0, 1.0)
    assert adw["usage"]["total"] < full["usage"]["total"] / 2
    assert adw["saved"] == pytest.approx(1 - adw["usage"]["total"] / full["usage"]["total"])
    assert all(f">{name}<" in plot for name in DEFAULT)


def test_the_dump_has_one_line_a_call(table):
    _, calls, _ = table
    expected = [
        (run, policy, call, 40 + call)
        for run, turns in (("shop-1", 24), ("shop-2", 9))
        for policy in DEFAULT
        for call in range(turns)
    ]
    assert [(one["id"], one["policy"], one["call"], one["output_tokens"]) for one in calls] == expected


@pytest.mark.parametrize("policy", DEFAULT)
def test_a_judge_who_reads_the_dump_finds_the_same_evidence(table, folder, policy):
    data, calls, _ = table
    runs = [judge.trajectory(path) for path in sorted(folder.iterdir())]
    found = [judge.evidence(run, of(calls, run["id"], policy)) for run in runs]
    kept, needed = (sum(column) for column in zip(*found, strict=True))
    (row,) = [row for row in data["rows"] if row["policy"] == policy]
    assert row["evidence_needed"] == needed > 50
    assert row["evidence"] == kept / needed


@pytest.mark.parametrize("policy", ["full", *MASKS, "+truncate_files", "adw"])
def test_every_request_could_have_been_sent_and_knows_no_future(table, folder, policy):
    _, calls, _ = table
    for path in folder.iterdir():
        run = judge.trajectory(path)
        assert list(judge.faults(run, of(calls, run["id"], policy))) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded runs are not there")
@pytest.mark.parametrize("name", ["django__django-11179", "sphinx-doc__sphinx-8551"])
def test_on_recorded_runs_too(tmp_path, name):
    path = SHARED / f"{name}.json.xz"
    dump = tmp_path / "calls.jsonl"
    policies = ("full", "mask5", "adw")
    report = ablate(AblationRequest((str(path),), policies, dump=str(dump)), Place(tmp_path, {}))
    run, calls = judge.trajectory(path), judge.dumped(dump)
    for row in report.rows:
        requests = of(calls, name, row.policy)
        assert Evidence(*judge.evidence(run, requests)).share == row.evidence
        assert list(judge.faults(run, requests)) == []
        assert len(requests) == len(run["turns"])


def test_weights_change_the_schedule_and_the_columns(folder, outside):
    code, envelope = outside.envelope("context", "ablate", str(folder), "--weights", "cost", "--policy", "adw")
    assert code == 0
    (row,) = envelope["data"]["rows"]
    _, raw = outside.envelope("context", "ablate", str(folder), "--policy", "adw")
    assert row["usage"]["cache_hit_rate"] > raw["data"]["rows"][0]["usage"]["cache_hit_rate"]
    assert row["usage"]["total"] > raw["data"]["rows"][0]["usage"]["total"]
    usage = row["usage"]
    assert row["weighted"] == pytest.approx(
        usage["fresh"] + 0.1 * usage["cache_read"] + 1.25 * usage["cache_write_5m"] + 5 * usage["output"]
    )
    shown = outside.adw("context", "ablate", str(folder), "--weights", "cost", "--policy", "adw").stdout
    assert "weighted" in shown


def test_a_session_of_claude_code_is_priced_with_what_its_log_does_not_hold(outside):
    log = outside.folder / "session.jsonl"
    usage = {
        "input_tokens": 10,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 9_000,
        "output_tokens": 50,
    }
    answers = [
        {
            "type": "assistant",
            "message": {
                "id": f"m{number}",
                "model": "claude-sonnet-5-5",
                "content": [{"type": "tool_use", "id": f"t{number}", "name": "Bash", "input": {"command": "ls"}}],
                "usage": usage,
            },
        }
        for number in range(2)
    ]
    task = {"type": "user", "message": {"content": "Mend the cart."}}
    log.write_text("\n".join(map(json.dumps, [task, *answers])), "utf-8")

    code, envelope = outside.envelope("context", "ablate", str(log), "--policy", "full")

    assert code == 0
    (row,) = envelope["data"]["rows"]
    assert row["usage"]["cache_write_5m"] >= 9_010
    assert row["usage"]["cache_read"] >= 9_010
    assert float(row["cost_usd"]) > 0


def test_a_run_of_adw_is_replayed_conversation_by_conversation(tmp_path):
    look = says("", call("search", pattern="class Cart"))
    with MessagesApi([look, PLAN, FIX, APPROVE], cache=Bill()) as api:
        project = sample_project(tmp_path, api.url)
        code, _ = project.envelope("run", "issue.md")
    assert code == 0
    (run_id,) = project.run_ids()
    dump = tmp_path / "calls.jsonl"

    code, envelope = project.envelope("context", "ablate", run_id[:-1], "--policy", "full", "--dump", str(dump))

    assert code == 0, envelope
    names = [(one["id"], one["calls"]) for one in envelope["data"]["trajectories"]]
    assert names == [(f"{run_id}/1-plan", 2), (f"{run_id}/2-build", 1), (f"{run_id}/3-review", 1)]
    sent = [one["request"]["messages"] for one in judge.dumped(dump)]
    asked = [request.body["messages"] for request in api.requests]
    assert texts_of(sent[0]) == texts_of(asked[0])
    for ours, theirs in zip(sent, asked, strict=True):
        assert texts_of(ours[1:]) == texts_of(theirs[1:])


def texts_of(messages):
    """What full history sends is what the run sent: nothing was folded in it."""
    return "\n\n".join(judge.texts({"system": "", "messages": messages}))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing.json",), "no such file"),
        (("{folder}", "--policy", "best"), "no policy is called"),
        (("{empty}",), "holds no trajectory"),
        (("{blank}",), "no calls"),
    ],
)
def test_what_cannot_be_replayed_is_told(folder, outside, arguments, told):
    empty = outside.folder / "empty"
    empty.mkdir(exist_ok=True)
    blank = outside.folder / "blank.json"
    blank.write_text(json.dumps(made_up_run(turns=0)), "utf-8")
    places = {"folder": folder, "empty": empty, "blank": blank}
    code, envelope = outside.envelope("context", "ablate", *(one.format(**places) for one in arguments))
    assert code == 2
    assert told in envelope["errors"][0]["message"]


def test_what_a_folder_holds_besides_is_a_warning(tmp_path, folder):
    (tmp_path / "other.json").write_text("{}", "utf-8")
    (tmp_path / "run.json").write_bytes((folder / "shop-1.json").read_bytes())
    report = ablate(AblationRequest((".",), ("mask1",)), Place(tmp_path, {}))
    assert "other.json" in report.warnings[0]
    assert [row.policy for row in report.rows] == ["mask1"]
    assert report.rows[0].saved > 0

"""The queue on the command line: what is passed on, what is refused, and how it looks to people."""

import json
import time
from dataclasses import replace

import pytest

from adw.cli import app
from adw.cli.queue import PRIORITY_WORDS
from adw.cli.text import text_of
from adw.domain.queue import LAST, QueueAdded, QueueList, QueueState, WorkDone, WorkerReport, rank_of
from adw.domain.results import RunRequest
from adw.domain.run import Outcome, Phase
from tests.unit.cli import queue_samples, samples
from tests.unit.cli.stub_wiring import StubWiring
from tests.unit.cli.test_render import Terminal, shown, text


def run(*arguments, **made):
    stub = StubWiring(**made)
    return app.run(arguments, lambda: stub), stub.asked


def asked(*arguments):
    code, what = run(*arguments)
    assert code == 0
    return what


def refusal(capfd, *arguments):
    """The envelope's error, of a command that asks nothing of the wiring."""
    assert run(*arguments, "--json") == (2, [])
    return json.loads(capfd.readouterr().out)["errors"][0]


OPTIONS = [
    "--until",
    "test",
    "--budget-tokens",
    "0",
    "--budget-usd",
    "1.5",
    "--model",
    "m",
    "--level",
    "minimal",
    "--pr",
]
REQUEST = RunRequest("", Phase.TEST, 0, 1.5, "m", level="minimal", publish=True)


def test_issues_are_queued_with_the_options_of_a_run():
    assert asked("queue", "add", "a.md") == [("queue_runs", ("a.md",), RunRequest(""), None)]
    assert asked("queue", "add", "a.md", "42", *OPTIONS) == [("queue_runs", ("a.md", "42"), REQUEST, None)]


def test_a_detached_run_is_queued_with_its_options():
    assert asked("run", "a.md", "--detach") == [("queue_runs", ("a.md",), RunRequest(""), None)]
    assert asked("run", "42", "--detach", *OPTIONS) == [("queue_runs", ("42",), REQUEST, None)]


@pytest.mark.parametrize("option", [["--dry-run"], ["--record", "f"], ["--replay", "f"]], ids=lambda words: words[0])
def test_what_a_worker_cannot_do_is_refused_for_a_detached_run(option, capfd):
    assert option[0] in refusal(capfd, "run", "a.md", "--detach", *option)["message"]


@pytest.mark.parametrize("command", [("queue", "add", "a.md"), ("run", "a.md", "--detach")], ids=" ".join)
def test_a_plan_alone_has_nothing_to_show(command, capfd):
    assert "--until plan" in refusal(capfd, *command, "--pr", "--until", "plan")["message"]


@pytest.mark.parametrize(("text", "rank"), [("high", 2), ("P1", 2), ("7", 7), ("0", 1), ("5000", LAST)])
def test_a_priority_is_a_word_or_a_number(text, rank):
    assert asked("queue", "add", "a.md", "--priority", text)[0][-1] == rank


@pytest.mark.parametrize("text", ["soon", "", "-1", "1.5"])
def test_another_priority_is_refused_with_the_words_that_there_are(text, capfd):
    error = refusal(capfd, "queue", "add", "a.md", f"--priority={text}")
    assert error["code"] == "usage"
    assert PRIORITY_WORDS in error["hint"]


def test_every_word_of_the_hint_is_a_priority():
    words = PRIORITY_WORDS.replace(" to ", ", ").split(", ")
    assert [word for word in words if rank_of(word) is None] == []
    assert {rank_of(word) for word in words} == {1, 2, 3, 4, 5}


def test_nothing_to_queue_is_wrong_usage():
    assert run("queue", "add") == (2, [])


def test_list_cancel_and_worker_pass_on_what_the_command_line_says():
    assert asked("queue", "list") == [("queue_list", False)]
    assert asked("queue", "list", "--all") == [("queue_list", True)]
    assert asked("queue", "cancel", "a") == [("queue_cancel", "a")]
    assert asked("worker") == [("serve_queue", 1, False)]
    assert asked("worker", "--concurrency", "4", "--drain") == [("serve_queue", 4, True)]
    assert asked("worker", "--child") == [("do_queued",)]


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_worker_does_at_least_one_run_at_a_time(number, capfd):
    assert "--concurrency" in refusal(capfd, "worker", "--concurrency", number)["message"]


def test_the_form_for_a_workers_child_is_not_in_the_help(capfd):
    app.run(["worker", "--help"], StubWiring)
    assert "--child" not in capfd.readouterr().out


def test_what_was_queued_is_shown_and_what_was_not():
    out, err = shown(queue_samples.ADDED)

    assert [line.split() for line in out.splitlines()[:2]] == [
        ["run", "state", "priority", "issue"],
        ["260131-080100-aaa", "queued", "3", *samples.ISSUE.title.split()],
    ]
    assert f"not queued: 42: {samples.RUN} is at it\n1 run queued; follow with: adw queue list\n" in out
    assert err == "warning: the checkout has changes\n"


def test_queueing_what_has_a_run_already_is_no_error_and_says_so(capfd):
    code, _ = run("queue", "add", "42", added=QueueAdded((), (queue_samples.REFUSED,)))

    assert code == 0
    assert capfd.readouterr().out == (
        f"not queued: 42: {samples.RUN} is at it\nnothing was queued; what there is: adw queue list\n"
    )


@pytest.fixture
def in_berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_list_tells_how_each_run_stands():
    lines = text(queue_samples.LISTED).splitlines()

    title = samples.ISSUE.title
    assert lines[0].split() == ["run", "state", "priority", "tokens", "issue"]
    assert [" ".join(line.split()).removesuffix(f" {title}") for line in lines[1:7]] == [
        "260131-080000-bbb running 1",
        "260131-080100-aaa queued 3",
        "260131-080000-ccc waiting 3 1,200",
        f"{samples.RUN} passed 3 4,700",
        "260131-075900-ddd failed 3 9,000",
        "260131-075800-eee given up 3",
    ]
    assert lines[7:] == [
        "",
        "260131-080000-bbb  worker mill:4711",
        "260131-080000-ccc  until 2026-02-01 01:00; the month's quota is used",
        f"{samples.RUN}  https://github.com/octo/shop/pull/7",
        "260131-075900-ddd  adw/cart-total-260131-075900-ddd; 2 tests fail still",
        "260131-075800-eee  worker mill:4712",
        "1 worker: mill:4711",
    ]


def test_what_is_to_be_copied_is_not_folded_on_a_terminal():
    address = f"https://github.example.com/{'o' * 60}/shop/pull/7"
    done = replace(queue_samples.DONE, pull_request=address)
    out, _ = shown(QueueList((replace(queue_samples.ENDED, done=done),)), kind=Terminal)

    assert f"{samples.RUN}  {address}\n" in out


def test_why_a_run_failed_cannot_write_to_the_terminal():
    done = WorkDone(Outcome.FAILED, "first\n\x1b[2Jsecond line")

    assert "  first second line\n" in text(QueueList((replace(queue_samples.ENDED, done=done),)))


def test_repositories_are_told_apart_where_there_are_several():
    other = replace(queue_samples.QUEUED, where="https://github.com/octo/mill.git")

    assert "repository" not in text(QueueList((queue_samples.QUEUED,)))
    lines = text(QueueList((queue_samples.QUEUED, other))).splitlines()
    assert "  shop  " in lines[1]
    assert "  mill  " in lines[2]


IDLE = "no worker is running: start one with: adw worker"


@pytest.mark.parametrize("row", [queue_samples.QUEUED, queue_samples.WAITING, queue_samples.RUNNING])
def test_runs_that_nobody_works_on_are_pointed_out(row):
    assert IDLE in text(QueueList((row,)))
    assert IDLE not in text(QueueList((row,), ("mill:4711",)))


@pytest.mark.parametrize("row", [queue_samples.ENDED, queue_samples.CANCELLED, queue_samples.GIVEN_UP])
def test_runs_that_are_over_need_no_worker(row):
    assert IDLE not in text(QueueList((row,)))


def test_an_empty_queue_says_how_to_fill_it():
    hint = "nothing is queued; queue something with: adw queue add ISSUE\n"
    assert text(QueueList(())) == hint
    assert text(QueueList((), ("mill:4711", "mill:4712"))) == f"{hint}2 workers: mill:4711, mill:4712\n"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (queue_samples.CANCELLED, "is cancelled"),
        (queue_samples.RUNNING, "is told to stop"),
        (queue_samples.ENDED, "has ended: passed"),
        (queue_samples.GIVEN_UP, "has ended: given up"),
    ],
)
def test_cancelling_says_what_came_of_it(row, words):
    assert f"{row.run_id} {words}" in text(row)


def test_a_worker_lists_what_it_did_and_counts_what_ended():
    out, err = shown(queue_samples.WORKED)

    assert "2 tests fail still" in out
    assert out.splitlines()[-1] == "2 runs ended, 1 passed, 1 failed"
    assert "no run was throttled" in err
    assert text(WorkerReport()) == "0 runs ended\n"


def test_failed_runs_are_not_the_workers_failure():
    assert run("worker", "--drain")[0] == 0


def test_a_workers_child_tells_its_one_run():
    assert text(queue_samples.DONE) == "passed\nhttps://github.com/octo/shop/pull/7\n"
    assert text(WorkDone(Outcome.MODEL_ERROR)) == "model_error\n"
    assert text(WorkDone(Outcome.PASSED)) == "passed\n"


@pytest.mark.parametrize("state", QueueState)
def test_every_state_has_its_words(state):
    assert list(text_of(QueueList((replace(queue_samples.QUEUED, state=state),))))
    assert state.replace("_", " ") in text(QueueList((replace(queue_samples.QUEUED, state=state),)))

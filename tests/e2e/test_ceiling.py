"""No request passes its ceiling, whatever the server bills beyond what ADW counts; also the first one does not."""

import math
import random

import pytest

pytest.importorskip("ctok", reason="ctok needs Python 3.12")

from adw.adapters.counters.ctok_counter import CtokCounter
from tests.servers.messages_api import MessagesApi
from tests.servers.replies import call, says
from tests.support.bill import Bill
from tests.support.project import APPROVE, FIX, PLAN, sample_project

MODEL = "claude-sonnet-5-5"
WINDOW = 40_000
CEILING = int(WINDOW * 0.75)
MAX_TOKENS = 4_000
BIG = [f"shop/tables_{number}.py" for number in range(14)]
COUNTER = CtokCounter()


def reads(*asked):
    return says("", call("read", paths=list(asked)))


def bill_of(factor):
    """A bill of ctok's tokens times a factor; None: another one for each text, up to 1.15."""
    dice = random.Random(7)  # noqa: S311 - the same dice every time

    def count(text):
        return math.ceil(COUNTER.count_text(text, MODEL) * (dice.uniform(1.0, 1.15) if factor is None else factor))

    return Bill(count)


def planted(tmp_path, url, settings):
    """The sample with more text in it than one request can hold, all of it named by the issue."""
    project = sample_project(tmp_path, url)
    for number, name in enumerate(BIG):
        lines = (f"RATE_{number}_{line} = Decimal('{line * 37 % 1000}.{line % 100:02}')\n" for line in range(400))
        (project.folder / name).write_text("from decimal import Decimal\n" + "".join(lines), encoding="utf-8")
    with (project.folder / "issue.md").open("a", encoding="utf-8") as issue:
        issue.write(f"\nSee also {', '.join(BIG)}.\n")
    with (project.folder / ".adw.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[model]\nmax_tokens = {MAX_TOKENS}\n[models."{MODEL}"]\ncontext_window = {WINDOW}\n'
            f"[limits]\nmax_result_chars = 6000\n{settings}"
        )
    project.git("add", "--all")
    project.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "tables")
    return project


def planned_after_much_reading(_request, number):
    """Reads on for ten turns, then goes through the phases."""
    if number < 10:
        return reads(BIG[-1 - number])
    return (PLAN, FIX, APPROVE)[number - 10]


@pytest.mark.parametrize(
    ("factor", "settings", "outcome"), [(1.15, "[flags]\nsnapshots = false\n", "over_budget"), (None, "", "passed")]
)
def test_no_request_is_billed_over_its_ceiling(tmp_path, factor, settings, outcome):
    bill = bill_of(factor)
    with MessagesApi(planned_after_much_reading, cache=bill) as api:
        project = planted(tmp_path, api.url, settings)
        _, shown = project.envelope("run", "issue.md")
    asked = [sum(tokens for name, tokens in one.items() if name != "output") + MAX_TOKENS for one in bill.calls]
    assert max(asked) <= CEILING, asked
    assert asked[0] >= CEILING * 0.7, "the first request was no test: it is far from the ceiling"
    assert shown["data"]["record"]["outcome"] == outcome, shown["errors"]

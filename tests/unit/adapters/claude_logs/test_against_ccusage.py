"""ADW's figures beside those that ccusage 17 gave for the same logs (tests/fixtures/record_ccusage.py)."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.usage import Usage
from adw.wiring.house import Place
from adw.wiring.importing import import_claude_code
from tests.support.claude_logs import DIFFERENCES, write_logs

RECORDED = json.loads((Path(__file__).parents[3] / "fixtures" / "ccusage.json").read_text())
CLASSES = ("inputTokens", "cacheCreationTokens", "cacheReadTokens", "outputTokens")


def place_of(folder):
    return Place(folder=folder, variables={"CLAUDE_CONFIG_DIR": str(folder), "XDG_DATA_HOME": str(folder / "data")})


def entries_of(folder):
    with SqlLedger.open(folder / "data" / "adw" / "ledger.db") as ledger:
        return list(ledger.entries())


def as_ccusage(usage):
    return (usage.fresh, usage.cache_write, usage.cache_read, usage.output)


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("claude")
    write_logs(folder)
    result = import_claude_code((), place_of(folder))
    return folder, result, entries_of(folder)


def sums(entries, key):
    found = defaultdict(Usage)
    for entry in entries:
        found[key(entry)] += entry.usage
    return {name: as_ccusage(usage) for name, usage in found.items() if usage.total}


@pytest.mark.parametrize(("spans", "name", "length"), [("days", "date", 10), ("months", "month", 7)])
def test_each_model_has_the_tokens_that_ccusage_finds_in_each_span(imported, spans, name, length):
    theirs = {
        (span[name], model["modelName"]): tuple(model[kind] for kind in CLASSES)
        for span in RECORDED[spans]
        for model in span["modelBreakdowns"]
    }
    assert sums(imported[2], lambda entry: (entry.created_at.isoformat()[:length], entry.model)) == theirs


def test_the_total_is_ccusages_total(imported):
    _, result, entries = imported
    totals = tuple(RECORDED["totals"][kind] for kind in CLASSES)
    assert as_ccusage(sum((entry.usage for entry in entries), Usage())) == totals
    assert as_ccusage(result.usage) == totals


def test_costs_are_ccusages_where_nothing_was_written_for_an_hour(imported):
    """It prices every cache write as one for five minutes: an hour's costs 1.6 times as much."""
    theirs = {model["modelName"]: model["cost"] for day in RECORDED["days"] for model in day["modelBreakdowns"]}
    assert theirs["glm-9-unpriced"] == 0
    assert {entry.cost_usd for entry in imported[2] if entry.model == "glm-9-unpriced"} == {None}
    ours = sum((entry.cost_usd for entry in imported[2] if entry.cost_usd is not None), Decimal(0))
    per_token = {"claude-sonnet-4-5-20250929": 3, "claude-opus-4-1-20250805": 15, "claude-haiku-4-5-20251001": 1}
    longer = sum(
        Decimal("0.75") * per_token[entry.model] * entry.usage.cache_write_1h
        for entry in imported[2]
        if entry.model in per_token
    )
    assert float(ours - longer / 1_000_000) == pytest.approx(RECORDED["totals"]["totalCost"], rel=1e-9)


def test_a_second_import_adds_nothing(imported):
    folder, first, entries = imported
    again = import_claude_code((), place_of(folder))
    assert (again.new, again.usage, again.answers) == (0, Usage(), first.answers)
    assert len(entries_of(folder)) == len(entries) == first.new == first.answers


@pytest.mark.parametrize("title", DIFFERENCES)
def test_where_they_differ_it_is_known_how(title, tmp_path):
    case = DIFFERENCES[title]
    log = tmp_path / "projects" / "p" / "s.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(case.log, encoding="utf-8")
    result = import_claude_code((), place_of(tmp_path))
    assert as_ccusage(result.usage) == case.tokens
    assert result.left_out == case.left_out
    assert bool(result.warnings) == bool(case.left_out)
    agreed = "both" in case.why
    assert (tuple(RECORDED["differences"][title]) == case.tokens) == agreed
    assert import_claude_code((), place_of(tmp_path)).new == 0

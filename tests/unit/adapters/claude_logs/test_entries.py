from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from adw.adapters.claude_logs.entries import new_entries
from adw.adapters.claude_logs.stage import Session, Staged
from adw.domain.usage import Usage
from tests.fakes.entries import NOW
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.prices import FixedPrices

PRICES = FixedPrices({"m": 1}, unpriced=("u",))
ONE = Staged("k", "s", "shop", "m", Usage(fresh=10, output=5), NOW, version="2.0.1")
RESULT = replace(ONE, key="r", usage=Usage(fresh=100, output=50), is_result=True, duration_s=2.0)


def imported(ledger, *staged):
    """What an import of these adds to the ledger."""
    session = Session("s", iter(staged), any(not one.is_result for one in staged))
    new = list(new_entries(session, list(ledger.entries(run_id="s")), PRICES.cost))
    assert ledger.add(new) == len(new)
    return new


def total(ledger):
    return ledger.spent("s").total


def test_an_answer_is_an_entry_with_its_price_and_place():
    (entry,) = imported(MemoryLedger(), replace(ONE, is_agent=True, failed=True))
    tag = entry.tag
    assert (tag.key, tag.run_id, tag.phase, tag.issue) == ("k", "s", "claude-code agent", "shop")
    assert (tag.prompt_version, entry.outcome, entry.created_at) == ("claude-code 2.0.1", "model_error", NOW)
    assert entry.cost_usd == PRICES.cost("m", ONE.usage, NOW)
    assert imported(MemoryLedger(), replace(ONE, model="u", version=""))[0].cost_usd is None


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_an_answer_that_grows_between_imports_counts_with_its_largest_output_once(outputs):
    ledger = MemoryLedger()
    for output in outputs:
        grown = replace(ONE, usage=Usage(fresh=10, output=output))
        imported(ledger, grown)
        assert imported(ledger, grown) == []
    assert ledger.spent("s") == Usage(fresh=10, output=max(outputs))
    assert sum(entry.cost_usd for entry in ledger.entries()) == PRICES.cost("m", ledger.spent("s"), NOW)


def test_a_session_is_known_by_its_answers_before_its_result():
    ledger = MemoryLedger()
    imported(ledger, ONE, RESULT)
    assert total(ledger) == 15
    assert imported(ledger, RESULT) == []


def test_a_result_that_came_first_holds_for_what_was_said_until_then():
    ledger = MemoryLedger()
    (entry,) = imported(ledger, RESULT)
    assert (entry.duration_s, total(ledger)) == (2.0, 150)
    later = replace(ONE, key="later", at=NOW + timedelta(seconds=1))
    assert [new.tag.key for new in imported(ledger, ONE, RESULT, later)] == ["later"]
    assert imported(ledger, ONE, RESULT, later) == []
    assert total(ledger) == 165


def test_results_of_one_session_add_up():
    ledger = MemoryLedger()
    imported(ledger, RESULT, replace(RESULT, key="r2", at=NOW + timedelta(hours=1)))
    assert total(ledger) == 300

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.quota import Quota
from adw.domain.usage import Usage
from adw.domain.weights import Weights
from tests.fakes.entries import NOW, entry, later

COLUMNS = (
    "workflow_id",
    "total_tokens",
    "fresh_tokens",
    "cached_tokens",
    "output_tokens",
    "cache_hit_rate",
    "quota_percentage",
    "optimization_flags",
    "created_at",
)
TOKENS = st.integers(0, 10**9)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.db"


def tracked(file):
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT * FROM quota_tracking ORDER BY workflow_id").fetchall()
    db.close()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_a_run_has_one_row_with_the_columns_of_the_contract(file):
    with SqlLedger.open(file) as ledger:
        ledger.settle(entry("a", Usage(1, 2, 3, 4, 5), at=NOW))
        ledger.settle(entry("b", Usage(10, 20, 30, 40, 50), at=later(60)))
        ledger.settle(entry("c", Usage(output=7), run_id="run-2"))
    first, second = tracked(file)
    assert first == {
        "workflow_id": "run-1",
        "total_tokens": 165,
        "fresh_tokens": 11,
        "cached_tokens": 22,
        "output_tokens": 55,
        "cache_hit_rate": 22 / 110,
        "quota_percentage": None,
        "optimization_flags": '["snapshots", "stable_prompts"]',
        "created_at": "2026-03-04 05:06:07.000089",
    }
    assert (second["total_tokens"], second["cache_hit_rate"]) == (7, 0.0)


def test_a_key_that_is_settled_again_is_not_tracked_again(file):
    with SqlLedger.open(file) as ledger:
        ledger.settle(entry("a", Usage(fresh=5)))
        ledger.settle(entry("a", Usage(fresh=5)))
    assert tracked(file)[0]["total_tokens"] == 5


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.builds(Usage, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS), min_size=1, max_size=5))
def test_the_row_is_what_the_entries_add_up_to(tmp_path_factory, calls):
    file = tmp_path_factory.mktemp("tracking") / "ledger.db"
    with SqlLedger.open(file) as ledger:
        for number, usage in enumerate(calls):
            ledger.settle(entry(str(number), usage))
        spent = ledger.spent("run-1")
    row = tracked(file)[0]
    assert (row["total_tokens"], row["fresh_tokens"]) == (spent.total, spent.fresh)
    assert (row["cached_tokens"], row["output_tokens"]) == (spent.cache_read, spent.output)
    assert row["cache_hit_rate"] == pytest.approx(spent.cache_hit_rate)


def test_with_a_quota_the_row_says_what_the_run_counts_of_the_month(file):
    quota = Quota(monthly_tokens=1000, weights=Weights(1, 0, 2, 5))
    with SqlLedger.open(file, quota=quota) as ledger:
        ledger.settle(entry("a", Usage(10, 1000, 3, 2, 4)))
        assert tracked(file)[0]["quota_percentage"] == pytest.approx(100 * 40 / 1000)
        ledger.settle(entry("b", Usage(10, 1000, 3, 2, 4)))
    assert tracked(file)[0]["quota_percentage"] == pytest.approx(100 * 80 / 1000)
    with SqlLedger.open(file) as ledger:
        ledger.settle(entry("c", Usage(fresh=1)))
    assert tracked(file)[0]["quota_percentage"] is None

"""What was billed, by name alone, is what the entries say: on every database, from any moment on."""

import pytest

from adw.adapters.ledger.ledger import SqlLedger
from tests.fakes.entries import NOW, entry, later

FIELDS = {"run": "run_id", "phase": "phase", "issue": "issue"}


@pytest.fixture
def filled(database):
    with SqlLedger.open(database) as ledger:
        for number in range(12):
            ledger.settle(
                entry(
                    f"{number}",
                    run_id=f"run-{number % 5}",
                    phase="plan" if number % 3 else "build",
                    model=f"model-{number % 4}",
                    cost="0.25" if number % 2 else None,
                    at=later(400 * number),
                )
            )
        yield ledger


@pytest.mark.parametrize("since", [None, NOW, later(900), later(1_000), later(4_300), later(10**7)])
@pytest.mark.parametrize("unpriced", [False, True])
def test_names_are_those_of_the_entries(filled, since, unpriced):
    for run_id in (None, "run-1"):
        wanted = [one for one in filled.entries(run_id=run_id, since=since) if not unpriced or one.cost_usd is None]
        for key, field in FIELDS.items():
            names = filled.names(key, run_id=run_id, since=since, unpriced=unpriced)
            assert names == {getattr(one.tag, field) for one in wanted}
        models = filled.names("model", run_id=run_id, since=since, unpriced=unpriced)
        assert models == {one.model for one in wanted}

"""The estimate of a run that is about to begin."""

from collections.abc import Iterator
from dataclasses import replace

from adw.domain.estimate import Estimate
from adw.domain.run import ENDED, Phase, RunSpec
from adw.quota.estimate import PastRun, Traits, estimate
from adw.wiring.house import House, open_ledger

"""Runs that were stopped from outside did not take what they would have."""


def with_estimate(house: House, spec: RunSpec) -> RunSpec:
    """The specification with an estimate from the repository's runs. A replay spends nothing: it has none."""
    return spec if spec.replay else replace(spec, estimate=estimated(house, spec))


def estimated(house: House, spec: RunSpec) -> Estimate:
    """Tokens and cost of the run, as those before it in this repository let expect."""
    model, prices = spec.models[Phase.BUILD].model, house.prices()
    past = tuple(_past(house))
    return estimate(_traits(spec), past, lambda usage: prices.cost(model, usage, spec.created_at))


def _past(house: House) -> Iterator[PastRun]:
    runs = {
        record.spec.id: record.spec
        for record in house.store.all()
        if record.outcome in ENDED and not record.spec.replay
    }
    if not runs:
        return
    with open_ledger(house.environment) as ledger:
        for run_id, spec in runs.items():
            yield PastRun(_traits(spec), ledger.spent(run_id))


def _traits(spec: RunSpec) -> Traits:
    issue = spec.issue
    return Traits(
        spec.until.value if spec.follows is None else f"only {spec.follows.phase}",
        frozenset(issue.labels),
        len(issue.title) + len(issue.body),
    )

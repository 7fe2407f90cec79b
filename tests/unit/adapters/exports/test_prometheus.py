from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from adw.adapters.exports.prometheus import exposition
from adw.domain.bill import Bill
from adw.domain.usage import Usage
from tests.fakes.entries import NOW

BILLS = st.lists(
    st.builds(
        Bill,
        at=st.just(NOW),
        calls=st.integers(1, 9),
        usage=st.builds(Usage, *[st.integers(0, 10**9)] * 5),
        cost_usd=st.decimals(0, 100, places=6),
        unpriced=st.just(0),
        phase=st.text(max_size=3),
        model=st.sampled_from(["a", 'q"uote', "back\\slash", "new\nline", "ünï"]),
    ),
    max_size=8,
)


def families(bills):
    """What Prometheus' own parser reads, by the name of the metric."""
    return {family.name: family for family in text_string_to_metric_families("".join(exposition(bills)))}


@settings(max_examples=30)
@given(BILLS)
def test_prometheus_reads_every_token_call_and_dollar(bills):
    read = families(bills)
    tokens = read["adw_tokens"].samples
    usage = sum((bill.usage for bill in bills), Usage())
    assert sum(sample.value for sample in tokens) == usage.total
    assert sum(one.value for one in tokens if one.labels["type"] == "cache_read") == usage.cache_read
    assert sum(sample.value for sample in read["adw_calls"].samples) == sum(bill.calls for bill in bills)
    cost = sum(Decimal(str(sample.value)) for sample in read["adw_cost_usd"].samples)
    assert abs(cost - sum(bill.cost_usd for bill in bills)) < Decimal("0.000001")
    assert {one.labels["model"] for one in tokens} == {bill.model for bill in bills}
    assert all(family.type == "counter" for family in read.values())


@settings(max_examples=30)
@given(BILLS)
def test_no_set_of_labels_stands_there_twice(bills):
    for family in families([*bills, *bills]).values():
        sets = [tuple(sorted(sample.labels.items())) for sample in family.samples]
        assert len(sets) == len(set(sets))


def test_a_model_without_a_price_is_unpriced_and_not_free():
    read = families([Bill(NOW, 2, Usage(fresh=1), Decimal(0), 2, model="glm-9")])
    assert read["adw_cost_usd"].samples == []
    assert [sample.value for sample in read["adw_unpriced_calls"].samples] == [2]

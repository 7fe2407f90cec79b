"""Held against OpenTelemetry's own protocol definitions: what they refuse, a collector refuses."""

from dataclasses import replace
from decimal import Decimal

from google.protobuf.json_format import Parse
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from adw.adapters.exports.opentelemetry import otlp_json
from adw.domain.usage import Usage
from tests.fakes.entries import NOW, entry, later

ENTRIES = st.lists(
    st.builds(
        entry,
        key=st.just("k"),
        usage=st.builds(Usage, *[st.integers(0, 10**8)] * 5),
        phase=st.sampled_from(["plan", "build"]),
        model=st.sampled_from(["claude-a", "clàude-b"]),
        cost=st.one_of(st.none(), st.just("0.5")),
    ),
    max_size=12,
)
USAGE = "gen_ai.client.inference.usage"


def metrics(entries):
    request = Parse("".join(otlp_json(entries, later(60))), ExportMetricsServiceRequest())
    (resource,) = request.resource_metrics
    (scope,) = resource.scope_metrics
    assert resource.resource.attributes[0].key == "service.name"
    return {metric.name: metric for metric in scope.metrics}


def attributes(point):
    return {one.key: one.value.string_value for one in point.attributes}


@settings(max_examples=30)
@given(ENTRIES)
def test_the_protocols_own_parser_reads_every_token(entries):
    read = metrics(entries)
    usage = sum((one.usage for one in entries), Usage())
    wanted = {
        f"{USAGE}.input_tokens": usage.input,
        f"{USAGE}.output_tokens": usage.output,
        f"{USAGE}.cache_read.input_tokens": usage.cache_read,
        f"{USAGE}.cache_write.input_tokens": usage.cache_write,
    }
    for name, tokens in wanted.items():
        assert sum(point.as_int for point in read[name].sum.data_points) == tokens if entries else name not in read
        if entries:
            assert read[name].sum.is_monotonic
            assert read[name].unit == "{token}"
    cost = sum((one.cost_usd or Decimal(0) for one in entries), Decimal(0))
    assert (
        sum(point.as_double for point in read["adw.cost"].sum.data_points) == cost if cost else "adw.cost" not in read
    )


@settings(max_examples=30)
@given(ENTRIES)
def test_calls_are_spread_over_the_buckets_that_the_conventions_advise(entries):
    read = metrics(entries)
    points = read["gen_ai.client.token.usage"].histogram.data_points if entries else []
    for point in points:
        assert list(point.explicit_bounds) == [4**power for power in range(14)]
        assert sum(point.bucket_counts) == point.count
        assert attributes(point)["gen_ai.token.type"] in {"input", "output"}
    assert sum(point.count for point in points) == 2 * len(entries)
    assert sum(point.sum for point in points) == sum(one.usage.total for one in entries)


def test_attributes_are_those_of_the_conventions():
    (point,) = metrics([entry("a")])[f"{USAGE}.input_tokens"].sum.data_points
    assert attributes(point) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-test",
        "gen_ai.token.modality": "unknown",
        "adw.phase": "build",
    }
    assert (point.start_time_unix_nano, point.time_unix_nano) == tuple(
        int(at.timestamp() * 1_000_000) * 1000 for at in (NOW, later(60))
    )


def test_a_failed_call_tells_its_error_and_an_imported_one_no_duration():
    failed = replace(entry("a"), outcome="model_error")
    imported = replace(entry("b"), duration_s=0.0)
    (point,) = metrics([failed, imported])["gen_ai.client.operation.duration"].histogram.data_points
    assert (attributes(point)["error.type"], point.count, point.sum) == ("model_error", 1, 1.25)

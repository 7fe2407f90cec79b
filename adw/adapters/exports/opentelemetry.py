"""The ledger as OpenTelemetry metrics: an OTLP request in JSON, as a collector takes it from a file or over HTTP.

Names are those of the GenAI semantic conventions (github.com/open-telemetry/semantic-conventions-genai, of 2026; their
status is "development"): the counters `gen_ai.client.inference.usage.*`, which tell totals, and the histograms
`gen_ai.client.token.usage` and `gen_ai.client.operation.duration`, which tell how calls are spread. Input tokens are
the whole prompt there, cached tokens included. Cost has no convention: it is `adw.cost`.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from adw.domain.entry import Entry

# The boundaries that the conventions advise.
_TOKENS = [4**power for power in range(14)]
_SECONDS = [0.01 * 2**power for power in range(14)]
_CUMULATIVE = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTERS = {
    "gen_ai.client.inference.usage.input_tokens": ("The number of input (prompt) tokens used.", "input"),
    "gen_ai.client.inference.usage.output_tokens": ("The number of output tokens used.", "output"),
    "gen_ai.client.inference.usage.cache_read.input_tokens": ("Input tokens read from a cache.", "cache_read"),
    "gen_ai.client.inference.usage.cache_write.input_tokens": ("Input tokens written to a cache.", "cache_write"),
}
Attributes = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Histogram:
    """Values counted by the first boundary that they are not above."""

    bounds: Sequence[float]
    counts: list[int] = field(default_factory=list)
    total: float = 0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(slots=True)
class _Series:
    """All calls of one set of attributes."""

    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTERS, 0))
    cost_usd: Decimal = Decimal(0)
    priced: int = 0
    input: _Histogram = field(default_factory=lambda: _Histogram(_TOKENS))
    output: _Histogram = field(default_factory=lambda: _Histogram(_TOKENS))

    def add(self, entry: Entry) -> None:
        for name, (_, kind) in _COUNTERS.items():
            self.sums[name] += getattr(entry.usage, kind)
        self.input.add(entry.usage.input)
        self.output.add(entry.usage.output)
        if entry.cost_usd is not None:
            self.priced += 1
            self.cost_usd += entry.cost_usd


def otlp_json(entries: Iterable[Entry], now: datetime) -> Iterator[str]:
    """One ExportMetricsServiceRequest in JSON and a line's end. The entries are read once, oldest first."""
    series: dict[Attributes, _Series] = {}
    durations: dict[Attributes, _Histogram] = {}
    first = now
    for entry in entries:
        first = min(first, entry.created_at)
        attributes = _attributes(entry)
        series.setdefault(attributes, _Series()).add(entry)
        if entry.duration_s > 0:  # an imported call does not tell
            ended = attributes if entry.outcome == "ok" else (*attributes, ("error.type", entry.outcome))
            durations.setdefault(ended, _Histogram(_SECONDS)).add(entry.duration_s)
    span = {"startTimeUnixNano": _nanoseconds(first), "timeUnixNano": _nanoseconds(now)}
    metrics = [*_counters(series, span), _cost(series, span), *_histograms(series, durations, span)]
    scope = {"scope": {"name": "adw"}, "metrics": [metric for metric in metrics if metric]}
    resource = {"attributes": _listed((("service.name", "adw"),))}
    request = {"resourceMetrics": [{"resource": resource, "scopeMetrics": [scope]}]}
    yield json.dumps(request, ensure_ascii=False) + "\n"


def _attributes(entry: Entry) -> Attributes:
    return (
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "anthropic"),  # whose API is spoken, whoever answers
        ("gen_ai.request.model", entry.model),
        ("adw.phase", entry.tag.phase),
    )


def _counters(series: dict[Attributes, _Series], span: dict[str, str]) -> Iterator[dict[str, Any]]:
    for name, (text, _) in _COUNTERS.items():
        points = [
            {
                "attributes": _listed((*attributes, ("gen_ai.token.modality", "unknown"))),
                **span,
                "asInt": str(one.sums[name]),
            }
            for attributes, one in series.items()
        ]
        yield _sum(name, text, "{token}", points)


def _cost(series: dict[Attributes, _Series], span: dict[str, str]) -> dict[str, Any]:
    """Only of what has a price: none is not free."""
    points = [
        {"attributes": _listed(attributes), **span, "asDouble": float(one.cost_usd)}
        for attributes, one in series.items()
        if one.priced
    ]
    return _sum("adw.cost", "Cost of the calls that have a known price.", "{USD}", points)


def _histograms(
    series: dict[Attributes, _Series], durations: dict[Attributes, _Histogram], span: dict[str, str]
) -> Iterator[dict[str, Any]]:
    tokens = [
        _point((*attributes, ("gen_ai.token.type", kind)), getattr(one, kind), span)
        for attributes, one in series.items()
        for kind in ("input", "output")
    ]
    yield _histogram("gen_ai.client.token.usage", "Number of input and output tokens used.", "{token}", tokens)
    seconds = [_point(attributes, one, span) for attributes, one in durations.items()]
    yield _histogram("gen_ai.client.operation.duration", "GenAI operation duration.", "s", seconds)


def _sum(name: str, text: str, unit: str, points: list[dict[str, Any]]) -> dict[str, Any]:
    if not points:
        return {}
    body = {"aggregationTemporality": _CUMULATIVE, "isMonotonic": True, "dataPoints": points}
    return {"name": name, "description": text, "unit": unit, "sum": body}


def _histogram(name: str, text: str, unit: str, points: list[dict[str, Any]]) -> dict[str, Any]:
    if not points:
        return {}
    body = {"aggregationTemporality": _CUMULATIVE, "dataPoints": points}
    return {"name": name, "description": text, "unit": unit, "histogram": body}


def _point(attributes: Attributes, one: _Histogram, span: dict[str, str]) -> dict[str, Any]:
    return {
        "attributes": _listed(attributes),
        **span,
        "count": str(sum(one.counts)),
        "sum": one.total,
        "bucketCounts": [str(count) for count in one.counts],
        "explicitBounds": list(one.bounds),
    }


def _listed(attributes: Attributes) -> list[dict[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in attributes]


def _nanoseconds(moment: datetime) -> str:
    """64-bit numbers are strings in protobuf's JSON."""
    return str((moment - _EPOCH) // timedelta(microseconds=1) * 1000)

"""The ledger's sums in Prometheus' text format, for a textfile collector or any scraper.

https://prometheus.io/docs/instrumenting/exposition_formats/ (version 0.0.4).
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from adw.domain.bill import Bill
from adw.domain.usage import Usage

_TYPES = {
    "fresh_input": "fresh",
    "cache_read": "cache_read",
    "cache_write_5m": "cache_write_5m",
    "cache_write_1h": "cache_write_1h",
    "output": "output",
}
Labels = Sequence[tuple[str, str]]


def exposition(bills: Iterable[Bill]) -> Iterator[str]:
    """Counters by model and phase. `bills` are kept apart by both."""
    sums = _added(bills)
    yield from _family(
        "adw_tokens_total",
        "Tokens billed, by class.",
        (
            ((*labels, ("type", kind)), getattr(one.usage, field))
            for labels, one in sums.items()
            for kind, field in _TYPES.items()
        ),
    )
    yield from _family("adw_calls_total", "Model calls.", ((labels, one.calls) for labels, one in sums.items()))
    yield from _family(
        "adw_cost_usd_total",
        "Cost of the calls that have a known price, in US dollars.",
        # A model without a price has no cost: to say 0 would be to say that it is free.
        ((labels, one.cost_usd) for labels, one in sums.items() if one.calls > one.unpriced),
    )
    yield from _family(
        "adw_unpriced_calls_total",
        "Calls without a known price: their cost is missing from adw_cost_usd_total.",
        ((labels, one.unpriced) for labels, one in sums.items()),
    )


def _added(bills: Iterable[Bill]) -> dict[Labels, Bill]:
    """Groups that came in parts put together: a label set may stand in the text once only."""
    found: dict[Labels, Bill] = {}
    for bill in bills:
        labels = (("model", bill.model), ("phase", bill.phase))
        old = found.get(labels) or Bill(bill.at, 0, Usage(), Decimal(0))
        found[labels] = Bill(
            at=old.at,
            calls=old.calls + bill.calls,
            usage=old.usage + bill.usage,
            cost_usd=old.cost_usd + bill.cost_usd,
            unpriced=old.unpriced + bill.unpriced,
        )
    return dict(sorted(found.items()))


def _family(name: str, text: str, samples: Iterable[tuple[Labels, int | Decimal]]) -> Iterator[str]:
    yield f"# HELP {name} {text}\n# TYPE {name} counter\n"
    for labels, value in samples:
        inner = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels)
        yield f"{name}{{{inner}}} {value:f}\n" if isinstance(value, Decimal) else f"{name}{{{inner}}} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")

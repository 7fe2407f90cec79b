"""Context windows and prices from `genai-prices`: the snapshot that the package carries, never one from the network."""

import difflib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from genai_prices import Usage as PricedUsage
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

from adw.domain.usage import Usage

_PER = 1_000_000
_PRICES = ("input_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "output_mtok")


def _bundled() -> DataSnapshot:
    # Not the package's current snapshot: another library in the process may have set one from the network.
    from genai_prices.data import providers  # noqa: PLC0415 - 0.1 s of data, read only when a price list is made

    return DataSnapshot(providers=providers, from_auto_update=False)


class GenaiPrices:
    """Models that Anthropic bills, and what the configuration says of others.

    `extra` has context windows in tokens by model name, for models behind another endpoint that speaks the Messages
    API, or for those that the snapshot is too old for. A window given there goes before the snapshot's.
    """

    def __init__(self, extra: Mapping[str, int] | None = None) -> None:
        self._extra = dict(extra or {})
        self._snapshot = _bundled()

    def context_window(self, model: str) -> int | None:
        """Tokens; None where neither the configuration nor the snapshot knows it."""
        if model in self._extra:
            return self._extra[model]
        known = self._known(model)
        return known.context_window if known else None

    def cost(self, model: str, usage: Usage, at: datetime) -> Decimal | None:
        """US dollars, exact, at the list prices of `at` (long-context tiers included); None for unpriced models."""
        try:
            provider, known = self._snapshot.find_provider_model(model, None, None, None)
        except LookupError:
            return None
        prices = known.get_prices(at)
        if prices.input_mtok is None or prices.output_mtok is None:
            return None  # priced by pages or minutes: nothing is known of tokens, and unpriced is not free
        simple = _by_class(prices, usage)
        if simple is not None:
            return simple
        return known.calc_price(_priced(usage), provider, genai_request_timestamp=at).total_price

    def similar(self, model: str) -> str:
        """The model of Anthropic's or of the configuration whose name is nearest to `model`."""
        names = sorted({*self._extra, *self._anthropic()})
        return difflib.get_close_matches(model, names, n=1, cutoff=0.0)[0]

    def _known(self, model: str) -> ModelInfo | None:
        try:
            return self._snapshot.find_provider_model(model, None, None, None)[1]
        except LookupError:
            return None

    def _anthropic(self) -> list[str]:
        provider = self._snapshot.find_provider(None, "anthropic", None)
        return [model.id for model in provider.models if not model.deprecated]


def _by_class(prices: ModelPrice, usage: Usage) -> Decimal | None:
    """The sum over the classes, where each has a price of its own; None where one is derived from another's.

    The package's own way is the same sum, by way of all units that anybody bills: 200 microseconds, half an hour for
    an import of ten million calls.
    """
    counts = (usage.fresh, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h, usage.output)
    total = Decimal(0)
    for name, tokens in zip(_PRICES, counts, strict=True):
        price = getattr(prices, name)
        if isinstance(price, TieredPrices):
            above = [tier.price for tier in price.tiers if usage.input > tier.start]
            price = above[-1] if above else price.base
        if price is None:
            return None
        total += price * tokens
    return total / _PER


def _priced(usage: Usage) -> PricedUsage:
    """In `genai-prices` the input is the whole prompt, of which the cached tokens are parts."""
    return PricedUsage(
        input_tokens=usage.input,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        cache_write_5m_tokens=usage.cache_write_5m,
        cache_write_1h_tokens=usage.cache_write_1h,
        output_tokens=usage.output,
    )

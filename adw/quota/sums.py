"""Adding up bills."""

from decimal import Decimal

from adw.domain.bill import Bill
from adw.domain.usage import Usage


class Sum:
    """What bills come to, in plain numbers: there may be hundreds of thousands of bills."""

    __slots__ = ("calls", "cost_usd", "fresh", "long", "output", "read", "short", "unpriced")

    def __init__(self, *bills: Bill) -> None:
        self.calls = self.fresh = self.read = self.short = self.long = self.output = self.unpriced = 0
        self.cost_usd = Decimal(0)
        for bill in bills:
            self.add(bill)

    def add(self, bill: Bill) -> None:
        usage = bill.usage
        self.calls += bill.calls
        self.fresh += usage.fresh
        self.read += usage.cache_read
        self.short += usage.cache_write_5m
        self.long += usage.cache_write_1h
        self.output += usage.output
        self.cost_usd += bill.cost_usd
        self.unpriced += bill.unpriced

    @property
    def usage(self) -> Usage:
        return Usage(self.fresh, self.read, self.short, self.long, self.output)

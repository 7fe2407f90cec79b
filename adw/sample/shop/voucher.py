"""Vouchers: a percentage off, or an amount off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Voucher:
    """`percent` of the total, or `amount` cents, is taken off."""

    percent: int = 0
    amount: int = 0

    def reduction(self, total):
        """Cents to take off a total in cents; never more than the total."""
        return min(total, total * self.percent // 100 + self.amount)

"""The cart: pieces by name, and what they cost together."""

from shop.catalogue import price


class Cart:
    def __init__(self):
        self.pieces = {}

    def add(self, name, count=1):
        """Put `count` pieces more into the cart."""
        self.pieces[name] = count

    def remove(self, name, count=1):
        """Take `count` pieces out; all of them where there are no more."""
        left = self.pieces.get(name, 0) - count
        if left > 0:
            self.pieces[name] = left
        else:
            self.pieces.pop(name, None)

    def total(self, *vouchers):
        """What the cart costs in cents, after all vouchers; never below zero."""
        total = sum(price(name) * count for name, count in self.pieces.items())
        for voucher in vouchers:
            total -= voucher.reduction(total)
        return total

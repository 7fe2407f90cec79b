"""Whether a call's worst case still fits the allowance of the day and of the month."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from adw.domain.entry import Reservation
from adw.domain.quota import Quota, Standing
from adw.errors import QuotaExceeded


@dataclass(frozen=True, slots=True)
class Left:
    """How a limited period stands, in tokens as the quota's weights count them."""

    standing: Standing
    limit: int
    used: Decimal
    reserved: Decimal

    @property
    def left(self) -> Decimal:
        """What new calls may take; never below 0."""
        return max(Decimal(0), self.limit - self.used - self.reserved)

    @property
    def share_left(self) -> float:
        """0.0 to 1.0."""
        return float(self.left / self.limit)

    @property
    def share_used(self) -> float:
        """By what was billed; above 1.0 where calls were billed past the limit."""
        return float(self.used / self.limit)


def left_of(quota: Quota, standings: Iterable[Standing]) -> tuple[Left, ...]:
    """The periods that have a limit."""
    return tuple(
        Left(
            standing=one,
            limit=quota.limit(one.period.kind),
            used=quota.weights.exact(one.billed),
            reserved=quota.weights.worst(one.held.input, one.held.output),
        )
        for one in standings
        if quota.limit(one.period.kind)
    )


def over_quota(reservation: Reservation, quota: Quota, standings: Iterable[Standing]) -> QuotaExceeded | None:
    """The error to raise, or None where the call fits every period. `standings` are without the call itself."""
    asked = quota.weights.worst(reservation.input, reservation.output)
    for one in left_of(quota, standings):
        if one.used + one.reserved + asked > one.limit:
            period = one.standing.period
            return QuotaExceeded(
                f"the next call may count {asked:,.0f} tokens, {one.left:,.0f} of the {period.kind}'s quota of "
                f"{one.limit:,} are left ({one.used:,.0f} used, {one.reserved:,.0f} reserved by calls under way)",
                hint=f"`adw resume` from {period.end.astimezone(quota.zone):%Y-%m-%d %H:%M %Z} on, "
                f"or with a larger {_KEYS[period.kind]} in .adw.toml",
            )
    return None


_KEYS = {"day": "quota.daily_tokens", "month": "quota.monthly_tokens"}

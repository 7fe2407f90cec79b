"""What the user's own file says of safety and of the account: a repository may be stricter than that, not laxer."""

from collections.abc import Callable, Mapping
from typing import Any

from adw.config.source import Tables, merged

_SANDBOX = ("off", "auto", "require")
"""From the laxest on."""


def _stricter_sandbox(one: str, other: str) -> str:
    return max(one, other, key=_SANDBOX.index)


def _smaller_limit(one: int, other: int) -> int:
    """Of two allowances, where 0 is none."""
    return min(one or other, other or one)


_RULES: Mapping[tuple[str, str], Callable[[Any, Any], Any]] = {
    ("checks", "sandbox"): _stricter_sandbox,
    ("checks", "network"): lambda one, other: one and other,
    ("quota", "monthly_tokens"): _smaller_limit,
    ("quota", "daily_tokens"): _smaller_limit,
}


def laid_over(own: Tables, repository: Tables) -> dict[str, Any]:
    """The repository's file over the user's own, both valid: key by key, and of what is guarded the stricter value."""
    result = merged(own, repository)
    for (section, key), stricter in _RULES.items():
        if key in own.get(section, {}):
            value = stricter(own[section][key], result[section][key])
            result[section] = {**result[section], key: value}
    return result

"""The guard of one request: never more than a safe share of the model's context window."""

from adw.domain.messages import ModelRequest
from adw.errors import BudgetExceeded, ConfigError
from adw.quota.drift import with_margin

_FRAME = 1500
"""Tokens kept free for tool schemas and message frames when sections are fitted; the guard counts them exactly."""


def known_window(model: str, window: int | None) -> int:
    """The window, in tokens. Raises ConfigError where nobody knows it."""
    if window is None:
        raise ConfigError(
            f"the context window of model {model!r} is not known",
            hint=f'name it in .adw.toml: [models."{model}"] context_window = …',
        )
    return window


def check_window(
    request: ModelRequest, counted: int, window: int | None, safe_utilization: float, margin: float = 1.0
) -> None:
    """Nothing, where counted input times `margin` and reserved output (tokens) fit together.

    Raises BudgetExceeded, ConfigError.
    """
    window = known_window(request.model, window)
    asked = with_margin(counted, margin) + request.max_tokens
    ceiling = int(window * safe_utilization)
    if asked > ceiling:
        more = with_margin(counted, margin) - counted
        raise BudgetExceeded(
            f"the request needs {asked:,} tokens ({counted:,} input, "
            f"{f'{more:,} margin for the bill, ' if more else ''}{request.max_tokens:,} reserved output), "
            f"the ceiling is {ceiling:,} ({safe_utilization:.0%} of {request.model}'s {window:,})",
            asked=asked,
            left=ceiling,
            utilization=asked / window,
            hint="a smaller issue, fewer or smaller files, or a model with a larger window",
        )


def room_for_sections(model: str, window: int | None, safe_utilization: float, max_tokens: int, margin: float) -> int:
    """Tokens, as they are counted, that the sections of a request may fill.

    Raises BudgetExceeded where there are none, ConfigError where nobody knows the window.
    """
    window = known_window(model, window)
    ceiling = int(window * safe_utilization)
    room = int((ceiling - max_tokens) / margin) - _FRAME
    if room <= 0:
        asked = max_tokens + with_margin(_FRAME, margin)
        raise BudgetExceeded(
            f"{max_tokens:,} tokens of reserved output leave no room for input: "
            f"the ceiling is {ceiling:,} ({safe_utilization:.0%} of {model}'s {window:,})",
            asked=asked,
            left=ceiling,
            utilization=asked / window,
            hint="lower max_tokens in .adw.toml, or take a model with a larger window",
        )
    return room

"""The guard of one request: never more than a safe share of the model's context window."""

from adw.domain.messages import ModelRequest
from adw.errors import BudgetExceeded, ConfigError


def known_window(model: str, window: int | None) -> int:
    """The window, in tokens. Raises ConfigError where nobody knows it."""
    if window is None:
        raise ConfigError(
            f"the context window of model {model!r} is not known",
            hint=f'name it in .adw.toml: [models."{model}"] context_window = …',
        )
    return window


def check_window(request: ModelRequest, counted: int, window: int | None, safe_utilization: float) -> None:
    """Nothing, where counted input and reserved output (tokens) fit together. Raises BudgetExceeded, ConfigError."""
    window = known_window(request.model, window)
    asked = counted + request.max_tokens
    ceiling = int(window * safe_utilization)
    if asked > ceiling:
        raise BudgetExceeded(
            f"the request needs {asked:,} tokens ({counted:,} input, {request.max_tokens:,} reserved output), "
            f"the ceiling is {ceiling:,} ({safe_utilization:.0%} of {request.model}'s {window:,})",
            asked=asked,
            left=ceiling,
            utilization=asked / window,
            hint="a smaller issue, fewer or smaller files, or a model with a larger window",
        )

"""Who answers: the API, or a recording."""

from pathlib import Path

from adw.domain.run import RunSpec
from adw.ports import ModelClient, StopSignal
from adw.wiring.house import House


def model_for(house: House, spec: RunSpec, stop: StopSignal, *, resumed: bool) -> ModelClient:
    """The model client of a run. Raises AuthenticationError without a key, UsageError for an unusable recording."""
    if spec.replay:
        from adw.adapters.recorded_model import ReplayModel  # noqa: PLC0415

        return ReplayModel(Path(spec.replay), house.redactor)
    # The SDK takes seconds to import: a replay does without it.
    from adw.adapters.anthropic_model import AnthropicModel  # noqa: PLC0415

    environment = house.environment
    key, token = environment.anthropic_api_key, environment.auth_token
    live = AnthropicModel(
        api_key=key.get_secret_value() if key else None,
        auth_token=token.get_secret_value() if token else None,
        base_url=environment.base_url or None,
        stop=stop,
        clock=house.clock,
    )
    if not spec.record:
        return live
    from adw.adapters.recorded_model import RecordingModel  # noqa: PLC0415

    return RecordingModel(live, Path(spec.record), house.redactor, resumed=resumed)

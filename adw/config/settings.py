"""The sections of `.adw.toml`, and the domain values that come out of them.

Every key is described in docs/configuration.md; a test holds the two together.
"""

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from adw.domain.flags import Flag
from adw.domain.quota import Quota, Thresholds
from adw.domain.run import CheckSpec, Limits, ModelChoice, Phase
from adw.domain.weights import NAMED, Weights
from adw.quota.adaptive import adapted

_CHOICE = ModelChoice(model="claude-sonnet-5-5")
_LIMITS = Limits()

Effort = Literal["", "low", "medium", "high", "xhigh", "max"]
Name = Annotated[str, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0.1, le=0.9)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
FourWeights = Annotated[tuple[Weight, Weight, Weight, Weight], Field(strict=False)]
"""Fresh input, cache read, cache write, output."""
WAYS = ("<word>", "<list>")
"""How a value may be written where there are several ways: pydantic names them among the keys that lead to it."""
AnyWeights = Annotated[
    Annotated[Literal["raw", "itpm", "cost"], Tag(WAYS[0])] | Annotated[FourWeights, Tag(WAYS[1])],
    Discriminator(lambda value: WAYS[isinstance(value, list | tuple)]),
]
"""Told apart before they are looked into: what is wrong is said of what was meant."""
Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Allowance = Annotated[int, Field(ge=0, le=10**15)]
"""Tokens; 0 for no limit. The most is far beyond any account, and far below what databases can add up."""
Money = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _words(value: object) -> object:
    """A command as a list, whichever way it was written."""
    return shlex.split(value) if isinstance(value, str) else value


Command = Annotated[tuple[str, ...], Field(strict=False), BeforeValidator(_words)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no IANA time zone is called so, unlike Europe/Berlin,") from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class PhaseModel(_Section):
    """What a phase has of its own; the rest is as for the run."""

    name: Name | None = None
    fallback: str | None = None
    effort: Effort | None = None
    max_tokens: Positive | None = None


class ModelSettings(_Section):
    name: Name = _CHOICE.model
    fallback: str = _CHOICE.fallback
    effort: Effort = ""
    max_tokens: Positive = _CHOICE.max_tokens
    plan: PhaseModel = PhaseModel()
    build: PhaseModel = PhaseModel()
    test: PhaseModel = PhaseModel()
    review: PhaseModel = PhaseModel()


class CheckSettings(_Section):
    """An empty command or tool is detected from the repository."""

    command: Command = ()
    tool: str = ""
    timeout_s: Seconds | None = None


class ChecksSettings(_Section):
    sandbox: Literal["auto", "off", "require"] = "auto"
    network: bool = False
    test: CheckSettings = CheckSettings()
    build: CheckSettings = CheckSettings()
    lint: CheckSettings = CheckSettings()


class LimitSettings(_Section):
    max_attempts: Annotated[int, Field(ge=0)] = _LIMITS.max_attempts
    max_turns: Positive = _LIMITS.max_turns
    safe_utilization: Share = _LIMITS.safe_utilization
    adaptive: bool = False
    adaptive_min: Share = 0.5
    adaptive_max: Share = 0.85
    max_file_lines: Positive = _LIMITS.max_file_lines
    repo_map_tokens: Annotated[int, Field(ge=0)] = _LIMITS.repo_map_tokens
    max_result_chars: Annotated[int, Field(ge=1000)] = _LIMITS.max_result_chars
    budget_tokens: Annotated[int, Field(ge=0)] = _LIMITS.budget_tokens
    budget_usd: Money = _LIMITS.budget_usd
    min_hit_rate: Annotated[float, Field(ge=0, lt=1)] = _LIMITS.min_hit_rate
    fallback_full_context: bool = _LIMITS.fallback_full_context

    @model_validator(mode="after")
    def _in_order(self) -> "LimitSettings":
        if self.adaptive_min > self.adaptive_max:
            raise ValueError("adaptive_min is larger than adaptive_max")
        return self


class KnownModel(_Section):
    """What no price list says of a model behind another endpoint."""

    context_window: Positive


class FlagSettings(_Section):
    """Each optimisation can be switched off alone."""

    snapshots: bool = True
    modified_files_only: bool = True
    truncate_files: bool = True
    external_checks: bool = True
    batch_failures: bool = True
    compact_reports: bool = True
    structured_state: bool = True
    stable_prompts: bool = True


class AlertSettings(_Section):
    """0 switches an alert off."""

    used: Part = 0.8
    run_tokens: Allowance = 3_000_000
    hit_rate: Part = 0.9
    utilization: Part = 0.95


class QuotaSettings(_Section):
    monthly_tokens: Allowance = 0
    daily_tokens: Allowance = 0
    weights: AnyWeights = "raw"
    time_zone: Zone = "UTC"
    alerts: AlertSettings = AlertSettings()

    @model_validator(mode="after")
    def _possible(self) -> "QuotaSettings":
        if self.monthly_tokens and self.daily_tokens > self.monthly_tokens:
            raise ValueError("daily_tokens is larger than monthly_tokens")
        if not isinstance(self.weights, str) and not any(self.weights):
            raise ValueError("weights that are all 0 count nothing")
        return self


class AgentSettings(_Section):
    allow: Annotated[tuple[Name, ...], Field(strict=False)] = ()


class HookSettings(_Section):
    """The user's own commands. An empty one is none."""

    on_phase_end: Command = ()
    on_run_end: Command = ()
    on_alert: Command = ()
    timeout_s: Seconds = 10.0

    def commands(self) -> dict[str, tuple[str, ...]]:
        """Those that there are, by the hook's name."""
        every = {"on_phase_end": self.on_phase_end, "on_run_end": self.on_run_end, "on_alert": self.on_alert}
        return {name: command for name, command in every.items() if command}


class QueueSettings(_Section):
    """Runs that are left to workers."""

    max_attempts: Positive = 3
    retry_after_s: Seconds = 600.0
    starts_per_hour: Annotated[int, Field(ge=0)] = 0
    setup: Command = ()
    setup_timeout_s: Seconds = 1800.0


class Settings(_Section):
    """`.adw.toml`, whole and valid."""

    model: ModelSettings = ModelSettings()
    checks: ChecksSettings = ChecksSettings()
    limits: LimitSettings = LimitSettings()
    models: dict[str, KnownModel] = Field(default_factory=dict)
    agent: AgentSettings = AgentSettings()
    flags: FlagSettings = FlagSettings()
    quota: QuotaSettings = QuotaSettings()
    hooks: HookSettings = HookSettings()
    queue: QueueSettings = QueueSettings()

    def choices(self, name: str = "") -> dict[Phase, ModelChoice]:
        """The model of each phase; `name` (from the command line) answers in all of them."""
        run = self.model
        chosen = {}
        for phase in Phase:
            own: PhaseModel = getattr(run, phase)
            chosen[phase] = ModelChoice(
                model=name or own.name or run.name,
                fallback=run.fallback if own.fallback is None else own.fallback,
                effort=run.effort if own.effort is None else own.effort,
                max_tokens=own.max_tokens or run.max_tokens,
            )
        return chosen

    def bounds(
        self, budget_tokens: int | None = None, budget_usd: float | None = None, passed: Iterable[bool] = ()
    ) -> Limits:
        """The run's limits; what the command line gives (not None) goes before the file.

        `passed`: how earlier runs ended, oldest first, for a share of the window that adapts.
        """
        own = self.limits
        share = own.safe_utilization
        if own.adaptive:
            share = adapted(share, passed, lowest=own.adaptive_min, highest=own.adaptive_max)
        given = own.model_dump(exclude={"adaptive", "adaptive_min", "adaptive_max"})
        return Limits(**{**given, "safe_utilization": share}).with_budget(budget_tokens, budget_usd)

    def check_specs(self, detected: tuple[CheckSpec, ...] = ()) -> tuple[CheckSpec, ...]:
        """The checks of a run: what the file says, and for what it leaves out what was `detected`."""
        found = {check.name: check for check in detected}
        specs = (self._check(name, found.get(name)) for name in ("build", "lint", "test"))
        return tuple(spec for spec in specs if spec is not None)

    def _check(self, name: str, detected: CheckSpec | None) -> CheckSpec | None:
        own: CheckSettings = getattr(self.checks, name)
        if not own.command and detected is None:
            return None
        base = detected if detected is not None and not own.command else CheckSpec(name, "", own.command)
        return CheckSpec(
            name,
            tool=own.tool or base.tool or _tool_of(base.command),
            command=base.command,
            timeout_s=own.timeout_s or base.timeout_s,
        )

    def flags_on(self) -> tuple[Flag, ...]:
        """The optimisations of a run."""
        return tuple(flag for flag in Flag if getattr(self.flags, flag))

    def weights(self) -> Weights:
        """What tokens count towards the quota."""
        given = self.quota.weights
        return NAMED[given] if isinstance(given, str) else Weights(*given)

    def allowance(self) -> Quota:
        """What the account may spend in a day and in a month."""
        own = self.quota
        return Quota(own.monthly_tokens, own.daily_tokens, self.weights(), ZoneInfo(own.time_zone))

    def thresholds(self) -> Thresholds:
        """From where on users are warned."""
        return Thresholds(**self.quota.alerts.model_dump())

    def flags_chosen(self) -> bool:
        """Whether the file says something of the optimisations: then no level is chosen for the user."""
        return bool(self.flags.model_fields_set)

    def context_windows(self) -> dict[str, int]:
        """Tokens, by the name of the model."""
        return {name: known.context_window for name, known in self.models.items()}


def known_keys(section: type[BaseModel] = Settings, above: str = "") -> Iterator[str]:
    """Every key with dots, such as `limits.max_turns`; `<name>` stands for a name that the user chooses."""
    for name, field in section.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        inner = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if inner is None:
            yield above + name
        else:
            yield from known_keys(inner, f"{above}{name}." + ("" if inner is field.annotation else "<name>."))


def _tool_of(command: tuple[str, ...]) -> str:
    """`pytest` where that is what runs, else the program's name."""
    names = [Path(word).name for word in command]
    return "pytest" if "pytest" in names else names[0]

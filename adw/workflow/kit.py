"""What every phase works with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adw.domain.flags import Flag
from adw.domain.run import CheckSpec, ModelChoice, Phase, RunSpec
from adw.errors import UsageError
from adw.ports import CheckRunner, FileView, Observer, Prompts, SymbolIndex, TokenCounter, Workspace
from adw.workflow.calls import Calls
from adw.workflow.steps import Steps


@dataclass(frozen=True, slots=True)
class View:
    """What a request is gathered from."""

    spec: RunSpec
    files: FileView
    redact: Callable[[str], str]
    symbols: SymbolIndex | None = None
    """None: nothing is known of the files but their names."""


@dataclass(frozen=True, slots=True)
class Kit:
    """One run's specification and its way to the outside."""

    spec: RunSpec
    steps: Steps
    calls: Calls
    workspace: Workspace
    checks: CheckRunner
    prompts: Prompts
    counter: TokenCounter
    observer: Observer
    redact: Callable[[str], str]
    log_path: Callable[[str], Path]
    """Where a check's raw output goes, by a name that is unique within the run."""
    symbols: SymbolIndex | None = None

    @property
    def view(self) -> View:
        return View(self.spec, self.workspace, self.redact, self.symbols)

    def on(self, flag: Flag) -> bool:
        """Whether the run makes use of an optimisation."""
        return flag in self.spec.flags

    def choice(self, phase: Phase) -> ModelChoice:
        return self.spec.models[phase]

    def check(self, name: str) -> CheckSpec | None:
        """The check of that name; None where the project has none."""
        return next((check for check in self.spec.checks if check.name == name), None)

    def need_check(self, name: str) -> CheckSpec:
        check = self.check(name)
        if check is None:
            raise UsageError(f"this project has no {name} check", hint=f"name one in .adw.toml: [checks.{name}]")
        return check

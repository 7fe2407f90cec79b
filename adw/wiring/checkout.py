"""The user's own working copy, as commands find it that take no run further: without git, quick to open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adw.adapters.checks import working_files
from adw.adapters.checks.programs import resolved
from adw.checks.detect import CONFIG_FILES, Detected, detect
from adw.checks.detection.commands import tool_of
from adw.config import Settings, load
from adw.domain.run import CheckSpec
from adw.wiring.place import Place, root_of


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where checks of the user's own files are run: uncommitted changes are part of it."""

    place: Place
    root: Path
    settings: Settings

    @property
    def adw(self) -> Path:
        """ADW's own folder in the repository."""
        return self.root / ".adw"


@dataclass(frozen=True, slots=True)
class Known:
    """The checks that there are, each with its program found, and what is missing for others."""

    checks: tuple[CheckSpec, ...]
    missing: tuple[str, ...] = ()
    """One sentence for each detected check whose program is not installed."""
    others: tuple[CheckSpec, ...] = ()


def open_checkout(place: Place | None = None) -> Checkout:
    """The working copy around the folder where the command was called. Raises ConfigError."""
    place = place or Place()
    root = root_of(place.folder.resolve())
    return Checkout(place, root, load(root, place.variables))


def detected(checkout: Checkout) -> Detected:
    """What the files of the working copy say."""
    files = working_files.names(checkout.root)
    return detect(files, working_files.texts(checkout.root, CONFIG_FILES))


def known_checks(checkout: Checkout, names: tuple[str, ...]) -> Known:
    """The checks of these names: as configured, else as detected."""
    settings, own = checkout.settings, checkout.settings.checks
    found = Detected() if all(getattr(own, name).command for name in names) else detected(checkout)
    wanted = replace(found, checks=tuple(check for check in found.checks if check.name in names))
    known = with_programs(settings, wanted, checkout.root, checkout.place.variables)
    by_name = {check.name: check for check in known.checks}
    return replace(known, checks=tuple(by_name[name] for name in names if name in by_name))


def with_programs(settings: Settings, found: Detected, root: Path, variables: Mapping[str, str]) -> Known:
    """Configured checks stay whatever is installed: to leave one out would be green for the wrong reason."""
    there: list[CheckSpec] = []
    missing: list[str] = []
    for spec in found.checks:
        if getattr(settings.checks, spec.name).command:
            continue
        command = resolved(spec.command, root, variables)
        if command is None:
            missing.append(f"no {spec.name} check: {_program(spec)} was not found")
        else:
            there.append(replace(spec, command=command))
    specs = (_ready(settings, spec, root, variables) for spec in settings.check_specs(tuple(there)))
    return Known(tuple(specs), tuple(missing), found.others)


def _program(spec: CheckSpec) -> str:
    return spec.tool if spec.command[0] == "python" else spec.command[0]


def _ready(settings: Settings, spec: CheckSpec, root: Path, variables: Mapping[str, str]) -> CheckSpec:
    """With the repository's own program, and with the tool that the command starts where the file names none."""
    own = getattr(settings.checks, spec.name)
    tool = tool_of(spec.command) if own.command and not own.tool else spec.tool
    return replace(spec, tool=tool, command=resolved(spec.command, root, variables) or spec.command)

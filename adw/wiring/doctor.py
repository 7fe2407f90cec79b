"""`adw doctor`: what a run would find here. Nothing is made but the ledger's own file, nothing is sent."""

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from adw.adapters.checks.programs import resolved
from adw.adapters.checks.sandbox import SandboxMode, choose
from adw.adapters.git.command import GitCommand, require_git
from adw.adapters.git.repository import Repository
from adw.config import FILE, Environment, files
from adw.domain.diagnosis import Diagnosis, Part, Status
from adw.errors import AdwError
from adw.wiring import outside
from adw.wiring.checkout import Checkout, known_checks, open_checkout
from adw.wiring.place import Place, root_of

_LITTLE_DISK = 500_000_000
"""Bytes that worktrees, logs and journals of a few runs may take."""


def examine(place: Place | None = None) -> Diagnosis:
    """Every part is looked at whatever is wrong with the others."""
    place = place or Place()
    looks: tuple[tuple[str, Callable[[Place], Iterator[Part]]], ...] = (
        ("python", _python),
        ("git", _git),
        ("repository", _repository),
        ("configuration", _configuration),
        ("key", _key),
        ("github", outside.github),
        ("ledger", outside.database),
        ("disk", _disk),
    )
    return Diagnosis(tuple(found for subject, look in looks for found in _looked(subject, look, place)))


def _looked(subject: str, look: Callable[[Place], Iterator[Part]], place: Place) -> Iterator[Part]:
    try:
        yield from look(place)
    except AdwError as error:
        yield Part(subject, Status.MISSING, error.message, error.hint)


def _python(_place: Place) -> Iterator[Part]:
    version = platform.python_version()
    if find_spec("ctok"):
        yield Part("python", Status.OK, f"{version} with exact token counts for Claude")
    else:
        yield Part(
            "python",
            Status.WARNING,
            f"{version} has no ctok: Claude's tokens are counted from above",
            "use Python 3.12 or newer: less room is kept free for what may be billed beyond the count",
        )


def _git(place: Place) -> Iterator[Part]:
    require_git()
    yield Part("git", Status.OK, GitCommand(place.folder).run("version").text.removeprefix("git version "))


def _repository(place: Place) -> Iterator[Part]:
    repository = Repository.discover(place.folder)
    where = repository.branch or "a detached HEAD"
    yield Part("repository", Status.OK, f"{repository.root} on {where}, commit {repository.head[:10]}")
    yield from (Part("repository", Status.WARNING, said) for said in repository.warnings())


def _configuration(place: Place) -> Iterator[Part]:
    checkout = open_checkout(place)
    read = files(checkout.root, place.variables)
    said = ", then ".join(read) or "defaults"
    if FILE in read:
        yield Part("configuration", Status.OK, said)
    else:
        yield Part("configuration", Status.OK, f"no {FILE}: {said}", "adw init writes it")
    yield from _models(checkout)
    yield from _checks(checkout)
    yield from _hooks(checkout)
    settings = checkout.settings.checks
    home = Path(place.variables.get("HOME", "/nonexistent"))
    sandbox = choose(
        SandboxMode(settings.sandbox), home=home, network=settings.network, path=place.variables.get("PATH")
    )
    if sandbox.warning:
        yield Part("sandbox", Status.WARNING, sandbox.warning, "install bubblewrap (bwrap)")
    else:
        yield Part("sandbox", Status.OK, sandbox.executable or "off, as configured")


def _models(checkout: Checkout) -> Iterator[Part]:
    from adw.adapters.price_list import GenaiPrices  # noqa: PLC0415 - 0.1 s that other commands do without

    prices = GenaiPrices(checkout.settings.context_windows())
    for name in dict.fromkeys(choice.model for choice in checkout.settings.choices().values()):
        window = prices.context_window(name)
        if window is None:
            hint = f'did you mean {prices.similar(name)}? Or say [models."{name}"] context_window = … in {FILE}'
            yield Part("model", Status.MISSING, f"unknown model {name!r}", hint)
        else:
            yield Part("model", Status.OK, f"{name}, {window:,} tokens of context")


def _checks(checkout: Checkout) -> Iterator[Part]:
    known = known_checks(checkout, ("test", "build", "lint"))
    for check in known.checks:
        is_there = resolved(check.command, checkout.root, checkout.place.variables) is not None
        status = Status.OK if is_there else Status.MISSING
        hint = "" if is_there else f"{check.command[0]} was not found: install it, or change {FILE}"
        yield Part(f"{check.name} check", status, f"{' '.join(check.command)} ({check.tool})", hint)
    yield from (Part("check", Status.WARNING, said) for said in known.missing)
    if not any(check.name == "test" for check in known.checks):
        hint = f'add tests, or name the command in {FILE}: [checks.test] command = "…"'
        yield Part("test check", Status.MISSING, "no tests found", hint)


def _hooks(checkout: Checkout) -> Iterator[Part]:
    path = checkout.place.variables.get("PATH")
    for name, command in checkout.settings.hooks.commands().items():
        program = command[0]  # alone: an address among its words may be a secret
        if shutil.which(checkout.root / program if "/" in program else program, path=path):
            yield Part(f"hooks.{name}", Status.OK, program)
        else:
            hint = "install it, or change the configuration; no shell looks for it, and runs go on without it"
            yield Part(f"hooks.{name}", Status.WARNING, f"{program} was not found", hint)


def _key(place: Place) -> Iterator[Part]:
    environment = Environment.read(place.variables)
    named = {"ANTHROPIC_API_KEY": environment.anthropic_api_key, "ANTHROPIC_AUTH_TOKEN": environment.auth_token}
    set_ones = [name for name, value in named.items() if value is not None]
    server = environment.base_url or "Anthropic's own server"
    if set_ones:
        yield Part("key", Status.OK, f"{set_ones[0]} is set, for {server}")
    else:
        yield Part("key", Status.MISSING, "no key for the model's API", f"set {' or '.join(named)}")


def _disk(place: Place) -> Iterator[Part]:
    free = shutil.disk_usage(root_of(place.folder.resolve())).free
    little = free < _LITTLE_DISK
    hint = "adw runs clean frees what ended runs left" if little else ""
    yield Part("disk", Status.WARNING if little else Status.OK, f"{free / 1e9:,.1f} GB free", hint)

"""`adw mcp`: the checks of the checkout and the ledger's sums, for other agents."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from adw import __version__
from adw.adapters.mcp_server import Services, serve
from adw.checks.report import compact
from adw.domain import codec
from adw.domain.checked import Checked
from adw.domain.events import Event
from adw.domain.report import Report
from adw.errors import UsageError
from adw.wiring.checking import run_checks, run_tests
from adw.wiring.parsing import parse_log
from adw.wiring.place import Place, root_of
from adw.wiring.spending import usage

_NAMES = {"build": ("build",), "lint": ("lint",), "all": ("build", "lint")}


def serve_mcp(place: Place | None = None) -> None:
    """Until the other side closes."""
    serve(services(place or Place()), __version__)


def services(place: Place) -> Services:
    """The tools' work, in the repository around `place`."""

    def tests(paths: tuple[str, ...]) -> str:
        checked = run_tests(paths, _Nobody(), place)
        return _text((checked.report,), checked.warnings)

    def checks(what: str) -> str:
        checked = run_checks(_NAMES[what], _Nobody(), place)
        return _text(checked.reports, checked.warnings)

    def log(path: str, tool: str) -> str:
        return _of_log(path, tool, place)

    def spent(by: str, days: int) -> str:
        report = usage(by, timedelta(days=days) if days else None, None, place)
        return json.dumps(codec.dump(report), ensure_ascii=False, separators=(",", ":"))

    return Services(tests, checks, log, spent)


def _of_log(path: str, tool: str, place: Place) -> str:
    """Only logs of the repository: the model that asks may not be allowed to read whatever it likes."""
    root = root_of(place.folder.resolve())
    if not (place.folder / path).resolve().is_relative_to(root):
        raise UsageError(f"{path} lies outside of the repository", hint=f"logs are read below {root} only")
    checked: Checked = parse_log(path, tool, place)
    return _text((checked.report,), checked.warnings)


def _text(reports: Iterable[Report], warnings: Iterable[str]) -> str:
    """Reports as a model gets them, each with the way to its log where something is to be looked up."""
    lines = []
    for report in reports:
        lines.append(compact(report))
        lines += [f"log: {report.log}"] if report.log and not report.ok else []
    return "\n".join([*lines, *(f"warning: {warning}" for warning in warnings)])


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Nobody watches."""

    def tell(self, event: Event) -> None:
        """Nothing to do."""

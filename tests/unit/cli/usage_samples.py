"""What the commands of `adw usage` may get back."""

from dataclasses import replace
from decimal import Decimal

from adw.domain.usage import Usage
from adw.domain.usage_results import (
    Coverage,
    Day,
    Effect,
    ExportResult,
    Figures,
    ImportResult,
    RunsLeft,
    Saving,
    SavingsResult,
)

IMPORTED = ImportResult(
    files=3,
    answers=40,
    new=30,
    usage=Usage(100, 2_000, 300, 40, 50),
    cost_usd=Decimal("0.0123"),
    unpriced=1,
    repeated=7,
    left_out=2,
    warnings=("2 lines left out: torn or no JSON",),
)
EXPORTED = ExportResult(format="prometheus", file="", calls=1, text="adw_calls_total 1\n")
WRITTEN = replace(EXPORTED, file="usage.prom", text="")
SAVINGS = SavingsResult(
    runs=2,
    savings=(
        Saving("snapshots", 2, 10_000, 4_000, 0.6, "replayed"),
        Saving("external_checks", 1, 0, 0, 0.0, "raw output"),
    ),
    not_counted=("stable_prompts",),
)
_QUIET = Day("2026-11-20", 0, 0, Usage(), Decimal(0), 0, 0, None, None)
_BUSY = Day("2026-11-21", 12, 2, Usage(100, 800, 50, 50, 90), Decimal("0.25"), 1, 1_090, 545.0, 0.8, 9)
FIGURES = Figures(
    days=(_QUIET, _BUSY),
    runs_left=RunsLeft(9, 545.0, 4_905.0, 2),
    cost_per_passed_run=Decimal("0.25"),
    passed=1,
    ended=2,
    effects=(Effect("snapshots", 1, 2_000.0, 3, 500.0, 0.75),),
    coverage=Coverage(runs=4, inside=3, below=1, above=0, share=0.75),
)
NO_FIGURES = Figures((), None, None, 0, 0, (), None)

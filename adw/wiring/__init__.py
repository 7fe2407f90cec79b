"""The one place that builds adapters and joins them. What commands may ask for is listed here."""

from adw.wiring.ablation import ablate
from adw.wiring.demo import demo
from adw.wiring.drive import cancel_run, resume_run, start_run
from adw.wiring.dry import plan_run
from adw.wiring.look import clean_runs, list_runs, run_diff, run_log, show_run
from adw.wiring.showing import show_context
from adw.wiring.spending import usage

__all__ = [
    "ablate",
    "cancel_run",
    "clean_runs",
    "demo",
    "list_runs",
    "plan_run",
    "resume_run",
    "run_diff",
    "run_log",
    "show_context",
    "show_run",
    "start_run",
    "usage",
]

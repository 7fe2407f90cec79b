"""The one place that builds adapters and joins them. What commands may ask for is listed here.

Each name is imported when it is first asked for: `adw test` must not wait for what only a run needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adw.wiring.ablation import ablate
    from adw.wiring.checking import run_checks, run_tests
    from adw.wiring.cleaning import clean_runs
    from adw.wiring.demo import run_demo
    from adw.wiring.doctor import examine
    from adw.wiring.drive import cancel_run, resume_run, start_run
    from adw.wiring.dry import plan_run
    from adw.wiring.exporting import export_usage
    from adw.wiring.fixing import fix_tests
    from adw.wiring.following import follow_run
    from adw.wiring.forecasting import forecast
    from adw.wiring.importing import import_claude_code
    from adw.wiring.initial import initialise
    from adw.wiring.look import list_runs, run_diff, run_log, show_run
    from adw.wiring.mcp import serve_mcp
    from adw.wiring.parsing import parse_log
    from adw.wiring.queueing import queue_cancel, queue_list, queue_runs
    from adw.wiring.run_names import run_named
    from adw.wiring.savings import usage_savings
    from adw.wiring.showing import show_context
    from adw.wiring.spending import usage
    from adw.wiring.standing import alerts, quota_use
    from adw.wiring.workers import serve_queue
    from adw.wiring.working import do_queued

__all__ = [
    "ablate",
    "alerts",
    "cancel_run",
    "clean_runs",
    "do_queued",
    "examine",
    "export_usage",
    "fix_tests",
    "follow_run",
    "forecast",
    "import_claude_code",
    "initialise",
    "list_runs",
    "parse_log",
    "plan_run",
    "queue_cancel",
    "queue_list",
    "queue_runs",
    "quota_use",
    "resume_run",
    "run_checks",
    "run_demo",
    "run_diff",
    "run_log",
    "run_named",
    "run_tests",
    "serve_mcp",
    "serve_queue",
    "show_context",
    "show_run",
    "start_run",
    "usage",
    "usage_savings",
]

_MODULES = {
    "ablation": ("ablate",),
    "checking": ("run_checks", "run_tests"),
    "cleaning": ("clean_runs",),
    "demo": ("run_demo",),
    "doctor": ("examine",),
    "drive": ("cancel_run", "resume_run", "start_run"),
    "dry": ("plan_run",),
    "exporting": ("export_usage",),
    "fixing": ("fix_tests",),
    "following": ("follow_run",),
    "forecasting": ("forecast",),
    "importing": ("import_claude_code",),
    "initial": ("initialise",),
    "look": ("list_runs", "run_diff", "run_log", "show_run"),
    "mcp": ("serve_mcp",),
    "parsing": ("parse_log",),
    "queueing": ("queue_cancel", "queue_list", "queue_runs"),
    "run_names": ("run_named",),
    "savings": ("usage_savings",),
    "showing": ("show_context",),
    "spending": ("usage",),
    "standing": ("alerts", "quota_use"),
    "workers": ("serve_queue",),
    "working": ("do_queued",),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:  # pragma: no branch - for whoever runs it

    def __getattr__(name: str) -> object:
        if name not in _WHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)

"""A wiring that returns what it is given, and remembers what it was asked."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from adw.domain.events import CheckEnded, CheckOutput, CheckStarted, Event, Notice, RunStarted
from adw.domain.results import AblationRequest, Agreeing, LineRange, RunQuery, RunRequest, Since
from adw.ports import Observer
from tests.unit.cli import queue_samples, samples, usage_samples


@dataclass
class StubWiring:
    """`raising` is raised by every command, after the run has begun where it is one."""

    outcome: Any = samples.PASSED_RUN
    detail: Any = samples.DETAIL
    diff: Any = samples.RUN_DIFF
    runs: Any = samples.RUNS
    checked: Any = samples.CHECKED
    checked_all: Any = samples.CHECKED_ALL
    added: Any = queue_samples.ADDED
    raising: Callable[[], BaseException] | None = None
    noise: str = ""
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def _asked(self, *what: Any) -> None:
        self.asked.append(what)
        if self.noise:
            sys.stdout.write(self.noise)
        if self.raising:
            raise self.raising()

    def _begin(self, observer: Observer) -> None:
        events: tuple[Event, ...] = (RunStarted(samples.RUN, samples.ISSUE.title, samples.BRANCH), Notice("hello"))
        for event in events:
            observer.tell(event)

    def start_run(self, request: RunRequest, observer: Observer) -> Any:
        self._begin(observer)
        self._asked("start_run", request)
        return self.outcome

    def plan_run(self, request: RunRequest) -> Any:
        self._asked("plan_run", request)
        return samples.DRY_RUN

    def resume_run(
        self, run_id: str, observer: Observer, *, budget_tokens: int | None, budget_usd: float | None, publish: bool
    ) -> Any:
        self._begin(observer)
        self._asked("resume_run", run_id, budget_tokens, budget_usd, *(("publish",) if publish else ()))
        return self.outcome

    def follow_run(self, run_id: str, request: RunRequest, observer: Observer) -> Any:
        self._begin(observer)
        self._asked("follow_run", run_id, request)
        return self.outcome

    def run_named(self, word: str) -> str:
        """Nobody is asked anything: it goes before what is."""
        return samples.RUN if samples.RUN.startswith(word) else ""

    def cancel_run(self, run_id: str) -> Any:
        self._asked("cancel_run", run_id)
        return samples.CANCELLED_RECORD

    def queue_runs(self, issues: tuple[str, ...], request: RunRequest, priority: int | None) -> Any:
        self._asked("queue_runs", issues, request, priority)
        return self.added

    def queue_list(self, *, ended: bool) -> Any:
        self._asked("queue_list", ended)
        return queue_samples.LISTED

    def queue_cancel(self, run_id: str) -> Any:
        self._asked("queue_cancel", run_id)
        return queue_samples.CANCELLED

    def serve_queue(self, *, concurrency: int, drain: bool, observer: Observer) -> Any:
        self._begin(observer)
        self._asked("serve_queue", concurrency, drain)
        return queue_samples.WORKED

    def do_queued(self, observer: Observer) -> Any:
        self._begin(observer)
        self._asked("do_queued")
        return queue_samples.DONE

    def list_runs(self, query: RunQuery) -> Any:
        self._asked("list_runs", query)
        return self.runs

    def show_run(self, run_id: str) -> Any:
        self._asked("show_run", run_id)
        return self.detail

    def run_log(self, run_id: str, check: str | None, lines: LineRange | None) -> Any:
        self._asked("run_log", run_id, check, lines)
        return samples.LOG

    def run_diff(self, run_id: str) -> Any:
        self._asked("run_diff", run_id)
        return self.diff

    def clean_runs(self, run_ids: tuple[str, ...], *, force: bool, agree: Agreeing) -> Any:
        self._asked("clean_runs", run_ids, force)
        return samples.CLEANED if agree(samples.GOING) else samples.NOT_CLEANED

    def ablate(self, request: AblationRequest) -> Any:
        self._asked("ablate", request)
        return samples.ABLATION

    def quota_use(self) -> Any:
        self._asked("quota_use")
        return samples.QUOTA_USE

    def forecast(self) -> Any:
        self._asked("forecast")
        return samples.FORECAST

    def alerts(self) -> Any:
        self._asked("alerts")
        return samples.ALERTS

    def usage(self, by: str, since: Since, run_id: str | None, *, html: str, csv: str) -> Any:
        self._asked("usage", by, since, run_id, *(one for one in (html, csv) if one))
        return samples.USAGE_REPORT

    def import_claude_code(self, paths: tuple[str, ...]) -> Any:
        self._asked("import_claude_code", paths)
        return usage_samples.IMPORTED

    def export_usage(self, form: str, file: str, since: Since) -> Any:
        self._asked("export_usage", form, file, since)
        return usage_samples.EXPORTED

    def usage_savings(self, run_id: str | None) -> Any:
        self._asked("usage_savings", run_id)
        return usage_samples.SAVINGS

    def run_tests(self, paths: tuple[str, ...], observer: Observer, *, external: bool) -> Any:
        self._check(observer)
        self._asked("run_tests", paths, external)
        return self.checked if external else samples.RAW

    def fix_tests(self, paths: tuple[str, ...], request: RunRequest, observer: Observer) -> Any:
        self._begin(observer)
        self._asked("fix_tests", paths, *((request,) if request != RunRequest("") else ()))
        return self.outcome

    def run_checks(self, names: tuple[str, ...], observer: Observer) -> Any:
        self._check(observer)
        self._asked("run_checks", names)
        return self.checked_all

    def _check(self, observer: Observer) -> None:
        for event in (CheckStarted("test", "pytest -q"), CheckOutput("test", "3%"), CheckEnded("test", "ok", ok=True)):
            observer.tell(event)

    def parse_log(self, source: str, tool: str) -> Any:
        self._asked("parse_log", source, tool)
        return self.checked

    def initialise(self, *, force: bool) -> Any:
        self._asked("initialise", force)
        return samples.INITIALISED

    def examine(self) -> Any:
        self._asked("examine")
        return samples.DIAGNOSIS

    def serve_mcp(self) -> None:
        self._asked("serve_mcp")

    def run_demo(self, observer: Observer) -> Any:
        self._begin(observer)
        self._asked("demo")
        return samples.DEMO

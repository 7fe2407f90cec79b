"""Runs for people: how one ended, what one would be, and one in full."""

import shlex
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from adw.checks.report import line
from adw.cli.pieces import Raw, cell, counted, duration, grid, moment, money, outcome_cell, tokens_line
from adw.domain.estimate import estimate_line
from adw.domain.results import DryRun, RunDetail, RunOutcome
from adw.domain.run import Limits, Outcome, Phase, PhaseResult, RunRecord, RunResult, RunSpec

_AFTER = {Phase.PLAN: Phase.BUILD, Phase.BUILD: Phase.TEST, Phase.TEST: Phase.REVIEW}
_SHORT = 12
"""Characters of a commit's id that people look at."""


def outcome(result: RunOutcome) -> Iterator[RenderableType | Raw]:
    """How a run ended, what it cost and what to do next."""
    yield from summary(result)
    record = result.record
    if record.outcome is Outcome.PASSED:
        # Not folded: these are to be copied.
        yield Raw(_ways_on(record))


def _ways_on(record: RunRecord) -> str:
    """What to do with a run that passed."""
    run_id, spec = record.spec.id, record.spec
    said = ""
    if record.result and record.result.commit:
        said = f"look at it: adw runs diff {run_id}\ntake it: git merge {spec.branch}\n"
    if spec.until in _AFTER:
        said += f"go on with it: adw {_AFTER[spec.until]} {run_id}\n"
    return said


def summary(result: RunOutcome, *, gone: bool = False) -> Iterator[RenderableType]:
    """How a run ended and what it cost; without its id and branch where it is `gone` already."""
    record = result.record
    if record.result:
        yield _phases(record.result.phases)
    facts = _facts(
        *(() if gone else (("run", f"{record.spec.id}: {record.spec.issue.title}"), ("branch", result.branch))),
        *_follows(record.spec),
        *_level(record.spec.level),
        ("tokens", tokens_line(result.usage)),
        ("cost", f"{money(result.cost_usd)} for {counted(result.calls, 'call')} in {duration(result.seconds)}"),
        *_pull_request(record),
    )
    facts.add_row("outcome", outcome_cell(record.outcome))
    yield facts


def dry_run(result: DryRun) -> Iterator[RenderableType]:
    """What would be done; nothing was."""
    yield _facts(
        ("issue", f"{result.issue.title} ({result.issue.source})"),
        ("from", result.head[:_SHORT]),
        ("branch", result.branch),
        *((f"{check.name} check", f"{shlex.join(check.command)} ({check.tool})") for check in result.checks),
        *((f"{phase} model", _model(choice.model, choice.fallback)) for phase, choice in result.models.items()),
        *_level(result.level),
        ("limits", _limits(result.limits)),
    )
    table = grid("section", ">tokens")
    for section in result.sections:
        table.add_row(cell(section.name), f"{section.tokens:,}")
    window = f" of {result.context_window:,}" if result.context_window else ""
    table.add_row("whole plan request", f"{result.tokens:,}{window}", style="bold")
    yield table
    if result.estimate:
        yield cell(f"the run is expected to take {estimate_line(result.estimate)}")
    yield cell("nothing was made and nothing was spent")


def detail(result: RunDetail) -> Iterator[RenderableType]:
    """A run in full."""
    record, spec = result.record, result.record.spec
    facts = _facts(
        ("run", f"{spec.id}: {spec.issue.title} ({spec.issue.source})"),
        ("started", moment(spec.created_at)),
        *((("ended", moment(record.ended_at)),) if record.ended_at else ()),
        ("branch", f"{spec.branch} from {spec.base_commit[:_SHORT]}"),
        *_follows(spec),
        *_level(spec.level),
        ("tokens", tokens_line(result.usage)),
        *((("expected", estimate_line(spec.estimate)),) if spec.estimate else ()),
        ("cost", f"{money(result.cost_usd)} for {counted(result.calls, 'call')}"),
        *_pull_request(record),
        *((("why", record.detail),) if record.detail else ()),
    )
    facts.add_row("outcome", outcome_cell(record.outcome, alive=result.alive))
    yield facts
    if result.phases:
        yield _costs(result)
    if record.result:
        yield from _findings(record.result)
    yield from _listed("commits", [f"{commit.id[:_SHORT]} {commit.subject}" for commit in result.commits])
    yield from _listed("tried", result.tried)
    yield from _listed("logs", result.logs)
    if record.outcome is None and not result.alive:
        yield cell(f"resume with: adw resume {spec.id}")


def _findings(result: RunResult) -> Iterator[RenderableType]:
    if result.plan:
        yield from _listed(f"plan: {result.plan.summary}", result.plan.steps)
    if result.report:
        yield cell(line(result.report))
        yield from _listed("failing", result.report.failing)
    if result.review:
        lines = [
            f"{finding.severity} {finding.path}{f':{finding.line}' if finding.line else ''}: {finding.message}"
            for finding in result.review.findings
        ]
        yield cell(f"review: {result.review.verdict}")
        yield from _listed("findings", lines)


def _facts(*facts: tuple[str, str]) -> Table:
    table = grid("", "")
    for name, value in facts:
        table.add_row(name, cell(value))
    return table


def _listed(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if lines:
        yield cell(title, style="dim")
        yield from (Padding(cell(line), (0, 0, 0, 2), expand=False) for line in lines)


def _phases(phases: Sequence[PhaseResult]) -> Table:
    table = grid("phase", "outcome", ">attempts", ">calls", "")
    for phase in phases:
        table.add_row(
            phase.phase.value, outcome_cell(phase.outcome), f"{phase.attempts}", f"{phase.calls}", cell(phase.detail)
        )
    return table


def _costs(result: RunDetail) -> Table:
    table = grid("phase", "outcome", ">attempts", ">calls", ">tokens", ">cost", "")
    for phase in result.phases:
        table.add_row(
            phase.phase.value,
            outcome_cell(phase.outcome, alive=result.alive),
            f"{phase.attempts}",
            f"{phase.calls}",
            f"{phase.usage.total:,}",
            money(phase.cost_usd),
            cell(phase.detail),
        )
    return table


def _model(name: str, fallback: str) -> str:
    return f"{name}, else {fallback}" if fallback else name


def _follows(spec: RunSpec) -> tuple[tuple[str, str], ...]:
    return (("does", spec.follows.described),) if spec.follows else ()


def _level(name: str) -> tuple[tuple[str, str], ...]:
    return (("level", name),) if name else ()


def _pull_request(record: RunRecord) -> tuple[tuple[str, str], ...]:
    address = record.published.pull_request if record.published else ""
    return (("pull request", address),) if address else ()


def _limits(limits: Limits) -> str:
    tokens = f"{limits.budget_tokens:,} tokens" if limits.budget_tokens else "any number of tokens"
    dollars = f"${limits.budget_usd:.2f}" if limits.budget_usd else "any cost"
    share = f"{limits.safe_utilization:.0%} of the window"
    return f"{tokens}, {dollars}, {share}, {limits.max_attempts} attempts, {limits.max_turns} turns a conversation"

"""Everything that can be wrong is found here, before a run is made and before a token is spent."""

from collections.abc import Iterator
from dataclasses import replace

from adw.adapters.clock import RandomIds
from adw.adapters.git.commit_files import CommitFiles
from adw.context.issue_text import slug
from adw.domain.issue import Issue
from adw.domain.results import RunRequest
from adw.domain.run import ENDED, ModelChoice, Outcome, Phase, RunSpec
from adw.errors import ConfigError, UsageError
from adw.wiring.checkout import Known
from adw.wiring.detection import checks_of_run
from adw.wiring.github import fetch_issue
from adw.wiring.house import House
from adw.wiring.publishing import publication_of
from adw.wiring.quota import start_of_run
from adw.workflow.compose import branch_name

_INSTRUCTIONS = ("AGENTS.md", "CLAUDE.md")


def prepare(house: House, request: RunRequest, issue: Issue | None = None, run_id: str = "") -> RunSpec:
    """The specification of the run that was asked for; `issue` and `run_id` where they are there already.

    Raises UsageError.
    """
    issue = redacted(house, issue or fetch_issue(house, request.issue))
    models, known = feasible(house, request)
    start = start_of_run(house, request.level, replay=bool(request.replay))
    clock = house.clock
    run_id = run_id or RandomIds(clock).run_id()
    return RunSpec(
        id=run_id,
        issue=issue,
        base_commit=house.repository.head,
        branch=branch_name(issue, run_id),
        models=models,
        checks=known.checks,
        limits=house.settings.bounds(request.budget_tokens, request.budget_usd, _passed(house)),
        created_at=clock.now(),
        until=request.until,
        instructions=_instructions(house),
        flags=start.flags,
        level=start.level,
        weights=house.settings.weights(),
        allow=house.settings.agent.allow,
        replay=_absolute(house, request.replay),
        record=_absolute(house, request.record),
        warnings=(*house.repository.warnings(), *start.warnings),
        publication=publication_of(house, issue) if request.publish else None,
    )


def feasible(house: House, request: RunRequest) -> tuple[dict[Phase, ModelChoice], Known]:
    """The models and the checks of such a run. Raises UsageError, ConfigError where it could not begin."""
    known = checks_of_run(house.settings, house.repository, house.place.variables)
    if not any(check.name == "test" for check in known.checks):
        said = "".join(f" ({one})" for one in known.missing)
        raise UsageError(
            f"no tests found: ADW knows when it is done by the project's tests{said}",
            hint='add tests, or name the command in .adw.toml: [checks.test] command = "…"; adw init looks for it',
        )
    models = house.settings.choices(request.model)
    _check_models(house, models)
    return models, known


def _check_models(house: House, models: dict[Phase, ModelChoice]) -> None:
    """Every model must have a known window: without it no request can be guarded. Raises ConfigError."""
    prices = house.prices()
    for choice in models.values():
        for name in filter(None, (choice.model, choice.fallback)):
            if prices.context_window(name) is None:
                raise ConfigError(
                    f"unknown model {name!r}",
                    hint=f'did you mean {prices.similar(name)}? A model of your own endpoint: [models."{name}"] '
                    "context_window = … in .adw.toml",
                )


def _passed(house: House) -> Iterator[bool]:
    """How the repository's runs ended, oldest first, as far as that says something of what models made of them."""
    if not house.settings.limits.adaptive:
        return
    for record in sorted(house.store.all(), key=lambda record: record.spec.created_at):
        if record.outcome in ENDED and not record.spec.replay:
            yield record.outcome is Outcome.PASSED


def _instructions(house: House) -> str:
    """The project's AGENTS.md, else CLAUDE.md, as committed; empty where there is neither."""
    view = CommitFiles(house.repository)
    found = next((name for name in _INSTRUCTIONS if name in view.files()), None)
    text = view.read(found).decode(errors="replace") if found else ""
    return house.redactor.text(text)


def redacted(house: House, issue: Issue) -> Issue:
    """The issue as it may be stored: what is in it goes into the run's files, its branch and its commits."""
    redact = house.redactor.text
    title = redact(issue.title)
    key = issue.key if title == issue.title else slug(title)
    return replace(issue, key=key, title=title, body=redact(issue.body))


def _absolute(house: House, path: str) -> str:
    """Absolute, because a resumed run may be called from another folder."""
    return str((house.place.folder / path).resolve()) if path else ""

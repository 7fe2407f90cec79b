"""A run's work shown to others: its branch on the remote, one pull request, one comment on the issue.

Everything here looks first and acts then, so that it may be killed anywhere and done again: the branch is pushed to
where it is already, the pull request is found by its branch, the comment by its marker.
"""

from dataclasses import replace

from adw.adapters.git.push import Origin
from adw.adapters.github.reference import IssueReference, names_an_issue, read_reference
from adw.domain.issue import Issue
from adw.domain.publication import Publication, Published, Unpublished
from adw.domain.results import RunOutcome
from adw.domain.run import Outcome, RunRecord, RunResult, RunSpec
from adw.domain.usage import Usage
from adw.errors import AdwError, AuthenticationError, UsageError
from adw.wiring.github import connection, login, repository_here, server_of, token
from adw.wiring.house import House
from adw.workflow.compose import pull_request_title
from adw.workflow.kit import Kit

_LONGEST = 60_000
"""Characters of a text; GitHub takes 65,536."""
_LISTED = 50
"""Names of failing tests in a pull request."""
_HURRY_S = 0.0
"""How long to wait for GitHub when the user wants to stop."""


def publication_of(house: House, issue: Issue) -> Publication:
    """Where a run of `issue` is to go. Raises AuthenticationError, UsageError before anything is spent."""
    from adw.adapters.github.pull_requests import PullRequests  # noqa: PLC0415 - sends

    if not token(house):
        raise AuthenticationError(
            "a pull request needs a token, and neither GH_TOKEN nor GITHUB_TOKEN is set",
            hint="set GH_TOKEN; docs/github.md names the rights that it needs",
        )
    repository = repository_here(house)
    if not repository:
        raise UsageError(
            f"the remote `origin` is not a repository on {server_of(house).host}, so there can be no pull request",
            hint="add it (git remote add origin ADDRESS), or set GITHUB_API_URL for another server",
        )
    with connection(house) as github:
        base = PullRequests(github, repository).base(house.repository.branch)
    return Publication(repository, base, issue.source if names_an_issue(issue.source) else "")


def announce(house: House, record: RunRecord) -> None:
    """Say on the issue that the run is under way. Raises AuthenticationError, UsageError, RemoteError."""
    under_way = replace(record, outcome=None)
    _tell(house, RunOutcome(under_way, Usage(), None, 0, 0.0, record.spec.branch), Published())


def published(house: House, outcome: RunOutcome) -> RunOutcome:
    """The outcome of an ended run with what there is of it on GitHub now, or with why there is nothing."""
    publication = outcome.record.spec.publication
    if publication is None:
        return outcome
    try:
        done = _publish(house, outcome, publication)
    except AdwError as error:
        hint = f"{error.hint}; then: adw resume {outcome.record.spec.id} --pr".removeprefix("; ")
        if outcome.record.outcome is Outcome.PASSED:
            return replace(outcome, unpublished=Unpublished(error.code, error.message, hint))
        return replace(outcome, warnings=(*outcome.warnings, f"not told on GitHub: {error.message} ({hint})"))
    record = replace(outcome.record, published=done)
    house.store.save(record)
    return replace(outcome, record=record)


def pushed(house: House, kit: Kit, result: RunResult) -> RunResult:
    """The result, with the branch on the remote where its worktree is nobody's: a step, so that any machine can do it.

    Raises AuthenticationError, WorkspaceError, RemoteError.
    """
    spec = kit.spec
    if spec.travels and result.commit:

        def push() -> str:
            _push(house, spec, result.commit)
            return spec.branch

        kit.steps.look("push", str, push)
    return result


def shows_work(record: RunRecord) -> bool:
    """Whether people should see what the run made: it passed, or only the review says no, and tells what it found."""
    result = record.result
    if result is None or not result.commit:
        return False
    objected = record.outcome is Outcome.FAILED and result.review is not None and bool(result.review.findings)
    return record.outcome is Outcome.PASSED or objected


def _publish(house: House, outcome: RunOutcome, publication: Publication) -> Published:
    from adw.adapters.github.pull_requests import PullRequests, PullRequestText  # noqa: PLC0415 - sends

    record, address = outcome.record, ""
    result = record.result
    if result is not None and shows_work(record):
        if not record.spec.travels:  # else it was pushed as the run's last step, and is perhaps not here
            _push(house, record.spec, result.commit)
        text = PullRequestText(
            pull_request_title(record.spec.issue), _written(house, "pull_request", outcome, Published())
        )
        draft = result.review is None or bool(result.review.findings)
        with connection(house) as github:
            pull_requests = PullRequests(github, publication.repository)
            address = pull_requests.show(record.spec.branch, publication.base, text, draft=draft)
    found = Published(address)
    return replace(found, comment=_tell(house, outcome, found))


def _push(house: House, spec: RunSpec, commit: str) -> None:
    Origin(house.repository).push(commit, spec.branch, **login(house.environment))


def _tell(house: House, outcome: RunOutcome, found: Published) -> str:
    """Have the issue's one comment say how the run stands; its address."""
    from adw.adapters.github.status_comment import StatusComment  # noqa: PLC0415 - sends

    publication = outcome.record.spec.publication
    if publication is None or not publication.issue:
        return ""
    hurry = _HURRY_S if outcome.record.outcome is Outcome.CANCELLED else None
    issue: IssueReference = read_reference(publication.issue, server_of(house))
    text = _written(house, "status_comment", outcome, found)
    with connection(house, hurry) as github:
        return StatusComment(github, issue).say(text)


def _written(house: House, name: str, outcome: RunOutcome, found: Published) -> str:
    from adw.adapters.template_files import TemplateFiles, template_folder  # noqa: PLC0415 - `adw cancel` writes none

    values = {
        "record": outcome.record,
        "usage": outcome.usage,
        "cost": outcome.cost_usd,
        "calls": outcome.calls,
        "published": found,
        "listed": _LISTED,
    }
    return _fitting(TemplateFiles(template_folder()).text(name, values, house.redactor.text))


def _fitting(text: str) -> str:
    """As much as GitHub takes. Cut between lines, no mark of Markdown's is left open."""
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition("\n")[0] + "\n\n(The rest was too long.)\n"

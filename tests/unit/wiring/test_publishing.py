"""Runs that have ended, published: a real repository, a real remote, and a GitHub on loopback."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adw.adapters.github.status_comment import MARKER
from adw.domain.events import Event
from adw.domain.plan import Plan
from adw.domain.report import Failure, Report, Summary
from adw.domain.results import RunOutcome, RunRequest
from adw.domain.review import Finding, Review, Severity, Verdict
from adw.domain.run import Outcome, RunRecord, RunResult
from adw.errors import AuthenticationError, ConfigError, UsageError
from adw.wiring.drive import resume_run
from adw.wiring.house import Place, open_house
from adw.wiring.preflight import prepare
from tests.servers.github_api import REPOSITORY, GitHubApi, Trouble, comment
from tests.support.kit import spec
from tests.support.repositories import Checkout, make_repository

TOKEN = "ghp_0123456789abcdefghij0123456789abcdef"  # noqa: S105 - nobody's
BRANCH = "adw/42-run"
FILES = {"cart.py": b"pieces = {}\n", "tests/test_cart.py": b"def test_a(): pass\n", "pytest.ini": b"[pytest]\n"}
PLAN = Plan("Ask @alice; fixes #7.", ("Cart.add: add", "see <b>"), change=("cart.py",))
REPORT = Report(
    "test",
    "pytest",
    ok=False,
    exit_code=1,
    summary=Summary(total=61, passed=58, failed=2, errors=1, skipped=3),
    failures=(Failure("tests/test_cart.py::test_a[`x`]", "tests/test_cart.py:1", "ASSERT_FAIL", "1", also=("t::b",)),),
    new=("t::b",),
)
FINDING = Finding(Severity.TECH_DEBT, "cart.py", "say why, @bob", line=7)
APPROVED = Review(Verdict.APPROVE)


class Silent:
    def tell(self, event: Event) -> None:
        """Nobody listens."""


@dataclass
class World:
    """A checkout whose `origin` is on GitHub, which stores it in a bare repository."""

    github: GitHubApi
    checkout: Checkout
    bare: Checkout
    variables: dict[str, str]

    @property
    def place(self) -> Place:
        return Place(self.checkout.root, self.variables, io.BytesIO(b"# From a file\n"))

    def ended(self, outcome: Outcome, source: str = f"{REPOSITORY}#42", **result: object) -> None:
        """Store a run that has ended so."""
        base = self.checkout.git("rev-parse", "main")
        self.checkout.git("switch", "--quiet", "-C", BRANCH, "main")
        commit = self.checkout.commit({"cart.py": b"pieces = {1: 1}\n"})
        self.checkout.git("switch", "--quiet", "main")
        issue = replace(spec().issue, key="42", title="Totals are wrong", source=source)
        made = replace(spec(), id="run", issue=issue, base_commit=base, branch=BRANCH)
        held = {"commit": commit, "plan": PLAN, "report": REPORT, "review": APPROVED, **result}
        record = RunRecord(made, outcome, RunResult(outcome, **held), ended_at=made.created_at + timedelta(minutes=1))
        open_house(self.place).store.create(record)

    def resume(self, *, publish: bool = True) -> RunOutcome:
        return resume_run("run", Silent(), self.place, publish=publish)

    @property
    def tip(self) -> str:
        return self.bare.git("rev-parse", "--verify", "--quiet", BRANCH, accept=(0, 1))

    @property
    def status(self) -> list[str]:
        return [one["body"] for one in self.github.comments[42]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    checkout = make_repository(tmp_path / "shop", FILES)
    shutil.copytree(checkout.root / ".git", tmp_path / "bare.git")
    bare = Checkout(tmp_path / "bare.git")
    bare.git("config", "core.bare", "true")
    with GitHubApi() as github:
        github.issue(42, "Totals are wrong", "Pieces are overwritten.")
        checkout.git("remote", "add", "origin", f"{github.url}/{REPOSITORY}.git")
        checkout.git("remote", "set-url", "--push", "origin", str(bare.root))
        variables = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "GH_TOKEN": TOKEN,
            "GITHUB_TOKEN": "not this one",
            "GITHUB_API_URL": github.url,
        }
        yield World(github, checkout, bare, variables)


def test_a_run_that_passed_is_a_branch_a_pull_request_and_a_comment(world):
    world.ended(Outcome.PASSED)
    outcome = world.resume()

    (made,) = world.github.pulls
    assert world.tip == world.checkout.git("rev-parse", BRANCH)
    assert (made["title"], made["head"], made["base"], made["draft"]) == ("Totals are wrong", BRANCH, "main", False)
    assert made["body"] == (
        "Ask @&#8203;alice; fixes #&#8203;7.\n\nCloses #42.\n\n"
        "## Plan\n\n1. Cart.add: add\n2. see &lt;b&gt;\n\n"
        "## Tests\n\n58 of 61 passed, 2 failed, 1 error, 3 skipped (pytest).\n"
        "\n- `t::b` (new)\n- ``tests/test_cart.py::test_a[`x`]``\n\n"
        "## Review\n\nNothing found.\n\n"
        "## Usage\n\n0 tokens (0 fresh, 0 written to the cache, 0 read from it, 0 output) in 0 calls, $0.00.\n\n"
        "---\nMade by ADW, run `run`. Nobody has looked at it yet.\n"
    )
    assert world.status == [
        f"{MARKER}\nADW has made {made['html_url']} for this: run `run`.\n\n0 tokens in 0 calls, $0.00.\n"
    ]
    assert outcome.unpublished is None
    assert outcome.seconds == 60
    stored = open_house(world.place).store.load("run")
    assert stored == outcome.record
    assert stored.published is not None
    assert stored.published.pull_request == made["html_url"]
    assert stored.published.comment == world.github.comments[42][0]["html_url"]


def test_published_again_all_of_it_stays_one(world):
    world.ended(Outcome.PASSED)
    first, second = world.resume(), world.resume()
    assert first.record.published == second.record.published
    assert (len(world.github.pulls), len(world.status)) == (1, 1)
    with pytest.raises(UsageError, match="has ended"):
        world.resume(publish=False)


def test_what_was_asked_for_and_is_missing_is_published_by_any_resume(world):
    world.ended(Outcome.PASSED)
    world.github.trouble = [*[Trouble(200, {"full_name": REPOSITORY, "default_branch": "main"})], Trouble(401)]
    outcome = world.resume()
    assert outcome.unpublished is not None
    assert outcome.unpublished.code == "authentication"
    assert "adw resume run --pr" in outcome.unpublished.hint
    assert world.tip
    assert open_house(world.place).store.load("run").published is None

    assert world.resume(publish=False).unpublished is None
    assert len(world.github.pulls) == 1


@pytest.mark.parametrize(
    ("outcome", "review", "draft"),
    [
        (Outcome.PASSED, Review(Verdict.APPROVE, (FINDING,)), True),
        (Outcome.PASSED, None, True),
        (Outcome.FAILED, Review(Verdict.REJECT, (FINDING,)), True),
    ],
)
def test_what_people_should_look_at_first_is_a_draft(world, outcome, review, draft):
    world.ended(outcome, review=review)
    world.resume()
    (made,) = world.github.pulls
    assert made["draft"] is draft
    said = "- **tech debt** `cart.py:7`: say why, @&#8203;bob" if review else "Not reviewed."
    assert f"## Review\n\n{said}\n" in made["body"]
    assert ("objections" in world.status[0]) is (outcome is Outcome.FAILED)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NO_PROGRESS])
def test_a_run_that_failed_otherwise_only_says_so(world, outcome):
    world.ended(outcome, review=None)
    result = world.resume()
    assert (world.github.pulls, world.tip) == ([], "")
    assert world.status[0].startswith(f"{MARKER}\nADW has not solved this: run `run` ended with `{outcome}`.")
    assert result.unpublished is None


def test_a_run_that_changed_nothing_has_nothing_to_show(world):
    world.ended(Outcome.PASSED, commit="", report=None, plan=None)
    world.resume()
    assert world.github.pulls == []
    assert "nothing to change" in world.status[0]


def test_a_failed_run_that_github_does_not_hear_of_keeps_its_own_outcome(world):
    world.ended(Outcome.NO_PROGRESS)
    world.github.trouble = [
        Trouble(200, {"full_name": REPOSITORY, "default_branch": "main"}),
        Trouble(403, {"message": "no"}),
    ]
    result = world.resume()
    assert result.unpublished is None
    assert "not told on GitHub" in result.warnings[-1]


def test_an_issue_from_a_file_gets_a_pull_request_and_no_comment(world):
    world.ended(Outcome.PASSED, "issue.md", plan=None, report=None)
    outcome = world.resume()
    (made,) = world.github.pulls
    assert "42" not in made["body"].partition("## Usage")[0]
    assert "Not run." in made["body"]
    assert outcome.record.published is not None
    assert (outcome.record.published.comment, world.status) == ("", [])


def test_another_repository_s_issue_is_named_and_not_closed(world):
    world.ended(Outcome.PASSED, "octo/other#42")
    world.github.trouble = []
    outcome = world.resume()
    assert "\nFor octo/other#42.\n" in world.github.pulls[0]["body"]
    assert outcome.unpublished is not None
    assert "octo/other#42" in outcome.unpublished.message


def test_many_failing_tests_are_counted_not_listed(world):
    many = tuple(f"t::{number:03}" for number in range(60))
    failures = (Failure(many[0], "", "ASSERT_FAIL", "1", also=many[1:]),)
    world.ended(Outcome.FAILED, report=replace(REPORT, failures=failures), review=Review(Verdict.REJECT, (FINDING,)))
    world.resume()
    assert "- `t::049`\n- and 10 more\n" in world.github.pulls[0]["body"]


def test_a_title_that_is_too_long_for_github_is_cut(world):
    world.github.issues[42]["title"] = "x" * 600
    world.ended(Outcome.PASSED)
    store = open_house(world.place).store
    record = store.load("run")
    long = replace(record.spec, issue=replace(record.spec.issue, title="word " * 100))
    store.save(replace(record, spec=long))
    world.resume()
    assert len(world.github.pulls[0]["title"]) <= 250


def test_a_text_that_is_too_long_for_github_is_cut_between_lines(world):
    findings = tuple(Finding(Severity.SKIPPABLE, "cart.py", f"`{number}` {'x' * 990}") for number in range(80))
    world.ended(Outcome.PASSED, review=Review(Verdict.APPROVE, findings))
    world.resume()
    body = world.github.pulls[0]["body"]
    assert 59_000 < len(body) < 65_536
    assert body.endswith("x\n\n(The rest was too long.)\n")


def test_secrets_reach_neither_the_pull_request_nor_the_comment(world):
    world.ended(Outcome.PASSED, plan=replace(PLAN, summary=f"token {TOKEN} and {TOKEN[:20]}\u200b{TOKEN[20:]}"))
    world.resume()
    sent = str([one.body for one in world.github.asked])
    assert TOKEN[:20] not in sent.replace("\\", "")
    assert sent.count("redacted") == 2


def test_without_a_token_there_is_no_pull_request_and_nothing_begins(world):
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        world.variables.pop(name)
    with pytest.raises(AuthenticationError, match="GH_TOKEN"):
        prepare(open_house(world.place), RunRequest("-", publish=True))
    assert world.github.asked == []


def test_an_origin_elsewhere_has_no_pull_requests(world):
    world.checkout.git("remote", "set-url", "origin", "https://elsewhere.example/octo/shop.git")
    with pytest.raises(UsageError, match="`origin` is not a repository on"):
        prepare(open_house(world.place), RunRequest("-", publish=True))


def test_a_server_that_is_none_is_a_configuration_error(world):
    world.variables["GITHUB_API_URL"] = "github.com"
    with pytest.raises(ConfigError):
        prepare(open_house(world.place), RunRequest("42"))


def test_a_run_knows_its_issue_and_where_it_is_to_go(world):
    world.github.issue(
        42, "Totals are wrong", "Pieces are overwritten.", comments=[comment("Only the cart.", "alice", "MEMBER")]
    )
    world.checkout.git("switch", "--quiet", "-c", "topic/cart")
    world.github.branches.add("topic/cart")
    made = prepare(open_house(world.place), RunRequest("42", publish=True))
    assert made.issue.source == f"{REPOSITORY}#42"
    assert made.issue.body == "Pieces are overwritten.\n\nComment by alice:\n\nOnly the cart."
    assert made.branch == f"adw/42-{made.id}"
    assert made.publication is not None
    assert (made.publication.repository, made.publication.base) == (REPOSITORY, "topic/cart")
    assert (made.publication.mention, made.publication.closes) == ("#42", True)
    assert {one.headers["authorization"] for one in world.github.asked} == {f"token {TOKEN}"}


def test_without_pr_nothing_is_asked_beyond_the_issue(world):
    made = prepare(open_house(world.place), RunRequest("-"))
    assert (made.publication, made.issue.title, world.github.asked) == (None, "From a file", [])

"""The report that jest writes with `--json`, and vitest like it, as values."""

from collections import Counter
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adw.checks import locate
from adw.checks.javascript import named
from adw.domain.report import Summary


class _Told(BaseModel):
    """Both tools write more than is read here, and each version something else."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Location(_Told):
    line: int = Field(ge=0)


class Test(_Told):
    ancestors: tuple[str, ...] = Field(default=(), alias="ancestorTitles")
    title: str
    status: str
    """`passed`, `failed`, or one of several words for what did not run."""
    messages: tuple[str, ...] | None = Field(default=(), alias="failureMessages")
    location: Location | None = None

    @property
    def errors(self) -> tuple[str, ...]:
        return self.messages or ()


class Suite(_Told):
    """A test file."""

    path: str = Field(alias="name")
    status: str
    message: str | None = ""
    tests: tuple[Test, ...] = Field(alias="assertionResults")

    def named(self, test: Test, root: str) -> str:
        return named.name(self.home(root), *test.ancestors, test.title)

    def home(self, root: str) -> str:
        return locate.inside(self.path, root) or self.path


class Run(_Told):
    failed: int = Field(alias="numFailedTests", ge=0)
    interrupted: bool = Field(default=False, alias="wasInterrupted")
    suites: tuple[Suite, ...] = Field(alias="testResults")

    @property
    def broken(self) -> tuple[Suite, ...]:
        """Files that failed for another reason than a test in them."""
        return tuple(
            suite
            for suite in self.suites
            if suite.status == "failed" and not any(test.status == "failed" for test in suite.tests)
        )

    def summary(self, errors: int) -> Summary:
        """Counts with so many files that could not be run. Passed tests are counted here: vitest 1 counts wrong."""
        outcomes = Counter(test.status for suite in self.suites for test in suite.tests)
        passed, failed = outcomes["passed"], max(outcomes["failed"], self.failed)
        skipped = outcomes.total() - passed - outcomes["failed"]
        return Summary(passed + failed + skipped + errors, passed, failed, errors, skipped)

    def red(self) -> Iterator[tuple[Suite, Test]]:
        return ((suite, test) for suite in self.suites for test in suite.tests if test.status == "failed")


def read(content: bytes | None) -> Run | None:
    """The report; None where there is none or it is damaged."""
    try:
        return None if content is None else Run.model_validate_json(content)
    except ValidationError:
        return None

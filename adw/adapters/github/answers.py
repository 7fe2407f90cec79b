"""What ADW reads of GitHub's answers.

The rest is left alone, not forbidden: GitHub adds fields at any time and calls that compatible.
"""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adw.errors import RemoteError

_WRITERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""https://docs.github.com/en/graphql/reference/enums#commentauthorassociation: who belongs to the repository."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Person(_Answer):
    login: str = ""
    type: str = ""


class Label(_Answer):
    name: str | None = ""


class IssueAnswer(_Answer):
    number: int
    title: str
    body: str | None = None
    html_url: str
    labels: list[str | Label] = Field(default_factory=list)
    pull_request: Any = None
    """Not None: the number is a pull request's."""

    @property
    def label_names(self) -> tuple[str, ...]:
        names = (label if isinstance(label, str) else label.name for label in self.labels)
        return tuple(name for name in names if name)


class CommentAnswer(_Answer):
    id: int
    body: str | None = None
    html_url: str = ""
    user: Person | None = None
    author_association: str = "NONE"
    performed_via_github_app: Any = None

    @property
    def by_writer(self) -> bool:
        """Whether somebody who belongs to the repository wrote it, by whatever means."""
        return self.author_association in _WRITERS

    @property
    def by_bot(self) -> bool:
        return self.performed_via_github_app is not None or (self.user is not None and self.user.type == "Bot")


class PullRequestAnswer(_Answer):
    number: int
    html_url: str
    state: str = "open"
    draft: bool = False


class Rights(_Answer):
    """A person's rights. An app's token, a CI's own among them, is no person: all may be false, whatever it may do."""

    pull: bool = False
    push: bool = False

    @property
    def only_read(self) -> bool:
        return self.pull and not self.push


class RepositoryAnswer(_Answer):
    full_name: str
    default_branch: str
    permissions: Rights | None = None
    """None where nobody is logged in."""


A = TypeVar("A", bound=_Answer)


def read_answer(kind: type[A], content: object, subject: str) -> A:
    """`content` as that kind of answer. Raises RemoteError where it is none."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise RemoteError(
            f"GitHub's answer about {subject} cannot be read: {place or 'all of it'} is not as documented",
            hint="check GITHUB_API_URL; it may lead to another kind of server",
        ) from error

"""A run's work as others see it: a branch on a remote, a pull request, a comment on the issue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a run's work is to go. Settled before the run begins."""

    repository: str
    """`owner/name` of the pull request."""
    base: str
    """The branch that the pull request asks to be merged into."""
    issue: str = ""
    """`owner/name#number` of the issue that is told how it stands; empty where the run's issue is not one of those."""

    @property
    def mention(self) -> str:
        """The issue as the pull request names it: short in its own repository; empty where there is none."""
        return self.issue.removeprefix(self.repository)

    @property
    def closes(self) -> bool:
        """Whether merging settles the issue: one of another repository is for that one's people to close."""
        return self.mention.startswith("#")


@dataclass(frozen=True, slots=True)
class Published:
    """Addresses; empty where there is none."""

    pull_request: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Why a run's work could not be shown to others: an error's code, message and hint."""

    code: str
    message: str
    hint: str = ""

"""Which paths a run may name: the rules that need no look at the disk.

Reading is refused for `.git` anywhere, for `.adw` and `.adw.toml`. Writing is refused for these and, unless the run
allows them, for the files that CI services obey: what the model writes there would run with the secrets of others.
Letters' case does not count, because it does not on every file system.
"""

import re
import unicodedata
from functools import cache

from adw.errors import WorkspaceError

CI_FILES = (
    ".github/workflows/**",
    ".github/actions/**",
    ".gitlab-ci.yml",
    ".gitlab/ci/**",
    ".circleci/**",
    ".ci/**",
    ".buildkite/**",
    ".semaphore/**",
    ".teamcity/**",
    ".woodpecker/**",
    ".azure-pipelines/**",
    "azure-pipelines*.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.y*ml",
    "buildspec.y*ml",
    "appveyor.yml",
    ".appveyor.yml",
    ".cirrus.yml",
    ".drone.yml",
    ".travis.yml",
    ".woodpecker.y*ml",
    "**/Jenkinsfile",
)


def check_named(path: str) -> str:
    """`path` without `.` and doubled `/`. Raises WorkspaceError where it is no path inside, or never to be touched."""
    if not path or path.isspace():
        raise WorkspaceError("a path is empty")
    if "\0" in path or _has_surrogate(path):
        raise WorkspaceError(f"{path!r} is not a path: it holds what is not UTF-8 text")
    if path.startswith("/"):
        raise WorkspaceError(f"{path!r} is absolute", hint="paths start at the workspace's top level")
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise WorkspaceError(f"{path!r} climbs with `..`", hint="paths start at the workspace's top level")
    if not parts:
        raise WorkspaceError(f"{path!r} is the workspace itself, not a file")
    if is_private("/".join(parts)):
        raise WorkspaceError(f"{path!r} is not for the run: it belongs to git or to ADW")
    return "/".join(parts)


def check_allowed(path: str, allow: tuple[str, ...]) -> None:
    """Raises WorkspaceError where `path`, as `check_named` returns it, is a CI file and no glob of `allow` fits it."""
    if any(_pattern(glob.casefold()).fullmatch(path.casefold()) for glob in CI_FILES) and not any(
        _pattern(glob).fullmatch(path) for glob in allow
    ):
        raise WorkspaceError(
            f"{path!r} is a CI file, and the run may not write it",
            hint='if it should: name it in .adw.toml, [agent] allow = ["…"]',
        )
    if any(unicodedata.category(character) == "Cc" for character in path):
        raise WorkspaceError(f"{path!r} holds a control character")


def is_private(path: str) -> bool:
    """Whether `path` is git's or ADW's own."""
    parts = [_as_stored(part) for part in path.split("/")]
    return any(part in {".git", "git~1"} for part in parts) or parts[0] in {".adw", ".adw.toml"}


def is_listed(path: str) -> bool:
    """Whether a run is shown that there is such a file: it has a name that can be written, and may be read."""
    return not is_private(path) and not _has_surrogate(path)


def _has_surrogate(path: str) -> bool:
    """Whether the name's bytes are not UTF-8: Python then stands surrogates in for them."""
    return any("\ud800" <= character <= "\udfff" for character in path)


def _as_stored(part: str) -> str:
    """How the laxest file systems see a name: HFS+ skips invisible characters, NTFS dots and spaces at the end."""
    visible = "".join(character for character in part if unicodedata.category(character) != "Cf")
    return visible.rstrip(". ").casefold()


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """`**` spans folders, `*` and `?` do not; a glob that names a folder means all in it."""
    whole = glob + "**" if glob.endswith("/") else glob
    tokens = re.split(r"(\*\*/|\*\*|\*|\?)", whole)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(token, re.escape(token)) for token in tokens), re.DOTALL)

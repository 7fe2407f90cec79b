"""Which checks a repository has when its configuration does not say."""

from collections.abc import Mapping

from adw.adapters.checks.interpreter import find_python
from adw.adapters.git.commit_files import CommitFiles
from adw.adapters.git.repository import Repository
from adw.checks.detect import CONFIG_FILES, detect
from adw.domain.run import CheckSpec


def detected_checks(repository: Repository, variables: Mapping[str, str]) -> tuple[CheckSpec, ...]:
    """The checks of the commit that is checked out; empty where none is known."""
    view = CommitFiles(repository)
    files = view.files()
    configs = {name: view.read(name).decode(errors="replace") for name in CONFIG_FILES if name in files}
    return detect(files, configs, python=find_python(repository.root, variables))

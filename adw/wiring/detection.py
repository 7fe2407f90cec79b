"""Which checks a run has: what the configuration says, else what the commit that is checked out lets expect."""

from collections.abc import Mapping
from dataclasses import replace

from adw.adapters.git.commit_files import CommitFiles
from adw.adapters.git.repository import Repository
from adw.checks.detect import CONFIG_FILES, Detected, detect
from adw.config import Settings
from adw.wiring.checkout import Known, with_programs


def checks_of_run(settings: Settings, repository: Repository, variables: Mapping[str, str]) -> Known:
    """Configured checks, and the tests where none are configured.

    Type checkers and linters are not taken on a guess: a run would fail, or a model be asked, over what the project
    never asked of its commits. `adw init` writes them into the configuration.
    """
    if settings.checks.test.command:
        return with_programs(settings, Detected(), repository.root, variables)
    view = CommitFiles(repository)
    files = view.files()
    configs = {name: view.read(name).decode(errors="replace") for name in CONFIG_FILES if name in files}
    found = detect(files, configs)
    tests = tuple(check for check in found.checks if check.name == "test")
    return with_programs(settings, replace(found, checks=tests), repository.root, variables)

import pytest

from adw.adapters.git.paths import check_allowed, check_named, is_listed
from adw.errors import WorkspaceError


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("src/app.py", "src/app.py"),
        ("./src//./app.py", "src/app.py"),
        ("src/", "src"),
        (".gitignore", ".gitignore"),
        (".github/CODEOWNERS", ".github/CODEOWNERS"),
        ("sub/.adw.toml", "sub/.adw.toml"),
        ("sub/.adw/x", "sub/.adw/x"),
        ("...", "..."),
        ("a..b/c", "a..b/c"),
        ("gitx/.git-blame-ignore-revs", "gitx/.git-blame-ignore-revs"),
    ],
)
def test_ordinary_paths_keep_their_names(path, named):
    assert check_named(path) == named


@pytest.mark.parametrize(
    "path", ["/", "a/../b", "..", ".git ", ".git...", "A/.GIT", "GIT~1/x", ".\u200dgit", ".adw./x"]
)
def test_what_some_file_system_takes_for_another_place_is_refused(path):
    with pytest.raises(WorkspaceError):
        check_named(path)


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        (".github/workflows/*.yml", ".github/workflows/ci.yml", True),
        (".github/workflows/*.yml", ".github/workflows/sub/ci.yml", False),
        (".github/workflows/", ".github/workflows/sub/ci.yml", True),
        (".github/**/ci.yml", ".github/workflows/ci.yml", True),
        (".github/**", ".github/workflows/ci.yml", True),
        (".github/workflows/c?.yml", ".github/workflows/ci.yml", True),
        (".github/workflows/ci[.]yml", ".github/workflows/ci.yml", False),
        ("**/Jenkinsfile", "Jenkinsfile", True),
        ("Jenkinsfile", "deploy/Jenkinsfile", False),
    ],
)
def test_globs_of_allowed_ci_files(glob, path, fits):
    if fits:
        check_allowed(path, (glob,))
    else:
        with pytest.raises(WorkspaceError, match="CI file"):
            check_allowed(path, (glob,))


def test_files_that_a_run_is_not_shown():
    assert [name for name in ("a.py", ".adw.toml", "x/.git/y", "na\udcefve") if is_listed(name)] == ["a.py"]

"""What a run would find here, part by part."""

import io
from pathlib import Path

import pytest

from adw.domain.diagnosis import Diagnosis, Status
from adw.wiring.doctor import examine
from adw.wiring.place import Place
from tests.support.project import Project, sample_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return sample_project(tmp_path, "http://127.0.0.1:9")


def looked(folder: Path, variables: dict[str, str]) -> Diagnosis:
    return examine(Place(folder, variables, io.BytesIO()))


def statuses(result: Diagnosis) -> dict[str, Status]:
    return {one.subject: one.status for one in result.parts}


def test_where_all_is_there_nothing_is_missing_and_no_secret_is_shown(project: Project) -> None:
    result = looked(project.folder, project.variables)
    assert result.missing == ()
    assert set(statuses(result)) >= {"python", "git", "repository", "configuration", "model", "test check", "key"}
    assert project.variables["ANTHROPIC_API_KEY"] not in repr(result)


def test_a_folder_without_anything_gets_every_part_looked_at(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = looked(tmp_path / "empty", {"HOME": str(tmp_path), "PATH": "/nowhere"})
    assert {one.subject for one in result.missing} == {"repository", "test check", "key"}
    assert all(one.hint for one in result.missing)
    assert {"sandbox", "ledger", "disk"} <= set(statuses(result))


def test_a_configuration_that_cannot_be_read_is_told_as_such(project: Project) -> None:
    (project.folder / ".adw.toml").write_text("[limit]\n", encoding="utf-8")
    (found,) = looked(project.folder, project.variables).missing
    assert found.subject == "configuration"
    assert "limits" in found.hint + found.detail


def test_an_unknown_model_and_a_program_that_is_not_there(project: Project) -> None:
    text = '[model]\nname = "claude-sonet-5-5"\n[checks.test]\ncommand = "no-such-program --now"\n'
    (project.folder / ".adw.toml").write_text(text, encoding="utf-8")
    missing = {one.subject: one.hint for one in looked(project.folder, project.variables).missing}
    assert set(missing) == {"model", "test check"}
    assert "claude-sonnet-5-5" in missing["model"]
    assert "no-such-program" in missing["test check"]


TOKEN = "ghp_0123456789abcdefghij"  # noqa: S105 - nobody's


def told(result: Diagnosis, subject: str) -> list[tuple[Status, str]]:
    return [(one.status, one.detail) for one in result.parts if one.subject == subject]


@pytest.mark.parametrize(
    ("origin", "variables", "github", "token"),
    [
        (
            "",
            {},
            "origin is no repository on github.com: no --pr, no issues like 42",
            (Status.OK, "none"),
        ),
        (
            f"https://x:{TOKEN}@github.com/octo/shop.git",
            {},
            "origin is octo/shop on github.com",
            (Status.WARNING, "none: no --pr, and issues of public repositories only"),
        ),
        (
            "git@github.com:octo/shop.git",
            {"GITHUB_TOKEN": TOKEN, "GH_TOKEN": " "},
            "origin is octo/shop on github.com",
            (Status.OK, "GITHUB_TOKEN is set, for github.com"),
        ),
        (
            "https://github.example.com/octo/shop",
            {"GITHUB_TOKEN": "other", "GH_TOKEN": TOKEN, "GITHUB_API_URL": "https://github.example.com/api/v3"},
            "origin is octo/shop on github.example.com",
            (Status.OK, "GH_TOKEN is set, for github.example.com"),
        ),
    ],
)
def test_github_is_told_with_server_repository_and_where_the_token_is(
    project, origin, variables, github, token
) -> None:
    if origin:
        project.git("remote", "add", "origin", origin)
    result = looked(project.folder, {**project.variables, **variables})
    assert told(result, "github") == [(Status.OK, github)]
    assert told(result, "github token") == [token]
    assert TOKEN not in repr(result)
    assert result.missing == ()


def test_an_address_that_is_none_of_github_s_is_no_reason_to_refuse_runs(project: Project) -> None:
    result = looked(project.folder, {**project.variables, "GITHUB_API_URL": "github"})
    assert told(result, "github") == [(Status.WARNING, "GITHUB_API_URL is not the address of an API")]
    assert result.missing == ()


def test_the_ledger_is_told_with_its_place(project: Project, tmp_path: Path) -> None:
    usual = f"{project.variables['XDG_DATA_HOME']}/adw/ledger.db (SQLite)"
    assert told(looked(project.folder, project.variables), "ledger") == [(Status.OK, usual)]
    own = {**project.variables, "ADW_DATABASE_URL": f"sqlite:///{tmp_path}/own.db"}
    named = f"{tmp_path}/own.db (SQLite, by ADW_DATABASE_URL)"
    assert told(looked(project.folder, own), "ledger") == [(Status.OK, named)]


def test_a_database_that_cannot_be_reached_is_missing_and_its_passwords_are_not_shown(project: Project) -> None:
    url = "postgresql://alice:first-secret@127.0.0.1:1/adw?password=second-secret"
    result = looked(project.folder, {**project.variables, "ADW_DATABASE_URL": url})
    ((status, detail),) = told(result, "ledger")
    assert status is Status.MISSING
    assert "127.0.0.1:1/adw" in detail
    assert "secret" not in repr(result)

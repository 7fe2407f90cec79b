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

from pathlib import Path

import jinja2
import pytest

from adw.adapters.template_files import TemplateFiles, template_folder
from adw.domain.run import Phase


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_prompt_with_a_version(phase: Phase) -> None:
    prompt = TemplateFiles(template_folder()).system(phase)
    assert prompt.version.startswith(f"{phase}/")
    assert prompt.version.removeprefix(f"{phase}/").isdigit()
    assert prompt.text.strip()
    assert "version:" not in prompt.text


def test_a_prompt_is_plain_text(tmp_path: Path) -> None:
    (tmp_path / "plan.md.j2").write_text('{#- version: 12 -#}\nKeep "<tags>" & quotes.\n', encoding="utf-8")
    prompt = TemplateFiles(tmp_path).system(Phase.PLAN)
    assert (prompt.text, prompt.version) == ('Keep "<tags>" & quotes.', "plan/12")


def test_a_template_without_a_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.md.j2").write_text("Hello.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"plan\.md\.j2"):
        TemplateFiles(tmp_path).system(Phase.PLAN)


def test_a_name_that_has_no_value_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plan.md.j2").write_text("{#- version: 1 -#}\nHello {{ nobody }}.\n", encoding="utf-8")
    with pytest.raises(jinja2.UndefinedError, match="nobody"):
        TemplateFiles(tmp_path).system(Phase.PLAN)

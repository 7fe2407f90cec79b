"""Prompt templates from files: beside the package in a checkout, inside it in the wheel."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import adw
from adw.context.issue_text import clean
from adw.context.markdown import code, prose
from adw.domain.prompt import Prompt

_VERSION = re.compile(r"\{#-? version: (\d+) -?#\}")


def template_folder() -> Path:
    """Where the templates of this installation stand."""
    package = Path(adw.__file__).parent
    shipped = package / "_templates"
    return shipped if shipped.is_dir() else package.parent / "templates"


class TemplateFiles:
    """Prompts port over `<folder>/<name>.md.j2`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Prompts are plain text for a model: escaping for HTML would corrupt them.
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            keep_trailing_newline=False,
        )

    def system(self, name: str) -> Prompt:
        file = f"{name}.md.j2"
        version = _VERSION.match((self._folder / file).read_text(encoding="utf-8"))
        if version is None:
            raise ValueError(f"template {file} does not begin with its version")
        return Prompt(self._environment.get_template(file).render(), f"{name}/{version[1]}")

    def text(self, name: str, values: Mapping[str, object], redact: Callable[[str], str]) -> str:
        """A text for people, in Markdown. What others wrote goes through the filters `prose` and `code`.

        `redact` takes secrets out, before escaping could change their looks, and once more from the whole.
        """
        environment = self._environment.overlay(trim_blocks=True, lstrip_blocks=True)
        for form in (code, prose):
            environment.filters[form.__name__] = partial(_safe, form, redact)
        return redact(environment.get_template(f"{name}.md.j2").render(values)).strip() + "\n"


def _safe(form: Callable[[str], str], redact: Callable[[str], str], text: str) -> str:
    # Cleaned first: characters that nobody sees would hide a secret.
    return form(redact(clean(text)))

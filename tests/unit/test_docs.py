"""The documentation says what is there: every key, command, option, exit code and dependency, and no dead link."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from adw.cli.commands import everything
from adw.cli.problem import of_error
from adw.cli.queue import PRIORITY_WORDS
from adw.config import Settings, known_keys
from adw.domain.queue import rank_of
from adw.domain.run import Outcome
from adw.errors import AdwError

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text_of(page):
    return page.read_text(encoding="utf-8")


def commands():
    """Every command of the app by its name, `runs list`."""

    def below(group, name):
        for word, command in group.commands.items():
            inner = f"{name} {word}".strip()
            yield from below(command, inner) if hasattr(command, "commands") else [(inner, command)]

    return dict(below(typer.main.get_command(everything()), ""))


def options(command):
    """Those that people are told of."""
    told = (parameter for parameter in command.params if not getattr(parameter, "hidden", False))
    return {option for parameter in told for option in parameter.opts if option.startswith("--")} - {"--help"}


def sections(page):
    """The text below each second heading of a page, by that heading."""
    parts = re.split(r"^## (.+)$", text_of(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented():
    """The section of each command, by its name without arguments."""
    found = {}
    for heading, text in sections(DOCS / "commands.md").items():
        words = [word for word in heading.split()[1:] if word.islower()]
        found[" ".join(words)] = text
    return found


def anchor(heading):
    """As the usual Markdown sites make them."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    dead = []
    for link in LINK.findall(text_of(page)):
        if re.match(r"\w+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (fragment and fragment not in map(anchor, HEADING.findall(text_of(target)))):
            dead.append(link)
    assert dead == []


def test_every_page_is_linked_from_another():
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(text_of(page))
        if not re.match(r"\w+:", link)
    }
    assert [page for page in PAGES if page.is_relative_to(DOCS) and page.resolve() not in linked] == []


def test_every_command_is_documented_with_every_option():
    pages = documented()
    missing = {
        name: sorted(option for option in options(command) - {"--json"} if f"`{option}" not in pages.get(name, ""))
        for name, command in commands().items()
    }
    assert {name: lost for name, lost in missing.items() if lost or name not in pages} == {}


def test_no_command_or_option_is_documented_that_is_not_there():
    known = commands()
    assert set(documented()) - {"--version"} == set(known)
    for name, command in known.items():
        assert set(re.findall(r"^- `(--[\w-]+)", documented()[name], re.MULTILINE)) <= options(command)


def test_every_command_takes_json():
    assert [name for name, command in commands().items() if "--json" not in options(command)] == []


def default_of(key):
    value = Settings().model_dump()
    for word in key.split("."):
        value = value[word]
    return value


def test_every_key_is_documented_and_no_other():
    documented_keys = re.findall(r"^\| `([a-z_.<>]+)` \|", text_of(DOCS / "configuration.md"), re.MULTILINE)

    assert sorted(documented_keys) == sorted(known_keys())


def test_defaults_are_documented_as_they_are():
    told = dict(re.findall(r"^\| `([a-z_.]+)` \| `([^`]+)` \|", text_of(DOCS / "configuration.md"), re.MULTILINE))
    wrong = {
        key: (literal, default_of(key))
        for key, literal in told.items()
        # A time limit that is not given is the detected check's; both are CheckSpec's.
        if not key.endswith("timeout_s") and tomllib.loads(f"x = {literal}")["x"] != _plain(default_of(key))
    }
    assert wrong == {}
    assert len(told) > 15


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def test_the_example_of_the_configuration_is_valid():
    (example,) = re.findall(r"```toml\n(.*?)```", text_of(DOCS / "configuration.md"), re.DOTALL)

    assert Settings.model_validate(tomllib.loads(example)).bounds().budget_tokens == 200_000


def exit_codes():
    """The documented exit code of each word."""
    rows = re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|", text_of(DOCS / "exit-codes.md"), re.MULTILINE)
    return {word: int(code) for code, words in rows for word in re.findall(r"`(\w+)`", words)}


def kinds(kind):
    for below in kind.__subclasses__():
        yield below
        yield from kinds(below)


def test_every_outcome_and_error_has_its_documented_exit_code():
    documented_codes = exit_codes()
    errors = {kind.code: kind.exit_code for kind in kinds(AdwError) if kind.__module__ == "adw.errors"}

    assert set(documented_codes) == {*errors, *(outcome.value for outcome in Outcome)}
    assert {code: documented_codes[code] for code in errors} == errors


def test_an_error_of_an_unknown_kind_is_1():
    assert of_error(AdwError("no idea"), "")[0] == 1


def test_commands_of_the_readme_are_there():
    blocks = re.findall(r"```\n(.*?)```", text_of(ROOT / "README.md"), re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines() if line]
    targets = re.findall(r"^(\w+):", text_of(ROOT / "Makefile"), re.MULTILINE)

    assert lines
    for program, word, *_ in lines:
        assert word in {"make": targets, "adw": commands()}[program]
    for target in re.findall(r"`make (\w+)`", text_of(ROOT / "README.md")):
        assert target in targets


def test_words_for_priorities_mean_what_is_documented():
    rows = re.findall(r"^\| (\d) \|([^|]*)\|", text_of(DOCS / "queue.md"), re.MULTILINE)
    told = {word: int(rank) for rank, words in rows for word in re.findall(r"`(\w+)`", words)}

    assert {word: rank_of(word) for word in told} == told
    assert set(PRIORITY_WORDS.removesuffix(", p0 to p4").split(", ")) == {word for word in told if word[-1].isalpha()}


def names(requirements):
    return {re.split(r"[^\w-]", requirement)[0] for requirement in requirements}


def test_every_dependency_has_its_reason():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    with_reason = set(re.findall(r"^\| `([\w-]+)` \|", text_of(DOCS / "decisions" / "dependencies.md"), re.MULTILINE))

    assert with_reason == names(project["project"]["dependencies"]) | names(project["dependency-groups"]["dev"])

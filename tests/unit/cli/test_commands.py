"""Commands are imported by their first word."""

import pytest
import typer

from adw.cli.commands import MODULES, everything, wanted


def words(app):
    return list(typer.main.get_command(app).commands)


def test_every_module_has_the_words_that_the_table_says():
    assert words(everything()) == [word for known in MODULES.values() for word in known]


@pytest.mark.parametrize("module", MODULES)
def test_a_command_waits_for_its_own_module_only(module):
    for word in MODULES[module]:
        assert words(wanted(["--json", word, "--help"])) == list(MODULES[module])


@pytest.mark.parametrize("arguments", [[], ["--help"], ["no-such-command"], ["--show-completion"]])
def test_without_a_known_word_all_commands_are_there(arguments):
    assert words(wanted(arguments)) == words(everything())

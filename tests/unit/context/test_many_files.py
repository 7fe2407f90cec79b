"""A hundred thousand files: names only, and few of them."""

from adw.context import sections
from adw.context.likely import likely_files

FILES = tuple(f"src/part_{number % 317}/deep/module_{number}.py" for number in range(100_000))


def test_their_list_is_short() -> None:
    text = sections.file_list(FILES).text
    assert len(text.splitlines()) <= 310
    assert len(text) < 20_000


def test_the_few_that_an_issue_names_are_found() -> None:
    issue = "Since src/part_5/deep/module_322.py was changed, module_99999 fails."
    assert likely_files(issue, None, FILES) == (FILES[322], FILES[99_999])

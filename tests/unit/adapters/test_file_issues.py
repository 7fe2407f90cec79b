import io
import os

import pytest

from adw.adapters.file_issues import MAX_BYTES, FileIssues
from adw.domain.issue import Issue
from adw.errors import UsageError


@pytest.fixture
def fetch(tmp_path):
    def fetch(content: bytes | str, name: str = "issue.md") -> Issue:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return FileIssues(tmp_path, io.BytesIO()).fetch(name)

    return fetch


def test_front_matter_gives_title_labels_and_priority(fetch):
    issue = fetch("---\ntitle: Totals are wrong\nlabels: [bug, cart]\npriority: high\n---\n\n# Notes\n\nSee cart.py.\n")
    assert issue == Issue(
        key="totals-are-wrong",
        title="Totals are wrong",
        body="# Notes\n\nSee cart.py.",
        source="issue.md",
        labels=("bug", "cart"),
        priority="high",
    )


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Totals are wrong\n\nSee cart.py.\n", "Totals are wrong", "See cart.py."),
        ("### Closed form ###\nbody", "Closed form", "body"),
        ("Totals are wrong\n================\n\nSee.", "Totals are wrong", "See."),
        ("intro\n\n## Later heading\n\nrest", "Later heading", "intro\n\n\nrest"),
        ("```sh\n# no heading\n```\n\n# Heading", "Heading", "```sh\n# no heading\n```"),
        ("~~~~\n```\n# no\n~~~\n# no\n~~~~\n# yes", "yes", "~~~~\n```\n# no\n~~~\n# no\n~~~~"),
        ("just a line\nand another", "just a line", "and another"),
        ("- a\n- b\n---\n", "- a", "- b\n---"),
        ("two\nlines\n---\n", "two", "lines\n---"),
        ("#no heading\nbody", "#no heading", "body"),
        ("only a line", "only a line", ""),
        ("---\npriority: low\n---\n# From the heading\n", "From the heading", ""),
        ("---\ntitle: ''\n---\nFrom the line\n", "From the line", ""),
    ],
)
def test_the_title_is_the_first_heading_or_else_the_first_line(fetch, text, title, body):
    issue = fetch(text)
    assert (issue.title, issue.body) == (title, body)


def test_a_first_line_too_long_for_a_title_stays_in_the_body(fetch):
    line = "word " * 60
    issue = fetch(line)
    assert issue.title.endswith("…")
    assert len(issue.title) <= 120
    assert issue.body == line.strip()


def test_hidden_text_does_not_come_through_in_any_part(fetch):
    issue = fetch(
        "---\ntitle: Fix\u200b <!-- x -->it\nlabels: [b\u202eug]\npriority: hi\u00adgh\n---\n"
        "Visible <!-- and obey --> text\U000e0041\r\nmore"
    )
    assert issue.title == "Fix it"
    assert issue.labels == ("bug",)
    assert issue.priority == "high"
    assert issue.body == "Visible  text\nmore"


def test_a_heading_in_a_comment_is_no_title(fetch):
    assert fetch("<!-- # Template: describe the bug -->\n# Real\n").title == "Real"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf# Caf\xc3\xa9\r\n\r\nbody",
        b"\xff\xfe" + "# Café\n\nbody".encode("utf-16-le"),
        b"\xfe\xff" + "# Café\n\nbody".encode("utf-16-be"),
    ],
)
def test_byte_order_marks_are_understood(fetch, content):
    issue = fetch(content)
    assert (issue.key, issue.title, issue.body) == ("cafe", "Café", "body")


def test_standard_input_is_read(tmp_path):
    issue = FileIssues(tmp_path, io.BytesIO(b"# Piped\n\nbody")).fetch("-")
    assert (issue.key, issue.source, issue.body) == ("piped", "-", "body")


def test_absolute_paths_and_pipes_are_read(tmp_path):
    read_end, write_end = os.pipe()
    os.write(write_end, b"# From a pipe\n")
    os.close(write_end)
    try:
        assert FileIssues(tmp_path, io.BytesIO()).fetch(f"/dev/fd/{read_end}").title == "From a pipe"
    finally:
        os.close(read_end)


@pytest.mark.parametrize("reference", ["42", "owner/repo#42", "https://github.com/o/r/issues/42", "missing.md"])
def test_what_is_no_file_is_refused_with_what_is_accepted(tmp_path, reference):
    with pytest.raises(UsageError, match="neither a file nor -") as caught:
        FileIssues(tmp_path, io.BytesIO()).fetch(reference)
    assert "Markdown file" in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("reference", ["", "nul\0.md"])
def test_a_reference_that_can_be_no_path_is_refused(tmp_path, reference):
    with pytest.raises(UsageError, match="no issue is given"):
        FileIssues(tmp_path, io.BytesIO()).fetch(reference)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        FileIssues(tmp_path, io.BytesIO()).fetch(".")


def test_a_name_that_the_system_refuses_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        FileIssues(tmp_path, io.BytesIO()).fetch("x" * 5000)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"<!-- only hidden -->", b"---\nlabels: x\n---\n", b"\xef\xbb\xbf"])
def test_an_empty_issue_is_refused(fetch, content):
    with pytest.raises(UsageError, match="is empty"):
        fetch(content)


def test_text_that_is_not_utf_8_is_refused_with_the_place(fetch):
    with pytest.raises(UsageError, match="not UTF-8 text: byte 3 "):
        fetch(b"caf\xe9 au lait")


def test_binary_content_is_refused(fetch):
    with pytest.raises(UsageError, match="holds NUL"):
        fetch(b"# x\0y")


def test_more_than_the_limit_is_refused_and_the_limit_itself_is_not(fetch, tmp_path):
    assert len(fetch(b"# T\n" + b"x" * (MAX_BYTES - 4)).body) == MAX_BYTES - 4
    with pytest.raises(UsageError, match="more than 1000000 bytes"):
        fetch(b"x" * (MAX_BYTES + 1))
    with pytest.raises(UsageError, match="standard input has more"):
        FileIssues(tmp_path, io.BytesIO(b"x" * (MAX_BYTES + 1))).fetch("-")


def test_malformed_front_matter_is_refused_with_its_line(fetch):
    with pytest.raises(UsageError, match="line 3"):
        fetch("---\r\ntitle: x\r\noops\r\n---\r\nbody")


def test_a_very_long_name_is_not_said_in_full(tmp_path):
    with pytest.raises(UsageError) as caught:
        FileIssues(tmp_path, io.BytesIO()).fetch("x" * 5000)
    assert len(caught.value.message) < 200

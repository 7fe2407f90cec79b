import pytest

from adw.context.issue_front_matter import FrontMatter, split
from adw.errors import UsageError


def matter(*lines: str) -> FrontMatter:
    return split("\n".join(("---", *lines, "---", "body")))[0]


def test_text_without_front_matter_is_left_alone():
    assert split("# Title\n---\nbody") == (FrontMatter(), "# Title\n---\nbody")


def test_all_keys_and_the_body_behind_them():
    text = "---\ntitle: Totals are wrong\nlabels: bug, cart\npriority: high\n---\n\nThe body.\n---\nmore"
    assert split(text) == (FrontMatter("Totals are wrong", ("bug", "cart"), "high"), "\nThe body.\n---\nmore")


def test_dots_close_it_too():
    assert split("---  \ntitle: x\n...\nbody") == (FrontMatter("x"), "body")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Fix: the cart", "Fix: the cart"),
        ("title: 'It''s # broken'   # really", "It's # broken"),
        (r'title: "say \"no\" and \\ and \ttab"', 'say "no" and \\ and \ttab'),
        ("title: C# and issue#4 # a comment", "C# and issue#4"),
        ("Title: x", "x"),
        ("title:", ""),
        ("title: # nothing", ""),
        ("title: ''", ""),
    ],
)
def test_a_title_in_each_form(line, title):
    assert matter(line).title == title


@pytest.mark.parametrize(
    "lines",
    [
        ("labels: bug, 'needs test'",),
        ("labels: [bug, needs test]   # both",),
        ("labels: ['bug', \"needs test\", bug]",),
        ("labels:", "- bug", "- 'needs test' # why"),
        ("labels: # two", "  - bug", "", "# between", "  - needs test", "  -"),
    ],
)
def test_labels_in_each_form(lines):
    found = matter(*lines).labels
    assert found == (("bug", "'needs test'") if lines == ("labels: bug, 'needs test'",) else ("bug", "needs test"))


@pytest.mark.parametrize("line", ["labels: []", "labels:", "labels: ''", "labels: ,"])
def test_no_labels(line):
    assert matter(line).labels == ()


def test_a_comma_in_quotes_does_not_part_a_list():
    assert matter("labels: ['a, b', \"c, d\", e]").labels == ("a, b", "c, d", "e")


def test_unknown_keys_are_left_alone_whatever_stands_under_them():
    lines = ("assignees:", "  - me", "meta: {a: [1}", "text: |", "  title: not this one", "title: this one")
    assert matter(*lines) == FrontMatter("this one")


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (("title: x", "no key here"), 3, "expected `key: value`"),
        (("title:x",), 2, "expected `key: value`"),
        (("  title: indented",), 2, "expected `key: value`"),
        (("title: 'open",), 2, "quote is not closed"),
        (('title: "open', "priority: x"), 2, "quote is not closed"),
        (("title: 'a' b",), 2, "text follows"),
        (("title: x", "title: y"), 3, "given twice"),
        (("title: [x]",), 2, "plain text"),
        (("title: |", "  x"), 3, "one line"),
        (("title: >-",), 2, "plain text"),
        (("labels: [bug",), 2, "no closing `]`"),
        (("priority: x", "labels: bug", "- cart"), 4, "both a value and lines"),
        (("labels:", "  bug"), 3, "expected `- label`"),
    ],
)
def test_what_is_malformed_is_named_with_its_line(lines, line, words):
    with pytest.raises(UsageError, match=f"line {line}: .*") as caught:
        matter(*lines)
    assert words in caught.value.message
    assert "title: …" in caught.value.hint


def test_front_matter_that_is_never_closed_is_malformed():
    with pytest.raises(UsageError, match=r"line 1: .* no closing"):
        split("---\ntitle: x\n")

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.markdown import code, prose

NOTHING = "&#8203;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Cart.add overwrites; it must add.", "Cart.add overwrites; it must add."),
        ("two\nlines\t and more", "two lines and more"),
        ("ask @alice and @octo/team", f"ask @{NOTHING}alice and @{NOTHING}octo/team"),
        ("Fixes #7, GH-8", f"Fixes #{NOTHING}7, GH-{NOTHING}8"),
        ("see https://x.example and www.x.example", f"see https:{NOTHING}//x.example and www{NOTHING}.x.example"),
        ("![x](y) <img src=z> &amp;", r"!\[x\](y) &lt;img src=z&gt; &amp;amp;"),
        ("__init__ is *not* `here`", r"\_\_init\_\_ is \*not\* `here`"),
        ("`@alice` and `a", r"`@alice` and \`a"),
        ("# a heading", r"\# a heading"),
        ("12. an item", r"12\. an item"),
        ("- an item", r"\- an item"),
        ("-1 is wrong", r"\-1 is wrong"),
        ("hidden <!-- psst -->words", "hidden words"),
        ("", ""),
    ],
)
def test_prose_says_what_it_says_and_does_nothing(text, shown):
    assert prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tests/test_cart.py::test_a[x]", "`tests/test_cart.py::test_a[x]`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a\nb", "`a b`"),
        ("", ""),
    ],
)
def test_code_is_a_span_whatever_it_holds(text, shown):
    assert code(text) == shown


@given(st.text(alphabet=st.sampled_from("ab1@#/:.`*_<>[]!-&\\ \nGHw~|$")))
def test_nothing_in_prose_acts(text):
    outside = re.sub(r"(?<!\\)`[^`]*`", "", prose(text)).replace(NOTHING, "|")
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.|<|\n", outside, re.IGNORECASE)


@given(st.text(alphabet=st.sampled_from("ab` \n")))
def test_a_code_span_ends_where_it_should(text):
    shown = code(text)
    fence = re.match(r"`*", shown)[0]
    inside = shown[len(fence) : len(shown) - len(fence)]
    assert fence not in re.findall(r"`+", inside)

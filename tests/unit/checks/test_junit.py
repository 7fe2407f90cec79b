"""JUnit XML: read whole or not at all."""

import pytest

from adw.checks.junit import BadReport, Case, cases

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<testsuites><testsuite><testcase classname="a" name="&c;"/></testsuite></testsuites>"""
OUTSIDE = b"""<!-- hm --><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<testsuite><testcase name="&e;"/></testsuite>"""


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"text", b"<testsuites>", b"<html></html>", b"<testsuite/><testsuite/>", BOMB, OUTSIDE),
        BOMB.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="no-such-code"?><testsuite/>',
        b'<testsuite><testcase name="a" line="x"/></testsuite>',
        b"<testsuite>\xff\xfe</testsuite>",
    ],
)
def test_what_is_no_plain_whole_report_is_refused(content: bytes) -> None:
    with pytest.raises(BadReport):
        cases(content)


def test_markup_in_a_message_is_no_document_type() -> None:
    failure = b'<failure message="m"><![CDATA[<!DOCTYPE html>]]></failure>'
    content = b'<testsuite><testcase name="a">' + failure + b"</testcase></testsuite>"
    assert cases(content)[0].blemishes[0].text == "<!DOCTYPE html>"


def test_a_comment_before_the_root_is_harmless() -> None:
    assert cases(b'<?xml version="1.0"?><!-- made by x --><testsuite/>') == ()


def test_nested_suites_are_read() -> None:
    content = b"""<testsuites><testsuite><testsuite><testcase classname="A" name="x" file="a.py" line="4"/></testsuite>
    <testcase classname="B" name="y"><skipped message="no"/></testcase></testsuite></testsuites>"""
    found = {case.id: case for case in cases(content)}
    assert found["A", "x"] == Case("A", "x", "a.py", 4)
    assert not found["B", "y"].red
    assert found["B", "y"].has("skipped")


def test_errors_and_failures_are_red() -> None:
    one, two = (
        b"<testcase name='a'><error message='e'>t</error></testcase>",
        b"<testcase name='b'><failure/></testcase>",
    )
    content = b"<testsuite>" + one + two + b"</testsuite>"
    assert [(case.red, case.blemishes[0].kind) for case in cases(content)] == [(True, "error"), (True, "failure")]

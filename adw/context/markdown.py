"""Text that others wrote, put into Markdown so that it says what it says and does nothing.

A pull request's body is read by a site that acts on it: `@name` calls people, `Fixes #7` closes issues, an image asks a
server. Plans, findings and test names come from a model or from a repository, so none of that may come through.
"""

import re

from adw.context.issue_text import clean

_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SPECIAL = re.compile(r"[\\`*_\[\]|~$]")
_AT_START = re.compile(r"^(?P<before>\d{0,9})(?P<mark>[-+=#.)])")
_NOTHING = "&#8203;"
"""A zero-width space: what dependency bots put there for the same reason."""
_ACTIVE = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=//)|\bwww(?=\.)", re.IGNORECASE)


def prose(text: str) -> str:
    """`text` in one line of plain words. Code spans stay."""
    one_line = " ".join(clean(text).split())
    parts = _SPAN.split(one_line)
    # Of a split by one group every second part is what the group held.
    whole = "".join(code(part) if number % 2 else _plain(part) for number, part in enumerate(parts))
    return _AT_START.sub(r"\g<before>\\\g<mark>", whole)


def code(text: str) -> str:
    """`text` in one line as a code span; empty for none."""
    one_line = " ".join(clean(text).split())
    if not one_line:
        return ""
    longest = max(map(len, re.findall(r"`+", one_line)), default=0)
    fence = "`" * (longest + 1)
    space = " " if one_line.startswith("`") or one_line.endswith("`") else ""
    return f"{fence}{space}{one_line}{space}{fence}"


def _plain(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return _ACTIVE.sub(rf"\g<0>{_NOTHING}", escaped)

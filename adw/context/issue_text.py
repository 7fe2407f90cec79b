"""What people see of an issue's text, and nothing that hides in it.

An issue is untrusted. HTML comments and characters without a shape carry text that a maintainer who reads the issue
does not see and a model would obey. They are taken out everywhere, code blocks included: telling code from text as the
issue's page does would need that page's own parser, and each difference between the two would be a hiding place.
"""

import hashlib
import re
import unicodedata

_COMMENT = re.compile(r"(?P<before>^[ \t]*)?<!--.*?(?:--!?>|\Z)(?P<after>[ \t]*\n)?", re.DOTALL | re.MULTILINE)
_ROUNDS = 10
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")
_NOT_PLAIN = re.compile(r"[^\t\n -~]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_JOINERS = "\u200c\u200d"
_EMOJI_STYLE = "\ufe0f"
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Category Cf, but with a shape: signs that stand before numbers."""

_SHAPELESS = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2065, 0x2065),
    (0x2800, 0x2800),  # Braille blank
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors: 16 values behind any character carry text
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFFC),
    (0x1D159, 0x1D159),
    (0xE0000, 0xE0FFF),  # tags, more variation selectors
)
"""Code points without a shape whose category is not Cf (Unicode's Default_Ignorable_Code_Point and blanks)."""

_JOINING_SCRIPTS = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF), (0xA840, 0xABFF))
"""Arabic to Mandaic, the Indic scripts, Tibetan to Burmese, Khmer, Mongolian: there joiners are spelling."""

_KEY_LENGTH = 40
_HASH_LENGTH = 6


def clean(text: str) -> str:
    """`text` without hidden parts, its lines ended by line feeds alone."""
    text = _LINE_ENDS.sub("\n", _TERMINAL.sub("", text))
    # Invisible characters first: they could break up a comment's marks and so bring it through.
    return _without_comments(_without_invisible(text))


def slug(title: str) -> str:
    """`title` as 1 to 40 of `a-z0-9-`, fit for a branch name; what does not fit is told apart by a hash."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    whole = "-".join(words)
    lost = sum(character.isalnum() for character in title) > sum(map(len, words))
    if whole and not lost and len(whole) <= _KEY_LENGTH:
        return whole
    mark = hashlib.sha256(title.encode(errors="replace")).hexdigest()[:_HASH_LENGTH]
    room = _KEY_LENGTH - _HASH_LENGTH - 1
    start = whole if len(whole) <= room else whole[: room + 1].rpartition("-")[0] or whole[:room]
    return f"{start or 'issue'}-{mark}"


def _without_comments(text: str) -> str:
    """Until none is left: taking one out can put the halves of another together. An open one hides all that follows."""
    for _ in range(_ROUNDS):
        if "<!--" not in text:
            return text
        text = _COMMENT.sub(_around, text)
    return text.partition("<!--")[0]  # nested this deep on purpose


def _around(comment: re.Match[str]) -> str:
    """What stays of the lines that a comment stands in: nothing, if it has them for itself."""
    before, after = comment["before"], comment["after"]
    return "" if before is not None and after is not None else (before or "") + (after or "")


def _without_invisible(text: str) -> str:
    return _NOT_PLAIN.sub(_visible, text)


def _visible(found: re.Match[str]) -> str:
    """What stays of one character."""
    character = found.group()
    if character in _JOINERS or character == _EMOJI_STYLE:
        return character if _joins(found.string, found.start()) else ""
    if _is_invisible(character):
        return ""
    return "\ufffd" if unicodedata.category(character) == "Cs" else character


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cc" or (category == "Cf" and character not in _VISIBLE_FORMATS):
        return True
    return _within(character, _SHAPELESS)


def _joins(text: str, place: int) -> bool:
    """Whether the joiner or emoji style at `place` does what it is for, between its two neighbours."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if text[place] == _EMOJI_STYLE:
        return bool(before) and (_is_pictograph(before) or before in "0123456789#*")
    if before == _EMOJI_STYLE or (before and _is_pictograph(before)):
        return text[place] == "\u200d" and bool(after) and _is_pictograph(after)
    return all(neighbour and _within(neighbour, _JOINING_SCRIPTS) for neighbour in (before, after))


def _is_pictograph(character: str) -> bool:
    """Symbols that are no letters; `Sk` are the skin tones."""
    return unicodedata.category(character) in {"So", "Sk", "Sm", "Po"} and ord(character) > 0x2000  # noqa: PLR2004


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)

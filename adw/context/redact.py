"""Secrets taken out of text before it is stored or shown."""

import re
from collections.abc import Callable

from adw.domain.codec import JsonValue

MARK = "[redacted]"

SHORTEST_SECRET = 8
"""Shorter values are left alone: they would hit ordinary words."""


def _whole(found: re.Match[str]) -> str:
    return found.group("before") + MARK if "before" in found.re.groupindex else MARK


def _with_digit(found: re.Match[str]) -> str:
    """A key has digits in it; a name made of words (`sk-learn-pipeline-…`, `Bearer authentication`) has none."""
    return _whole(found) if any(character.isdigit() for character in found.group("key")) else found.group()


_PEM = (
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY-----(?:\s|\\[nr])*+"
    r"(?:(?:Proc-Type|DEK-Info):[\w, -]*+(?:\s|\\[nr])*+)*+[A-Za-z0-9+/=\s\\]*+"
    r"(?:-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY-----)?"
)
_START = r"(?<![A-Za-z0-9_])"

# Possessive and without nested repetition: each is linear in the text. The shapes are those that the issuers document
# or that secret scanners look for.
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(_PEM), _whole),
    (re.compile(_START + r"sk-ant-[\w-]{8,}+"), _whole),
    (re.compile(_START + r"(?P<key>sk-[\w-]{20,}+)"), _with_digit),
    (re.compile(_START + r"(?:gh[opsur]_[A-Za-z0-9]{20,}+|github_pat_\w{20,}+)"), _whole),
    (re.compile(_START + r"A(?:KIA|SIA)[0-9A-Z]{16}(?![0-9A-Za-z])"), _whole),
    (re.compile(_START + r"xox[a-z]-[A-Za-z0-9-]{10,}+"), _whole),
    (re.compile(r"(?i)(?P<before>\bbearer[ \t]{1,4})(?P<key>[\w.~+/-]{16,}+=*+)"), _with_digit),
    (
        re.compile(r"(?i)(?P<before>\bx-api-key[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?)(?P<key>[\w.~+/-]{16,}+=*+)"),
        _with_digit,
    ),
)


class Redactor:
    """Puts `[redacted]` where a known secret or something in the shape of a key stands.

    `secrets` are values that must never come through, whatever they look like; those under 8 characters, and those
    that are part of `[redacted]` itself, are ignored. The time taken grows with the length of the text only.
    """

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        # Longest first, so that a secret that begins with another is replaced as one.
        known = sorted({s for s in secrets if len(s) >= SHORTEST_SECRET and s not in MARK}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, text: str) -> str:
        """The text without its secrets."""
        if self._known:
            text = self._known.sub(MARK, text)
        for shape, replacement in _SHAPES:
            text = shape.sub(replacement, text)
        # A secret with brackets in it may appear again across a mark. Each round makes the text shorter: it ends.
        while self._known and self._known.search(text):
            text = self._known.sub("", text)
        return text

    def value(self, value: JsonValue) -> JsonValue:
        """The same for every string in a JSON value, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return value

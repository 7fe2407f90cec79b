"""What kind of act a command is: what follows depends on it."""

import re

ACTIONS = (
    ("write", re.compile(r"<<|\bsed -i|\brm\b|\bmv\b|\bcp\b|\bpatch\b")),
    ("git", re.compile(r"\bgit (diff|show|log|status|stash|checkout)")),
    ("test", re.compile(r"pytest|runtests|bin/test|unittest|\btox\b")),
    ("script", re.compile(r"\bpython")),
    ("search", re.compile(r"\b(grep|rg|ag)\b")),
    ("view", re.compile(r"\b(sed -n|cat|head|tail|nl|less)\b")),
    ("list", re.compile(r"\b(ls|find|tree)\b")),
)


def action_of(command: str) -> str:
    """Kind of a shell command, first match wins."""
    return next((name for name, pattern in ACTIONS if pattern.search(command)), "other")

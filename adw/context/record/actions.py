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
"""Of shell commands; the first match wins."""
_TOOLS = {
    "edit": "write",
    "multiedit": "write",
    "write": "write",
    "delete": "write",
    "run_checks": "test",
    "search": "search",
    "grep": "search",
    "read": "view",
    "glob": "list",
}
"""Of agents that have a tool for each act: a call is its name and its input."""


def action_of(command: str) -> str:
    """The kind of a call, as a shell command or as a tool's name and input."""
    tool = _TOOLS.get(command.partition(" ")[0].lower())
    return tool or next((name for name, pattern in ACTIONS if pattern.search(command)), "other")

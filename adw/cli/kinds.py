"""Kinds of results by the names of their classes: to import the classes would cost most commands more than they do."""

_CHECKS = frozenset({"Checked", "CheckedAll", "RawChecked"})
_JUDGED = _CHECKS | {"RunOutcome", "DemoResult", "Diagnosis"}


def is_check(result: object) -> bool:
    """Whether it is the report of checks."""
    return type(result).__name__ in _CHECKS


def is_judged(result: object) -> bool:
    """Whether it can be bad without an error raised."""
    return type(result).__name__ in _JUDGED

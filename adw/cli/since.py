"""`--since`: from when on."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from adw.errors import UsageError

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}

SinceText = Annotated[
    str | None, typer.Option("--since", metavar="WHEN", help="A date (2026-01-31, UTC), or a span: 12h, 7d, 4w.")
]


def moment(text: str | None) -> datetime | timedelta | None:
    """A date or time (UTC where it names no zone), or a span. Raises UsageError."""
    if text is None:
        return None
    span = re.fullmatch(r"(\d{1,5})([hdw])", text)
    if span:
        return timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--since {text}: neither a date nor a span", hint="write 2026-01-31, 2026-01-31T08:00, 12h, 7d or 4w"
        ) from error
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)

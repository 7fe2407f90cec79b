"""`adw usage report`."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.quota_results import AlertList, MonthForecast, QuotaUse
from adw.domain.results import Since, UsageReport
from adw.errors import UsageError

app = typer.Typer(name="usage", help="What was spent.")

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class By(StrEnum):
    RUN = "run"
    PHASE = "phase"
    MODEL = "model"
    ISSUE = "issue"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


SinceText = Annotated[
    str | None, typer.Option("--since", metavar="WHEN", help="A date (2026-01-31, UTC), or a span: 12h, 7d, 4w.")
]
OfRun = Annotated[str | None, typer.Option("--run", metavar="RUN", help="Of this run only.")]


@app.callback()
def usage() -> None:
    """What was spent."""


@app.command()
def report(
    context: typer.Context,
    by: Annotated[By, typer.Option("--by", help="What the lines stand for.")] = By.RUN,
    since: SinceText = None,
    run_id: OfRun = None,
    html: Annotated[str, typer.Option("--html", metavar="FILE", help="A page with plots, that needs no network.")] = "",
    csv: Annotated[str, typer.Option("--csv", metavar="FILE", help="The lines, for a spreadsheet.")] = "",
    _json: Json = False,
) -> UsageReport:
    """Tokens and cost from the ledger, in total and line by line, and how spending goes on."""
    return frame_of(context).wiring().usage(by.value, moment(since), run_id, html=html, csv=csv)


@app.command()
def quota(context: typer.Context, _json: Json = False) -> QuotaUse:
    """What this day and this month have used, hold and have left; the level of a new run."""
    return frame_of(context).wiring().quota_use()


@app.command()
def forecast(context: typer.Context, _json: Json = False) -> MonthForecast:
    """What this month will come to, with an interval, and what to do about it."""
    return frame_of(context).wiring().forecast()


@app.command()
def alerts(context: typer.Context, _json: Json = False) -> AlertList:
    """What ADW has warned of, and what it does about it."""
    return frame_of(context).wiring().alerts()


def moment(text: str | None) -> Since:
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

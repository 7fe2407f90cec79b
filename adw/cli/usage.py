"""`adw usage report`."""

from enum import StrEnum
from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.cli.since import SinceText, moment
from adw.domain.quota_results import AlertList, MonthForecast, QuotaUse
from adw.domain.results import UsageReport

app = typer.Typer(name="usage", help="What was spent.")


class By(StrEnum):
    RUN = "run"
    PHASE = "phase"
    MODEL = "model"
    ISSUE = "issue"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


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

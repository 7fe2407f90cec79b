"""Checks as the envelope's `data`: a report with the field names of SPEC §4, and nothing of how ADW holds it."""

from adw.checks.report import as_json
from adw.domain.checked import Checked, CheckedAll, RawChecked
from adw.domain.codec import JsonValue


def told(result: Checked | CheckedAll | RawChecked) -> JsonValue:
    """One report; `{"reports": […]}` for several; the raw output with the sizes of both where that was asked for."""
    match result:
        case Checked():
            return as_json(result.report)
        case CheckedAll():
            return {"reports": [as_json(report) for report in result.reports]}
        case RawChecked():
            report = result.report
            told = {name: getattr(report, name) for name in ("check", "tool", "ok", "exit_code", "log")}
            sizes = ("output_bytes", "report_bytes", "output_tokens", "report_tokens", "model")
            return {**told, "output": result.output, **{name: getattr(result, name) for name in sizes}}

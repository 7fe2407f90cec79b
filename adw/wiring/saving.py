"""What a report saves: the raw output in its place, and both counted."""

from pathlib import Path

from adw.adapters.checks.runner import LocalCheckRunner
from adw.checks.report import compact
from adw.config import Environment
from adw.domain.checked import RawChecked
from adw.domain.report import Report
from adw.domain.run import Phase
from adw.wiring.checkout import Checkout

_COUNTED = 400_000
"""Characters that are counted; of longer output the rest is reckoned at the same rate."""
_MOST = 100_000_000


def raw_checked(checkout: Checkout, runner: LocalCheckRunner, report: Report, warnings: tuple[str, ...]) -> RawChecked:
    """The output as it came, and what the report would have been: in tokens of the model that mends tests."""
    from adw.adapters.counters.runtime import counter_for_runtime  # noqa: PLC0415 - only this way out needs it

    output, told = runner.output(report, _MOST), compact(report)
    model = checkout.settings.choices()[Phase.TEST].model
    counter = counter_for_runtime(_counts(checkout))
    head = output[:_COUNTED]
    tokens = counter.count_text(head, model) if head else 0
    return RawChecked(
        report=report,
        output=output,
        output_bytes=len(output.encode("utf-8", "surrogatepass")),
        report_bytes=len(told.encode("utf-8", "surrogatepass")),
        output_tokens=round(tokens * len(output) / max(len(head), 1)),
        report_tokens=counter.count_text(told, model),
        model=model,
        warnings=warnings,
    )


def _counts(checkout: Checkout) -> Path:
    """The file that remembers token counts, for all of the user's repositories."""
    return Environment.read(checkout.place.variables).data_home / "counts.db"

"""What the commands around external tools are asked and return: `adw test`, `adw check`, `adw parse`, `adw init`."""

from dataclasses import dataclass

from adw.domain.report import Report
from adw.domain.run import CheckSpec


@dataclass(frozen=True, slots=True)
class Checked:
    """One check, or one log that was there already."""

    report: Report
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedAll:
    """Several checks of one checkout, in the order in which they were asked for."""

    reports: tuple[Report, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawChecked:
    """A check's raw output, and what the report in its place would have been."""

    report: Report
    output: str
    output_bytes: int
    report_bytes: int
    """Of the report as a model gets it."""
    output_tokens: int
    report_tokens: int
    model: str
    """Whose tokens these are."""
    warnings: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """What the report would have saved."""
        saved = 1 - self.report_tokens / self.output_tokens if self.output_tokens else 0.0
        return (
            f"this output is {self.output_tokens:,} tokens ({self.output_bytes:,} bytes) for {self.model}; the report "
            f"is {self.report_tokens:,} ({self.report_bytes:,} bytes): {max(saved, 0.0):.1%} less"
        )


@dataclass(frozen=True, slots=True)
class Initialised:
    """`adw init`: what was found and written."""

    path: str
    checks: tuple[CheckSpec, ...]
    others: tuple[CheckSpec, ...] = ()
    """Found as well, but another tool stands for that check."""
    missing: tuple[str, ...] = ()
    """Programs that the checks need and that are not installed."""
    warnings: tuple[str, ...] = ()

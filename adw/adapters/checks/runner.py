"""The CheckRunner for real: start the command, let its tool read what it left, make the report."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from adw.adapters.checks.evidence import Bench
from adw.adapters.checks.sandbox import Sandbox
from adw.checks import report, text
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool
from adw.domain.report import CheckFault, Report
from adw.domain.run import CheckSpec
from adw.errors import CheckError
from adw.ports import StopSignal

_NOT_STARTED = 127
"""As shells say it."""


class LocalCheckRunner:
    """Runs checks on this machine. `checkout` is the user's own working copy, `environ` ADW's own environment."""

    def __init__(
        self,
        *,
        checkout: Path,
        environ: Mapping[str, str],
        sandbox: Sandbox,
        stop: StopSignal,
        log_bytes: int = 20_000_000,
    ) -> None:
        self._bench = Bench(checkout.resolve(), environ, sandbox, stop, log_bytes)

    def run(self, check: CheckSpec, root: Path, log: Path) -> Report:
        """The report, with a fault where the check could not be judged. Raises Interrupted and StorageError only."""
        root = root.resolve()
        shown = self._shown(log)
        reader = tool(check.tool)
        scratch = Path(tempfile.mkdtemp(prefix="adw-check-")).resolve()
        try:
            (scratch / "tmp").mkdir()
            evidence = self._bench.gather(check, reader, root=root, scratch=scratch, log=log)
            return report.build(check, evidence, reader.read(evidence), shown)
        except CheckError as error:
            place = Place(root.as_posix(), scratch.as_posix())
            reading = Reading(fault=CheckFault("NO_TOOL", text.message(error.message, place.root)))
            return report.build(check, Evidence(_NOT_STARTED, "", {}, place), reading, shown)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _shown(self, log: Path) -> str:
        """The log's path as reports name it: relative to the repository where it lies there."""
        absolute, checkout = log.resolve(), self._bench.checkout
        inside = absolute.is_relative_to(checkout)
        return (absolute.relative_to(checkout) if inside else absolute).as_posix()

"""The CheckRunner for real: start the command, let its tool read what it left, make the report."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from adw.adapters.checks.environment import secret_values
from adw.adapters.checks.evidence import Bench
from adw.adapters.checks.sandbox import Sandbox
from adw.checks import report, text
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool
from adw.context.redact import MARK
from adw.domain.report import CheckFault, Report
from adw.domain.run import CheckSpec
from adw.errors import CheckError, StorageError
from adw.ports import StopSignal

_LINE_BYTES = 1000
"""What is looked at of a piece of output to tell its last line."""
_NOT_STARTED = 127
"""As shells say it."""


class LocalCheckRunner:
    """Runs checks on this machine, from several threads at once too.

    `checkout` is the user's own working copy, `environ` ADW's own environment. `heard` is told the check's name and
    the last line that it has printed, whenever it prints.
    """

    def __init__(
        self,
        *,
        checkout: Path,
        environ: Mapping[str, str],
        sandbox: Sandbox,
        stop: StopSignal,
        log_bytes: int = 20_000_000,
        heard: Callable[[str, str], None] | None = None,
    ) -> None:
        self._secrets = secret_values(environ)
        self._heard = heard
        self._bench = Bench(
            checkout.resolve(), environ, sandbox, stop, log_bytes, None if heard is None else self._hear
        )

    def run(self, check: CheckSpec, root: Path, log: Path) -> Report:
        """The report, with a fault where the check could not be judged. Raises Interrupted and StorageError only."""
        try:
            scratch = Path(tempfile.mkdtemp(prefix="adw-check-")).resolve()
            try:
                (scratch / "tmp").mkdir()
                return self._run(check, root.resolve(), scratch, log)
            finally:
                _remove(scratch)
        except OSError as error:
            raise StorageError(f"the check {check.name} could not be run: {error}") from error

    def _run(self, check: CheckSpec, root: Path, scratch: Path, log: Path) -> Report:
        shown, reader = self._shown(log), tool(check.tool)
        try:
            evidence = self._bench.gather(check, reader, root=root, scratch=scratch, log=log)
        except CheckError as error:
            place = Place(root.as_posix(), scratch.as_posix())
            reading = Reading(fault=CheckFault("NO_TOOL", text.message(error.message, place.root)))
            return report.build(check, Evidence(_NOT_STARTED, "", {}, place), reading, shown)
        finally:
            self._redact_file(log)
        evidence = self._without_secrets(evidence)
        return report.build(check, evidence, reader.read(evidence), shown)

    def _hear(self, check: str, chunk: bytes) -> None:
        line = chunk[-_LINE_BYTES:].rstrip().rpartition(b"\n")[2]
        if line and self._heard is not None:
            self._heard(check, text.plain(self._redacted(line).decode("utf-8", "replace")))

    def _without_secrets(self, evidence: Evidence) -> Evidence:
        log = evidence.log
        for secret in self._secrets:
            log = log.replace(secret, MARK)
        files = {name: self._redacted(content) for name, content in evidence.files.items()}
        return replace(evidence, log=log, files=files)

    def _redact_file(self, log: Path) -> None:
        raw = log.read_bytes() if self._secrets and log.is_file() else b""
        clean = self._redacted(raw)
        if clean != raw:
            log.write_bytes(clean)

    def _redacted(self, content: bytes) -> bytes:
        for secret in self._secrets:
            content = content.replace(secret.encode("utf-8", "surrogateescape"), MARK.encode())
        return content

    def output(self, report: Report, limit: int) -> str:
        """See the port. Empty where the log is gone."""
        try:
            raw = (self._bench.checkout / report.log).read_bytes()
        except OSError:
            return ""
        return text.plain(raw.decode("utf-8", "replace"))[-limit:]

    def _shown(self, log: Path) -> str:
        """The log's path as reports name it: relative to the repository where it lies there."""
        absolute, checkout = log.resolve(), self._bench.checkout
        inside = absolute.is_relative_to(checkout)
        return (absolute.relative_to(checkout) if inside else absolute).as_posix()


def _remove(folder: Path) -> None:
    """Remove it with all that tests left there, folders that they made unreadable too."""
    for path, names, _ in os.walk(folder):
        for name in names:
            inner = Path(path, name)
            if not inner.is_symlink():
                inner.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)

"""The CheckRunner for real: start the command, let its tool read what it left, make the report."""

import shutil
import tempfile
import time
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from adw.adapters.checks import environment, process
from adw.adapters.checks.sandbox import Sandbox
from adw.checks import report, text
from adw.checks.detect import CONFIG_FILES
from adw.checks.tool import Evidence, Invocation, Place, Reading, Tool
from adw.checks.tools import tool
from adw.domain.report import CheckFault, Report
from adw.domain.run import CheckSpec
from adw.errors import CheckError
from adw.ports import StopSignal

_REPORT_BYTES = 64_000_000
"""A report file that is larger is not read: the check is then not judged."""
_DUMP_LEAD = 0.05
"""Share of the time limit, at most a second, by which stacks are written before it."""


class LocalCheckRunner:
    """Runs checks on this machine. `checkout` is the user's own working copy, which is never what is tested."""

    def __init__(
        self,
        *,
        checkout: Path,
        environ: Mapping[str, str],
        sandbox: Sandbox,
        stop: StopSignal,
        log_bytes: int = 20_000_000,
    ) -> None:
        self._checkout = checkout.resolve()
        self._environ = environ
        self._sandbox = sandbox
        self._stop = stop
        self._log_bytes = log_bytes

    def run(self, check: CheckSpec, root: Path, log: Path) -> Report:
        """The report, with a fault where the check could not be judged. Raises Interrupted and StorageError only."""
        root = root.resolve()
        scratch = Path(tempfile.mkdtemp(prefix="adw-check-")).resolve()
        try:
            (scratch / "tmp").mkdir()
            place = self._place(check, root, scratch)
            reader = tool(check.tool)
            try:
                evidence = self._run(check, reader, place, log)
            except CheckError as error:
                fault = CheckFault("NO_TOOL", text.message(error.message, place.root))
                return report.build(check, Evidence(-1, "", {}, place), Reading(fault=fault), self._shown(log))
            return report.build(check, evidence, reader.read(evidence), self._shown(log))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _shown(self, log: Path) -> str:
        """The log's path as reports name it: relative to the repository where it lies there."""
        absolute = log.resolve()
        inside = absolute.is_relative_to(self._checkout)
        return (absolute.relative_to(self._checkout) if inside else absolute).as_posix()

    def _place(self, check: CheckSpec, root: Path, scratch: Path) -> Place:
        lead = min(1.0, check.timeout_s * _DUMP_LEAD)
        nested = root != self._checkout and root.is_relative_to(self._checkout)
        return Place(
            root=root.as_posix(),
            scratch=scratch.as_posix(),
            checkout=self._checkout.as_posix(),
            deadline=time.time() + check.timeout_s - lead,
            configs=_configs(root),
            surrounding=_configs(self._checkout) if nested else {},
        )

    def _run(self, check: CheckSpec, reader: Tool, place: Place, log: Path) -> Evidence:
        root, scratch = Path(place.root), Path(place.scratch)
        if not check.command:
            raise CheckError(f"the check {check.name} has no command")
        variables = environment.scrubbed(self._environ)
        program = _program(check.command[0], root, variables)
        invocation = reader.prepare(check.command, place)
        _lay(invocation, scratch)
        variables["PYTHONPATH"] = environment.python_path(
            variables, root=root, checkout=self._checkout, python=program, scratch=scratch
        )
        command = self._sandbox.wrap(
            invocation.command, root=root, scratch=scratch, visible=(self._checkout, *_homes(program))
        )
        ended = process.run(
            command,
            cwd=root,
            environment={**variables, **invocation.environment},
            log=log,
            bounds=process.Bounds(check.timeout_s, log_bytes=self._log_bytes),
            stop=self._stop,
        )
        return Evidence(
            exit_code=ended.exit_code,
            log=text.plain(log.read_bytes().decode("utf-8", "replace")),
            files=_left(scratch),
            place=place,
            command=check.command,
            duration_s=ended.duration_s,
            timed_out=ended.timed_out,
            timeout_s=check.timeout_s,
        )


def _configs(folder: Path) -> dict[str, str]:
    files = (folder / name for name in CONFIG_FILES)
    return {file.name: file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()}


def _program(name: str, root: Path, variables: Mapping[str, str]) -> Path:
    """The program that a command starts. Raises CheckError where there is none: a sandbox would say so less well."""
    local = root / name if "/" in name else None
    found = shutil.which(local or name, path=variables.get("PATH"))
    if found is None:
        raise CheckError(f"the program {name} was not found")
    return Path(found)


def _homes(program: Path) -> tuple[Path, ...]:
    """Where a program's own files are: its installation and, for a virtual environment, the one behind it."""
    return program.parent.parent, program.resolve().parent.parent


def _lay(invocation: Invocation, scratch: Path) -> None:
    for name, content in invocation.files.items():
        (scratch / name).write_text(content, encoding="utf-8")
    for name in invocation.plugins:
        source = resources.files("adw.adapters.checks.plugins").joinpath(name)
        (scratch / name).write_bytes(source.read_bytes())


def _left(scratch: Path) -> dict[str, bytes]:
    """What lies in the scratch folder; links are not followed, for the check may have made them."""
    files = (path for path in sorted(scratch.iterdir()) if path.is_file() and not path.is_symlink())
    return {path.name: path.read_bytes() for path in files if path.stat().st_size <= _REPORT_BYTES}

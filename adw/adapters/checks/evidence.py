"""Starting a check's command on this machine, and gathering all that it leaves."""

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

from adw.adapters.checks import caches, collected, environment, process
from adw.adapters.checks.sandbox import Sandbox
from adw.checks import text
from adw.checks.detect import CONFIG_FILES
from adw.checks.tool import Evidence, Invocation, Place, Tool
from adw.domain.run import CheckSpec
from adw.errors import CheckError
from adw.ports import StopSignal

_BWRAP_SIGNAL = 128
_SIGNALS = 64
"""Signals that there are."""
_DEEP = 3
"""Parts of a path below which a folder is not one of the machine's own, as /tmp is."""
_DUMP_LEAD = 0.05
"""Share of the time limit, at most a second, by which stacks are written before it."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where checks are run. `checkout` is the user's own working copy, `environ` ADW's own environment."""

    checkout: Path
    environ: Mapping[str, str]
    sandbox: Sandbox
    stop: StopSignal
    log_bytes: int = 20_000_000
    heard: Callable[[str, bytes], None] | None = None
    """Is given the check's name and every piece of its output as it comes."""

    def gather(self, check: CheckSpec, reader: Tool, *, root: Path, scratch: Path, log: Path) -> Evidence:
        """Run the check in `root` with `scratch`, a fresh folder that is empty but for a folder `tmp`.

        Raises CheckError where it cannot be started, StorageError where the log cannot be written, Interrupted.
        """
        if not check.command:
            raise CheckError(f"the check {check.name} has no command")
        variables = environment.scrubbed(self.environ)
        program = _program(check.command[0], root, variables)
        place = self._place(check, root, scratch)
        invocation = reader.prepare(check.command, place)
        _lay(invocation, scratch)
        before = collected.before(root, invocation.collect)
        lasting = caches.made(self.checkout, invocation.caches)
        variables["PYTHONPATH"] = environment.python_path(
            variables, root=root, checkout=self.checkout, python=program, scratch=scratch
        )
        ended = process.run(
            self.sandbox.wrap(
                invocation.command,
                root=root,
                scratch=scratch,
                visible=(self.checkout, *_homes(program, variables.get("PATH", ""))),
                caches=lasting.values(),
            ),
            cwd=root,
            environment={**variables, **{name: str(path) for name, path in lasting.items()}, **invocation.environment},
            log=log,
            bounds=process.Bounds(check.timeout_s, log_bytes=self.log_bytes),
            stop=self.stop,
            heard=None if self.heard is None else partial(self.heard, check.name),
        )
        return Evidence(
            exit_code=self._exit_code(ended.exit_code),
            log=text.plain(log.read_bytes().decode("utf-8", "replace")),
            files={**before.fresh(), **_left(scratch)},
            place=place,
            command=check.command,
            duration_s=ended.duration_s,
            timed_out=ended.timed_out,
            timeout_s=check.timeout_s,
        )

    def _exit_code(self, code: int) -> int:
        """Bubblewrap reports a child that died of signal N as 128 + N."""
        died = _BWRAP_SIGNAL < code <= _BWRAP_SIGNAL + _SIGNALS  # more is a tool's own: PHP ends with 255
        return _BWRAP_SIGNAL - code if self.sandbox.executable and died else code

    def _place(self, check: CheckSpec, root: Path, scratch: Path) -> Place:
        lead = min(1.0, check.timeout_s * _DUMP_LEAD)
        nested = root != self.checkout and root.is_relative_to(self.checkout)
        return Place(
            root=root.as_posix(),
            scratch=scratch.as_posix(),
            checkout=self.checkout.as_posix(),
            deadline=time.time() + check.timeout_s - lead,
            configs=_configs(root),
            surrounding=_configs(self.checkout) if nested else {},
        )


def _configs(folder: Path) -> dict[str, str]:
    files = (folder / name for name in CONFIG_FILES)
    return {file.name: file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()}


def _program(name: str, root: Path, variables: Mapping[str, str]) -> Path:
    """The program that a command starts. Raises CheckError where there is none: a sandbox would say so less well."""
    found = shutil.which(root / name if "/" in name else name, path=variables.get("PATH"))
    if found is None:
        raise CheckError(f"the program {name} was not found")
    return Path(found)


def _homes(program: Path, path: str) -> tuple[Path, ...]:
    """Where programs' own files are: their installations and, for a virtual environment, the one behind it."""
    folders = [program.parent, program.resolve().parent, *(Path(entry) for entry in path.split(":") if entry)]
    return (*dict.fromkeys(folder.parent for folder in folders if len(folder.parts) > _DEEP), Path(sys.prefix))


def _lay(invocation: Invocation, scratch: Path) -> None:
    for name, content in invocation.files.items():
        (scratch / name).write_text(content, encoding="utf-8")
    for name in invocation.plugins:
        source = resources.files("adw.adapters.checks.plugins").joinpath(name)
        (scratch / name).write_bytes(source.read_bytes())


def _left(scratch: Path) -> dict[str, bytes]:
    """What lies in the scratch folder; links are not followed, for the check may have made them."""
    files = (path for path in sorted(scratch.iterdir()) if path.is_file() and not path.is_symlink())
    return {path.name: path.read_bytes() for path in files if path.stat().st_size <= collected.FILE_BYTES}

"""Which files there are, and what stands in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from adw.adapters.claude_logs.lines import UNKNOWN, Answer, Result, plain_name, read_line
from adw.adapters.claude_logs.stage import Stage, Staged
from adw.errors import UsageError

_PROJECTS = "projects"
_LONGEST = 64 * 2**20
"""Bytes of a line that is read: images in a message take a few megabytes."""


@dataclass(slots=True)
class Seen:
    """What went past."""

    files: int = 0
    answers: int = 0
    """Lines that bill an answer: some of them several times the same."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Lines by why they were left out: `torn`, `numbers`, `time`."""
    unreadable: list[str] = field(default_factory=list)
    """Files that could not be read, and why."""


def default_folders(variables: Mapping[str, str]) -> tuple[Path, ...]:
    """Where Claude Code keeps its logs: CLAUDE_CONFIG_DIR (several with commas), else both places of its own choice.

    Only those that are there.
    """
    home = Path(variables.get("HOME", "~")).expanduser()
    config = Path(variables.get("XDG_CONFIG_HOME") or home / ".config")
    named = [Path(one.strip()) for one in variables.get("CLAUDE_CONFIG_DIR", "").split(",") if one.strip()]
    return tuple(
        one / _PROJECTS for one in named or (config / "claude", home / ".claude") if (one / _PROJECTS).is_dir()
    )


def log_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files named, and every `.jsonl` in the folders named and their folders; each once, sorted.

    Raises UsageError for a path that is not there.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inner = path / _PROJECTS if (path / _PROJECTS).is_dir() else path
            logs = [one for one in inner.rglob("*.jsonl") if one.is_file()]
        elif path.exists():
            logs = [path]
        else:
            raise UsageError(f"{path}: no such file or folder", hint="name Claude Code's folder, or a log in it")
        for one in logs:
            found.setdefault(one.resolve(), one)
    return tuple(sorted(found.values()))


def read_files(files: Sequence[Path], stage: Stage) -> Seen:
    """Put every answer of the files on the stage. A file that cannot be read is left out and named."""
    seen = Seen()
    for number, path in enumerate(files):
        try:
            _File(path, number, stage, seen).read()
        except OSError as error:
            seen.unreadable.append(f"{path}: {error.strerror or error}")
        else:
            seen.files += 1
    return seen


class _File:
    """One file on its way to the stage."""

    def __init__(self, path: Path, number: int, stage: Stage, seen: Seen) -> None:
        self._path, self._number, self._stage, self._seen = path, number, stage, seen
        self._project = project_of(path)
        self._results: dict[str, list[Result]] = {}
        self._models: dict[str, str] = {}
        """The last model by session, for a result that does not name one."""

    def read(self) -> None:
        with self._path.open("rb") as file:
            changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
            session = plain_name(self._path.stem)
            while raw := file.readline(_LONGEST):
                match read_line(raw, session):
                    case Answer() as answer:
                        self._answer(answer, changed)
                    case Result() as result:
                        self._results.setdefault(result.session, []).append(result)
                    case str() as reason:
                        self._seen.left_out[reason] += 1
        for ended, results in self._results.items():
            self._end(ended, results, changed)

    def _answer(self, answer: Answer, changed: datetime) -> None:
        self._seen.answers += 1
        self._models[answer.session] = answer.model
        self._stage.add(
            Staged(
                key=answer.key,
                session=answer.session,
                project=self._project,
                model=answer.model,
                usage=answer.usage,
                at=answer.at or changed,
                is_agent=answer.is_agent,
                failed=answer.failed,
                version=answer.version,
                file=self._number,
            )
        )

    def _end(self, session: str, results: list[Result], changed: datetime) -> None:
        """A result tells the whole of what its stream tells in part: the answers of this file give way to it."""
        self._stage.drop(self._number, session)
        last = [one for one in results if one.cumulative][-1:]
        for result in last or results:
            self._seen.answers += 1
            for model, usage in result.by_model.items():
                self._stage.add(
                    Staged(
                        key=f"{result.key}:{model}"[:400],
                        session=session,
                        project=self._project,
                        model=model or self._models.get(session, UNKNOWN),
                        usage=usage,
                        at=changed,
                        failed=result.failed,
                        duration_s=result.duration_s,
                        is_result=True,
                        file=self._number,
                    )
                )


def project_of(path: Path) -> str:
    """The folder below `projects` that a log lies in, else the folder that it lies in: its own name alone."""
    parts = path.parts
    below = [at for at, part in enumerate(parts[:-2]) if part == _PROJECTS]
    return plain_name(parts[below[-1] + 1] if below else path.resolve().parent.name)

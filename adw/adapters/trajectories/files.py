"""Which reader a file needs, and which files a folder holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adw.adapters.trajectories import claude_code, neutral
from adw.context.trajectory import Trajectory
from adw.errors import UsageError

_NEUTRAL = (".json", ".json.xz")
_SESSION = ".jsonl"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of a folder that could not be read as a trajectory."""

    reason: str


def read(path: Path) -> Iterator[Trajectory | LeftOut]:
    """The runs in a file, or in all files of a folder and its folders that look like it, sorted by path.

    Raises UsageError where a file that was named is no trajectory, or a folder has none.
    """
    if not path.is_dir():
        yield from _read(path)
        return
    paths = [one for one in sorted(path.rglob("*")) if one.name.endswith((*_NEUTRAL, _SESSION)) and one.is_file()]
    if not paths:
        raise UsageError(f"{path} holds no trajectory", hint="files end in .json, .json.xz or .jsonl")
    for one in paths:
        try:
            yield from _read(one)
        except UsageError as error:  # a folder of session logs holds other files, too
            yield LeftOut(error.message)


def _read(path: Path) -> tuple[Trajectory, ...]:
    if path.name.endswith(_SESSION):
        return claude_code.read(path)
    if path.name.endswith(_NEUTRAL):
        return (neutral.read(path),)
    raise UsageError(f"{path} is no trajectory by its name", hint="files end in .json, .json.xz or .jsonl")

"""Where and how a command was called."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from adw.config import FILE


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how the command was called."""

    folder: Path = field(default_factory=Path.cwd)
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    stdin: BinaryIO = field(default_factory=lambda: sys.stdin.buffer)


def root_of(folder: Path) -> Path:
    """The nearest folder upwards that git or ADW knows; else `folder` itself."""
    around = (folder, *folder.parents)
    marked = (one for one in around if (one / ".git").exists() or (one / FILE).is_file())
    return next(marked, folder)

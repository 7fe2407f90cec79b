"""Where an interpreter's editable installs point, read from its site-packages without starting it."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


def import_roots(python: Path, checkout: Path, python_path: Sequence[str] = ()) -> tuple[Path, ...]:
    """Folders of the checkout, relative to it, that `python` or PYTHONPATH would import from; sorted."""
    places = [Path(entry) for entry in python_path if entry.startswith("/")]
    for site in (*python.parent.parent.glob("lib*/python3*/site-packages"),):
        places += _from_path_files(site)
        places += _from_finders(site)
    return tuple(sorted({found for place in places for found in _within(place, checkout)}))


def _within(place: Path, checkout: Path) -> Iterator[Path]:
    for base in {checkout, checkout.resolve()}:
        if place.is_relative_to(base) and "site-packages" not in place.parts:
            yield place.relative_to(base)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _from_path_files(site: Path) -> Iterable[Path]:
    """`*.pth`: one folder a line."""
    for path_file in site.glob("*.pth"):
        for line in _text(path_file).splitlines():
            if line.startswith("/"):
                yield Path(line.strip())


def _from_finders(site: Path) -> Iterable[Path]:
    """`__editable___*_finder.py` of setuptools: a MAPPING of package names to folders."""
    for finder in site.glob("__editable__*finder.py"):
        try:
            body = ast.parse(_text(finder)).body
        except (SyntaxError, ValueError):
            continue
        for statement in body:
            if isinstance(statement, ast.AnnAssign | ast.Assign) and isinstance(statement.value, ast.Dict):
                yield from _parents(statement.value)


def _parents(mapping: ast.Dict) -> Iterable[Path]:
    for name, folder in zip(mapping.keys, mapping.values, strict=True):
        if isinstance(name, ast.Constant) and isinstance(folder, ast.Constant) and isinstance(folder.value, str):
            package = Path(folder.value)
            if package.is_absolute() and package.name == str(name.value).rpartition(".")[2]:
                yield package.parents[str(name.value).count(".")]

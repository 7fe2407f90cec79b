"""Failures that say the same, named together and never dropped; in an order that does not depend on the tool's."""

import re
from collections.abc import Iterable
from dataclasses import replace

from adw.domain.report import Failure


def group(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Failures with the same code and message as one, the further names in `also`; ordered by name."""
    groups: dict[tuple[str, str], list[Failure]] = {}
    for failure in sorted(failures, key=lambda each: (natural(each.name), each.loc, each.code, each.message)):
        groups.setdefault((failure.code, failure.message), []).append(failure)
    grouped = []
    for first, *rest in groups.values():
        names = dict.fromkeys(name for failure in (first, *rest) for name in failure.names)
        also = tuple(sorted((name for name in names if name != first.name), key=natural))
        grouped.append(replace(first, also=also))
    return tuple(grouped)


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """What to sort names by: line 9 comes before line 10, and no two names are equal."""
    parts = re.split(r"([0-9]{1,18})", name)
    key = [(int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts)]
    return (*key, (-1, name))

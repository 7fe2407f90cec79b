"""Which failures a run answers for: those that are new, and those that the issue is about."""

import re
from collections.abc import Iterator

from adw.domain.plan import Plan
from adw.domain.report import Report

# Each is linear in the text: an issue is outside text, and a pasted log may be one word of megabytes.
_TOKEN = re.compile(r"[\w./:\[\]-]+")
_FUNCTION = re.compile(r"\btest_\w+")


def in_scope(report: Report, issue_text: str, plan: Plan | None) -> tuple[str, ...]:
    """Failing names that are new, named by the plan or named in the issue; sorted."""
    planned = (name.strip().removeprefix("./") for name in (plan.tests if plan else ()))
    named = tuple(dict.fromkeys(name for name in (*planned, *_named(issue_text)) if name))
    new = set(report.new)
    return tuple(name for name in report.failing if name in new or any(_means(one, name) for one in named))


def _named(text: str) -> Iterator[str]:
    """What the text may mean a test by: a test's whole name, else a function or a test file."""
    for token in _TOKEN.findall(text):
        if "test" not in token:
            continue
        name = token.rstrip(".:-").removeprefix("./")
        path, _, inner = name.partition("::")
        if inner:
            yield name
            continue
        yield from _FUNCTION.findall(name)
        if "." in path:
            yield path.split(":")[0]


def _means(named: str, test: str) -> bool:
    """Whether `named` is the test, the beginning of its name, its folder, its file, or its class or function."""
    wanted, whole = (f"{name}::".replace("[", "::[") for name in (named, f"/{test}"))
    return f"/{wanted}" in whole or f"::{wanted}" in whole or test.startswith(named + "/")

"""Which failures a run answers for: those that are new, and those that the issue is about."""

import re

from adw.domain.plan import Plan
from adw.domain.report import Report

_TEST_NAME = re.compile(r"[\w./-]+\.py::[\w.:\[\]-]+|\btest_\w+|[\w./-]*test[\w./-]*\.\w+")


def in_scope(report: Report, issue_text: str, plan: Plan | None) -> tuple[str, ...]:
    """Failing names that are new, named by the plan or named in the issue; sorted."""
    named = tuple(name for name in (*(plan.tests if plan else ()), *_TEST_NAME.findall(issue_text)) if name)
    new = set(report.new)
    return tuple(name for name in report.failing if name in new or any(_means(one, name) for one in named))


def _means(named: str, test: str) -> bool:
    """Whether `named` is the test, the beginning of its name, its file or its function."""
    if test == named or test.startswith((named + "::", named + "[", named + "/")):
        return True
    path, _, rest = test.partition("::")
    return path.endswith("/" + named) or named in re.split(r"::|\[", rest)

"""RSpec's output as text."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from adw.checks import text
from adw.checks.scripting import rspec_errors
from adw.checks.scripting.rspec_errors import Told
from adw.checks.tool import Reading
from adw.domain.report import CheckFault, Summary

_CLOSING = re.compile(
    r"^(\d+) examples?, (\d+) failures?(?:, (\d+) pending)?(?:, (\d+) errors? occurred outside of examples)?$",
    re.MULTILINE,
)
_ENTRY = re.compile(r"^  (\d+)\) (.*)$", re.MULTILINE)
_RERUN = re.compile(r"^rspec (\S+|'.+?') # (.*)$", re.MULTILINE)
_END = re.compile(
    r"^(?:Finished in |Failed examples:$|\d+ examples?, |Top \d+ slowest|Randomized with seed|Coverage )", re.MULTILINE
)
_FAILURES = "\nFailures:\n"
_PART = re.compile(r"^Failures:$", re.MULTILINE)
_OUTSIDE = re.compile(
    r"^(?:An error occurred (?:while loading |in an? `)|While loading \S+ an? .+ RSpec will)", re.MULTILINE
)


def recognises(log: str) -> bool:
    return " example" in log and _CLOSING.search(log) is not None


def parse(log: str, root: str) -> Reading:
    log = "\n" + log
    told = list(_told(log))
    around = [failure for block in _blocks_outside(log) if (failure := rspec_errors.outside(block, root))]
    found = rspec_errors.unique((*rspec_errors.failures(told, root), *around))
    closings = _CLOSING.findall(log) if " example" in log else []
    total, failed, pending, errors = (sum(int(closing[at] or 0) for closing in closings) for at in range(4))
    counted = Summary(total + errors, max(0, total - failed - pending), failed, errors, pending)
    fault = None
    if failed + errors > len(found):
        fault = CheckFault("MISMATCH", f"{failed + errors} failures are counted, but {len(found)} are told")
    return Reading(counted, found, fault, finished=bool(closings))


def _told(log: str) -> Iterator[Told]:
    """Entries of every part `Failures:`; several runs may stand in one log."""
    reruns = _RERUN.findall(log) if "\nrspec " in log else []
    position = 0
    parts = [match.end() for match in _PART.finditer(log)] if _FAILURES in log else []
    for start, following in zip_longest(parts, parts[1:], fillvalue=len(log)):
        end = _END.search(log, start, following)
        block = log[start : end.start() if end else following]
        entries = list(_ENTRY.finditer(block))
        for entry, after in zip_longest(entries, entries[1:]):
            body = block[entry.end() : after.start() if after else len(block)]
            rerun = reruns[position][0].strip("'") if position < len(reruns) else ""
            position += 1
            kind, said, stack = rspec_errors.split(body)
            home = rerun.partition("[")[0]
            yield Told(entry.group(2).removesuffix(" FIXED"), rerun, kind, said, stack, home)
    if position == 0:  # a formatter without that part: the commands to run the examples again name them still
        for rerun, name in reruns:
            yield Told(name, rerun.strip("'"), "", text.message(name), (), rerun.partition("[")[0])


def _blocks_outside(log: str) -> Iterator[str]:
    starts = [match.start() for match in _OUTSIDE.finditer(log)]
    for start, following in zip_longest(starts, starts[1:], fillvalue=len(log)):
        end = _END.search(log, start, following)
        failures = log.find(_FAILURES, start, following)
        ends = [following, *((end.start(),) if end else ()), *((failures,) if failures >= 0 else ())]
        yield log[start : min(ends)]

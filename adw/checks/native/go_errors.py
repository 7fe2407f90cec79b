"""What Go's compiler and its vet complain of, as text: one line each, what belongs to it behind a tab."""

import re
from collections.abc import Iterator

from adw.checks import locate
from adw.checks.native.findings import Dialect, Finding

_LINE = re.compile(
    r"^(?:vet: )?(?P<path>[^\n\t:]+\.(?:go|mod|work|s|c|h|cc|cpp|y)):(?P<line>\d+)(?::(?P<column>\d+))?: "
    r"(?P<said>[^\n]+(?:\n\t[^\n]+)*)",
    re.MULTILINE,
)
_VETTED = re.compile(r"^# \[[^\]\n]+\]$", re.MULTILINE)
_NEITHER = re.compile(r"^(?:go: |pattern |package |vet: )(?P<said>[^\n]+(?:\n\t[^\n]+)*)", re.MULTILINE)
_ADVICE = re.compile(r"(?:; to add it:|; to add:)?\n\t+go (?:get|mod) [^\n]+")
_HARMLESS = re.compile(
    r"downloading|finding|found|added|upgraded|warning|writing|creating|to add module", re.IGNORECASE
)

DIALECT = Dialect(
    imports=re.compile(
        r"no required module provides package|cannot find (?:package|module)|is not in (?:std|GOROOT)"
        r"|could not import|missing go\.sum entry|no Go files in|module lookup disabled"
    ),
    syntax=re.compile(
        r"syntax error|^ *expected |, found |missing .+ in .+ statement|not terminated|invalid character"
    ),
)


def findings(text: str, root: str, *, vetting: bool = False) -> Iterator[Finding]:
    """Each complaint with its place; those that have none only where nothing else is said.

    `vetting`: the command was `go vet`, which does not say so before what it finds itself.
    """
    vetted = _VETTED.search(text)
    some = False
    for match in _LINE.finditer(text):
        some = True
        compiled = match.group().startswith("vet: ")  # it did not get as far as vetting
        code = "vet" if not compiled and (vetting or (vetted and match.start() > vetted.start())) else ""
        place = [match["path"], match["line"], match["column"]]
        inside = locate.inside(match["path"], root)
        loc = ":".join(part for part in (inside, *place[1:]) if part) if inside else ""
        named = ":".join(part for part in place if part)
        yield Finding(loc, _ADVICE.sub("", match["said"]), code, where=named)
    if not some:
        for match in _NEITHER.finditer(text):
            if not _HARMLESS.match(match["said"]):
                yield Finding("", _ADVICE.sub("", match["said"]), where="go")

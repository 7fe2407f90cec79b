"""What javac complains of, in any of its languages, in its raw form, and as Maven passes it on."""

import re
from collections.abc import Iterator

from adw.checks import locate
from adw.checks.native.findings import Dialect, Finding

_LINE = re.compile(
    r"^(?P<path>[^\n\t:]+\.java):(?P<line>\d+)(?::(?P<column>\d+))?: "
    r"(?:(?P<raw>compiler\.(?P<level>err|warn)\.[\w.]+)(?:: (?P<details>.*))?|(?P<said>.+))$",
    re.MULTILINE,
)
_KIND = re.compile(r"(?P<kind>[^\s:\[\]]+(?: [^\s:\[\]]+)?) ?: ?(?:\[(?P<lint>[\w-]+)\] ?)?(?P<said>.+)")
_WARNINGS = frozenset(
    {"warning", "warnung", "警告", "avertissement", "advertencia", "avviso", "предупреждение", "경고"}
)
_EXTRA = re.compile(
    r"^  (?:symbol|location|シンボル|場所|符号|位置|Symbol|Ort|required|found|reason): *(.+)$", re.MULTILINE
)
_MAVEN = re.compile(
    r"^\[(?P<level>ERROR|WARNING)\] (?P<path>[^\n\t:]+\.(?:java|kt)):\[(?P<line>\d+),(?P<column>\d+)\] (?P<said>.+)$",
    re.MULTILINE,
)
_WHOLE = re.compile(r"^(?:error|Fehler|エラー|错误): (?P<said>.+)$", re.MULTILINE)
_LONGEST_BLOCK = 4000

DIALECT = Dialect(
    imports=re.compile(
        r"^\S* ?(?:package \S+ does not exist|static import only|cannot access \S+|module not found)"
        r"|パッケージ\S*は存在しません"
    ),
    syntax=re.compile(
        r"expected\b|illegal start|reached end of file|unclosed |not a statement|without '|orphaned|illegal character"
        r"|class, interface|malformed"
    ),
)


def findings(log: str, root: str) -> Iterator[Finding]:
    """Javac's own output."""
    found = False
    matches = list(_LINE.finditer(log))
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        end = min(following.start() if following else len(log), match.end() + _LONGEST_BLOCK)
        finding = _finding(match, log[match.end() : end], root)
        found = found or not finding.mild
        yield finding
    if not found:
        for match in _WHOLE.finditer(log):
            yield Finding("", match["said"], where="javac")


def _finding(match: re.Match[str], behind: str, root: str) -> Finding:
    if match["raw"]:
        mild = match["level"] == "warn"
        return _placed(match, match["details"] or match["raw"], root, code=match["raw"], mild=mild)
    kind = _KIND.fullmatch(match["said"])
    if kind is None:
        return _placed(match, match["said"], root)
    extra = "; ".join(" ".join(part.split()) for part in _EXTRA.findall(behind))
    said = f"{kind['said']}: {extra}" if extra else kind["said"]
    return _placed(match, said, root, code=kind["lint"] or "", mild=kind["kind"].lower() in _WARNINGS)


def from_maven(log: str, root: str) -> Iterator[Finding]:
    """The same through Maven, which says each of them twice."""
    matches = list({match.groups(): match for match in reversed(list(_MAVEN.finditer(log)))}.values())[::-1]
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        end = min(following.start() if following else len(log), match.end() + _LONGEST_BLOCK)
        bracket = log.find("\n[", match.end(), end)
        extra = "; ".join(
            " ".join(part.split()) for part in _EXTRA.findall(log, match.end(), bracket if bracket >= 0 else end)
        )
        said = f"{match['said']}: {extra}" if extra else match["said"]
        yield _placed(match, said, root, mild=match["level"] == "WARNING")


def _placed(match: re.Match[str], said: str, root: str, *, code: str = "", mild: bool = False) -> Finding:
    path = locate.inside(match["path"], root)
    position = ":".join(part for part in (match["line"], match["column"]) if part)
    return Finding(f"{path}:{position}" if path else "", said, code, mild=mild, where=f"{match['path']}:{position}")

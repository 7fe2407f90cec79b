"""gcc and clang, the linkers behind them and `make` around them: their text, in any of gcc's languages."""

import posixpath
import re
from dataclasses import replace

from adw.checks import locate
from adw.checks.judge import judge
from adw.checks.native import findings
from adw.checks.native.findings import Finding
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading

_SOURCE = r"[^\n\t:]+\.(?:c|cc|cp|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|inc|inl|ipp|tcc|m|mm|i|ii|s|S|cu|cuh|l|y|f|f90)"
_LINE = re.compile(
    rf"(?P<path>{_SOURCE}):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<kind>[^\W\d][^\s:]*(?: [^\s:]+){{0,3}}?) ?: "
    rf"(?P<said>.+)"
)
_FROM = re.compile(rf"(?:In file included from|.* von|\s+from|.+ de) (?P<path>{_SOURCE}):(?P<line>\d+)(?::\d+)?[:,]")
_REQUIRED = re.compile(
    rf"(?P<path>{_SOURCE}):(?P<line>\d+)(?::(?P<column>\d+))?:\s+(?:required (?:from|by)|recursively required"
    rf"|erfordert)\b.*"
)
_MOVED = re.compile(r"[\w\-.]+(?:\[\d+\])?: (?:Entering|Leaving|.*?) .*?[`'‘„\"«](?P<folder>/[^'’“\"»]+)['’“\"»].*")  # noqa: RUF001 - as gcc and make print them
_LEFT = re.compile(r"^[\w\-.]+(?:\[\d+\])?: (?:Leaving|.* verlassen|.*verlassen)")
_LINK = re.compile(
    rf"(?:(?P<linker>(?:\S*/)?(?:ld|ld\.\w+|collect2|lld|mold|gold)): )?(?:(?P<path>{_SOURCE}):(?:(?P<line>\d+)"
    rf"|\([^)]*\)): |[^:\s]+\.o(?:bj)?:[^:]*: )?"
    r"(?P<said>undefined reference to .+|multiple definition of .+|cannot find -?\S+.*|undefined symbol: .+"
    r"|Nicht definierter Verweis auf .+|Warnung: undefinierter Verweis .+|error: .+)"
)
_FLAG = re.compile(r" \[(?:-Werror,)?(?P<flag>-W[^\]]+)\]$")
_AS_ERROR = "-Werror="
_BROKEN = re.compile(
    r"(?P<make>(?:g?make|mingw32-make)(?:\[\d+\])?): \*\*\* (?:\[(?:(?P<file>[^\s:\]]+):(?P<line>\d+): "
    r")?(?P<target>[^\]]+)\] )?(?P<said>.+)"
    r"|CMake Error at (?P<cmake>[^\s:]+):(?P<at>\d+) \((?P<command>\w+)\):"
)
_WARNINGS = frozenset(
    {"warning", "warnung", "avertissement", "attention", "aviso", "advertencia", "avviso", "attenzione", "警告"}
    | {"предупреждение", "waarschuwing", "varning", "ostrzeżenie", "upozornění", "경고", "uyarı", "advarsel"}  # noqa: RUF001 - as gcc and make print them
)
_NOTES = frozenset(
    {
        "note",
        "anmerkung",
        "nota",
        "notera",
        "附注",
        "备注",
        "注",
        "備考",
        "備註",
        "замечание",
        "uwaga",
        "opmerking",
        "poznámka",
    }
    | {"메모", "not", "bemærk", "remark"}
)
_OWN = re.compile(
    rf"^{_SOURCE}:\d+(?::\d+)?: [^\W\d][^\s:]*(?: [^\s:]+){{0,3}}? ?: |^In file included from {_SOURCE}:\d+"
    rf"|^(?:\S*/)?(?:ld|collect2): .*"
    r"|undefined reference to [`'‘]",  # noqa: RUF001 - as gcc and make print them
    re.MULTILINE,
)


class Gcc:
    """Reads gcc and clang, started directly or by `make`, ninja or CMake."""

    name = "gcc"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        """As it is: options would not get through `make`. LANGUAGE would win over the locale that checks have."""
        return Invocation(command, {"LANGUAGE": ""})

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, self.parse(evidence.log, evidence.place.root), self.kind)

    def recognises(self, log: str) -> bool:
        return _OWN.search(log) is not None

    def parse(self, log: str, root: str) -> Reading:
        reader = _Reader(root)
        for line in log.split("\n"):
            if ": " in line or "from " in line or "Error at " in line:
                reader.line(line)
        if all(finding.mild for finding in reader.found):
            reader.found += reader.broken
        return findings.reading(reader.found, root)


class _Reader:
    def __init__(self, root: str) -> None:
        self._root = root.rstrip("/")
        self._folders: list[str] = []
        self._outside = ""
        """The line of the workspace that led to a header or template outside it."""
        self._strayed = False
        """Whether the last complaint is of a line outside the workspace: a note behind it may say where it began."""
        self.found: list[Finding] = []
        self.broken: list[Finding] = []
        """Targets that could not be made: only where nothing says why."""

    def line(self, line: str) -> None:
        if match := _LINE.fullmatch(line):
            self._said(match)
        elif match := _FROM.match(line) or _REQUIRED.fullmatch(line):
            inside = self._inside(match["path"])
            self._outside = f"{inside}:{match['line']}" if inside else self._outside
        elif match := _LINK.fullmatch(line):
            self._linked(match)
        elif line.startswith(("make", "gmake", "ninja", "mingw32-make", "CMake")):
            self._made(line)

    def _said(self, match: re.Match[str]) -> None:
        kind, inside = match["kind"].lower(), self._inside(match["path"])
        position = ":".join(part for part in (match["line"], match["column"]) if part)
        if kind in _NOTES:
            if self._strayed and inside:
                self.found[-1] = replace(self.found[-1], loc=f"{inside}:{position}")
                self._strayed = False
            return
        loc = f"{inside}:{position}" if inside else self._outside
        self._outside, self._strayed = "", not inside
        flag = _FLAG.search(match["said"])
        code = flag["flag"].replace(_AS_ERROR, "-W") if flag else ""
        said = match["said"][: flag.start()] if flag else match["said"]
        where = f"{match['path']}:{position}"
        self.found.append(Finding(loc, said, code, mild=kind in _WARNINGS, where=where))

    def _linked(self, match: re.Match[str]) -> None:
        path = self._inside(match["path"] or "")
        loc = f"{path}:{match['line']}" if path and match["line"] else path
        into = self.broken if (match["linker"] or "").endswith("collect2") else self.found
        into.append(Finding(loc, match["said"], where="ld"))

    def _made(self, line: str) -> None:
        if match := _BROKEN.fullmatch(line):
            if match["cmake"]:
                inside = self._inside(match["cmake"])
                self.broken.append(
                    Finding(f"{inside}:{match['at']}", f"CMake Error ({match['command']})", where="cmake")
                )
                return
            inside = self._inside(match["file"] or "")
            said = f"{match['target']}: {match['said']}" if match["target"] else match["said"]
            self.broken.append(Finding(f"{inside}:{match['line']}" if inside else "", said, where="make"))
        elif match := _MOVED.fullmatch(line):
            if _LEFT.match(line):
                del self._folders[-1:]
            else:
                self._folders.append(match["folder"])

    def _inside(self, path: str) -> str:
        """Relative paths are relative to the folder that `make` went into."""
        if path and not path.startswith("/") and self._folders:
            path = posixpath.join(self._folders[-1], path)
        elif path and not path.startswith("/"):
            path = posixpath.join(self._root, path)
        return locate.inside(path, self._root)

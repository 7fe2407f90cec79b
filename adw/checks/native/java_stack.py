"""Java's stack traces: which line of the workspace they come from.

A frame names its class and its file, not the file's folder. That follows from the package, by the convention of
Maven and Gradle: `src/main/java` and `src/test/java` below the module's folder.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FRAME = re.compile(
    r"^\s*at (?:[\w.\-@]*/)*(?P<owner>[\w.$]+)\.(?P<method>[\w$<>\-]+)"
    r"\((?P<file>[\w$\-]+\.(?P<kind>java|kt|groovy|scala)):(?P<line>\d+)\)",
    re.MULTILINE,
)
_CAUSE = re.compile(r"^\s*Caused by: ", re.MULTILINE)
_LIBRARY = re.compile(
    r"(?:java|javax|jdk|sun|jakarta|kotlin|scala|groovy|junit|org\.junit|org\.opentest4j|org\.assertj|org\.hamcrest"
    r"|org\.mockito|org\.testng|org\.apache\.maven|com\.sun|net\.bytebuddy)\."
)
_TEST = re.compile(r"^(?:Test[A-Z_]?|.*(?:Tests?|TestCase|IT|ITCase|Spec)$)")
_FOLDERS = {"java": "java", "kt": "kotlin", "groovy": "groovy", "scala": "scala"}
_SHARED = 3
"""Parts of a package's name that a project's packages have in common, where they are so long."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One test's stack trace. `module` is its module's folder, with `/` behind it, or empty."""

    text: str
    test_class: str
    module: str = ""

    def frames(self) -> Iterator[re.Match[str]]:
        """Those of the project, innermost first; of the causes only where there are none before them."""
        for section in _CAUSE.split(self.text):
            own = [frame for frame in _FRAME.finditer(section) if self._is_own(frame["owner"])]
            if own:
                yield from own
                return

    def loc(self) -> str:
        """The innermost frame of the project as `path:line`; empty where there is none."""
        frame = next(self.frames(), None)
        return f"{self._path(frame)}:{frame['line']}" if frame else ""

    def before_test(self, method: str) -> bool:
        """Whether it never came to the test itself: what failed is what sets it up or clears up behind it."""
        frames = list(self.frames())
        return bool(frames) and not any(method in frame["method"] for frame in frames)

    def _is_own(self, owner: str) -> bool:
        package = _package(self.test_class)
        if not package:
            return not _package(owner)
        shared = ".".join(package.split(".")[:_SHARED]) + "."
        return owner.startswith(shared) and not _LIBRARY.match(owner)

    def _path(self, frame: re.Match[str]) -> str:
        outer = frame["owner"].rpartition(".")[2].partition("$")[0]
        is_test = _outer(frame["owner"]) == _outer(self.test_class) or _TEST.match(outer)
        package = _package(frame["owner"]).replace(".", "/")
        folder = f"{self.module}src/{'test' if is_test else 'main'}/{_FOLDERS[frame['kind']]}/"
        return f"{folder}{package}/{frame['file']}" if package else folder + frame["file"]


def _package(owner: str) -> str:
    return _outer(owner).rpartition(".")[0]


def _outer(owner: str) -> str:
    return owner.partition("$")[0]

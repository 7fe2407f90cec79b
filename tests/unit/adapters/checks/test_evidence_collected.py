"""Report files in the workspace: those that a check wrote, and no others."""

import os
from pathlib import Path

import pytest

from adw.adapters.checks import collected
from adw.adapters.checks.evidence import Bench
from adw.adapters.checks.sandbox import Sandbox, SandboxMode, choose
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.run import CheckSpec

GLOBS = ("**/reports/TEST-*.xml",)


def write(path: Path, content: str = "<a/>") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_new_files_are_read_by_their_path_in_the_workspace(tmp_path: Path) -> None:
    before = collected.before(tmp_path, GLOBS)
    write(tmp_path / "cart" / "reports" / "TEST-a.xml", "<cart/>")
    write(tmp_path / "reports" / "TEST-b.xml", "<b/>")
    write(tmp_path / "reports" / "other.xml")
    assert before.fresh() == {"cart/reports/TEST-a.xml": b"<cart/>", "reports/TEST-b.xml": b"<b/>"}


def test_a_file_that_was_there_before_is_stale(tmp_path: Path) -> None:
    write(tmp_path / "reports" / "TEST-a.xml")
    assert collected.before(tmp_path, GLOBS).fresh() == {}


def test_a_file_that_was_written_again_is_fresh_whatever_its_age_says(tmp_path: Path) -> None:
    """The clock of the file system may be coarse: another size, or another file of that name, tells it too."""
    longer, replaced = write(tmp_path / "reports" / "TEST-a.xml"), write(tmp_path / "reports" / "TEST-b.xml")
    times = longer.stat().st_atime_ns, longer.stat().st_mtime_ns
    before = collected.before(tmp_path, GLOBS)
    write(longer, "<longer/>")
    os.utime(longer, ns=times)
    write(tmp_path / "new", "<b/>").rename(replaced)
    os.utime(replaced, ns=times)
    assert before.fresh() == {"reports/TEST-a.xml": b"<longer/>", "reports/TEST-b.xml": b"<b/>"}


def test_only_the_time_differs_where_the_same_is_written_again(tmp_path: Path) -> None:
    path = write(tmp_path / "reports" / "TEST-a.xml")
    before = collected.before(tmp_path, GLOBS)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert list(before.fresh()) == ["reports/TEST-a.xml"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside" / "reports" / "TEST-secret.xml", "secret")
    root = tmp_path / "root"
    before = collected.before(root, GLOBS)
    (root / "reports").mkdir(parents=True)
    (root / "reports" / "TEST-file.xml").symlink_to(secret)
    (root / "reports" / "TEST-gone.xml").symlink_to(tmp_path / "nowhere")
    (root / "deep").symlink_to(tmp_path / "outside")
    (root / "deeper").mkdir()
    (root / "deeper" / "reports").symlink_to(tmp_path / "outside" / "reports")
    assert before.fresh() == {}


def test_the_workspace_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    before = collected.before(tmp_path / "link", GLOBS)
    write(tmp_path / "real" / "reports" / "TEST-a.xml")
    assert list(before.fresh()) == ["reports/TEST-a.xml"]


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    before = collected.before(tmp_path, GLOBS)
    (tmp_path / "reports" / "TEST-folder.xml").mkdir(parents=True)
    os.mkfifo(tmp_path / "reports" / "TEST-pipe.xml")
    assert before.fresh() == {}


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collected, "FILE_BYTES", 10)
    monkeypatch.setattr(collected, "ALL_BYTES", 15)
    before = collected.before(tmp_path, GLOBS)
    for name, size in (("a", 11), ("b", 9), ("c", 9), ("d", 6)):
        write(tmp_path / "reports" / f"TEST-{name}.xml", "x" * size)
    assert {path: len(content) for path, content in before.fresh().items()} == {
        "reports/TEST-b.xml": 9,
        "reports/TEST-d.xml": 6,
    }


class Collecting:
    """A tool that leaves its report in the workspace."""

    name = "collecting"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        return Invocation(command, collect=GLOBS, caches={"KEPT": "kept"})

    def read(self, evidence: Evidence) -> Reading:  # noqa: ARG002
        return Reading()

    def recognises(self, log: str) -> bool:  # noqa: ARG002
        return False

    def parse(self, log: str, root: str) -> Reading:  # noqa: ARG002
        return Reading()


class Never:
    def is_set(self) -> bool:
        return False


def test_a_checks_evidence_has_what_it_wrote_and_not_what_lay_there(tmp_path: Path) -> None:
    root, scratch = tmp_path / "root", tmp_path / "scratch"
    write(root / "reports" / "TEST-old.xml", "old")
    (scratch / "tmp").mkdir(parents=True)
    bench = Bench(root, dict(os.environ), Sandbox(), Never())
    check = CheckSpec("test", "collecting", ("sh", "-c", "printf new > reports/TEST-new.xml"))
    seen = bench.gather(check, Collecting(), root=root, scratch=scratch, log=tmp_path / "log")
    assert seen.files == {"reports/TEST-new.xml": b"new"}


def test_a_cache_lasts_from_check_to_check_where_the_sandbox_hides_the_rest(tmp_path: Path) -> None:
    root, sandbox = tmp_path / "root", choose(SandboxMode.AUTO, home=Path.home())
    root.mkdir()
    bench = Bench(root, dict(os.environ), sandbox, Never())
    for number, said in enumerate(["first\n", "second\n"]):
        scratch = tmp_path / f"scratch-{number}"
        (scratch / "tmp").mkdir(parents=True)
        script = 'if test -e "$KEPT/seen"; then echo second; else echo first; fi; touch "$KEPT/seen"'
        check = CheckSpec("test", "collecting", ("sh", "-c", script))
        seen = bench.gather(check, Collecting(), root=root, scratch=scratch, log=tmp_path / "log")
        assert (seen.exit_code, seen.log) == (0, said)
    assert (root / ".adw" / "cache" / "kept" / "seen").is_file()
    assert (root / ".adw" / "cache" / ".gitignore").read_text(encoding="utf-8") == "*\n"

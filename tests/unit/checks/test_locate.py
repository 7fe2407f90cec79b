"""Locations point at the user's line in the workspace."""

import pytest

from adw.checks import locate

ROOT = "/w/project"


@pytest.mark.parametrize(
    ("path", "relative"),
    [
        ("/w/project/src/a.py", "src/a.py"),
        ("/w/project/src/../a.py", "a.py"),
        ("src/a.py", "src/a.py"),
        ("/w/project-two/a.py", ""),
        ("/w/project", ""),
        ("../other/a.py", ""),
        ("/w/project/.venv/lib/python3.11/site-packages/x.py", ""),
        ("/w/project/venv/lib/python3.11/site-packages/x.py", ""),
        ("node_modules/jest/index.js", ""),
        ("<string>", ""),
        ("", ""),
    ],
)
def test_what_is_inside(path: str, relative: str) -> None:
    assert locate.inside(path, ROOT) == relative


def test_the_last_frame_inside_counts() -> None:
    frames = [("/w/project/test_a.py", 3), ("/w/project/src/b.py", 7), ("/usr/lib/python3.11/json/decoder.py", 355)]
    assert locate.last_frame(frames, ROOT) == "src/b.py:7"
    assert locate.last_frame([("/usr/lib/a.py", 1)], ROOT) == ""


DUMP = """\
Timeout (0:00:05)!
Thread 0x00007f (most recent call first):
  File "/w/project/worker.py", line 9 in wait
  File "/usr/lib/python3.11/threading.py", line 1 in run

Current thread 0x00008f (most recent call first):
  File "/usr/lib/python3.11/socket.py", line 2 in read
  File "/w/project/test_a.py", line 5 in hang
  File "/w/project/test_a.py", line 8 in test_d
"""


def test_a_dump_tells_the_main_threads_innermost_line_inside() -> None:
    assert locate.from_dump(DUMP, ROOT) == "test_a.py:5"


def test_another_thread_is_better_than_none() -> None:
    assert locate.from_dump(DUMP.partition("Current")[0], ROOT) == "worker.py:9"
    assert locate.from_dump("nothing", ROOT) == ""

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from adw.adapters.event_log import EventLog, FanOut, LoggedEvent, read
from adw.domain.events import CallEnded, Event, Notice, PhaseStarted, ToolsEnded
from adw.domain.usage import Usage
from adw.errors import StorageError
from tests.fakes.clock import FixedClock


class Heard:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def notices(path: Path) -> list[str]:
    return [entry.event.text for entry in read(path) if isinstance(entry.event, Notice)]


def test_events_come_back_with_their_times(path: Path):
    clock = FixedClock()
    log = EventLog(path, clock)
    start = clock.now()
    first, second = PhaseStarted("plan"), ToolsEnded("plan", 1, ("read a\nb.py", "ü"))
    log.tell(first)
    clock.tick(2.5)
    log.tell(second)
    assert read(path) == (LoggedEvent(start, first), LoggedEvent(start + timedelta(seconds=2.5), second))


def test_each_event_is_one_line(path: Path):
    log = EventLog(path, FixedClock())
    log.tell(Notice("two\nlines\r\u2028"))
    log.tell(Notice("three"))
    lines = path.read_text().splitlines()
    assert [json.loads(line)["event"]["text"] for line in lines] == ["two\nlines\r\u2028", "three"]


def test_no_log_is_an_empty_one(path: Path):
    assert read(path) == ()


def test_a_torn_last_line_is_left_out(path: Path):
    log = EventLog(path, FixedClock())
    log.tell(Notice("whole"))
    log.tell(Notice("torn"))
    path.write_bytes(path.read_bytes()[:-5])
    assert notices(path) == ["whole"]


def test_a_resumed_run_goes_on_below_a_torn_line(path: Path):
    EventLog(path, FixedClock()).tell(Notice("torn"))
    path.write_bytes(path.read_bytes()[:-5])
    log = EventLog(path, FixedClock())
    log.tell(Notice("resumed"))
    log.tell(Notice("on"))
    assert notices(path) == ["resumed", "on"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"at": "2026-11-21T20:15:00Z", "event": {}}',
        b'{"at": "2026-11-21T20:15:00Z", "event": {"kind": []}}',
        b'{"at": "2026-11-21T20:15:00Z", "event": {"kind": "of_the_future"}}',
        b'{"at": "2026-11-21T20:15:00Z", "event": {"kind": "notice"}}',
    ],
)
def test_lines_that_are_no_event_are_left_out(path: Path, line: bytes):
    path.write_bytes(line + b"\n")
    EventLog(path, FixedClock()).tell(Notice("whole"))
    assert notices(path) == ["whole"]


def test_several_threads_do_not_mix_their_lines(path: Path):
    log = EventLog(path, FixedClock())

    def tell(name: str) -> None:
        for number in range(50):
            log.tell(Notice(f"{name}{number} " + "x" * 500))

    threads = [threading.Thread(target=tell, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [text.split()[0] for text in notices(path)]
    assert sorted(told) == sorted(f"{name}{number}" for name in "abcd" for number in range(50))
    assert [text for text in told if text[0] == "a"] == [f"a{number}" for number in range(50)]


def test_a_full_disk_is_a_storage_error():
    with pytest.raises(StorageError, match="/dev/full"):
        EventLog(Path("/dev/full"), FixedClock()).tell(Notice("lost"))


def test_a_log_that_cannot_be_read_is_a_storage_error(tmp_path: Path):
    with pytest.raises(StorageError, match=tmp_path.name):
        read(tmp_path)


def test_a_fan_out_tells_everyone_in_order():
    one, two = Heard(), Heard()
    both = FanOut(one, two)
    events: list[Event] = [PhaseStarted("plan"), Notice("x")]
    for event in events:
        both.tell(event)
    assert one.events == two.events == events


def test_every_kind_of_event_is_known_to_the_reader(path: Path):
    event = CallEnded("plan", 1, Usage(fresh=3), replayed=True)
    EventLog(path, FixedClock()).tell(event)
    assert [entry.event for entry in read(path)] == [event]

import re
import threading
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adw.adapters.clock import RandomIds, StopFlag, SystemClock
from tests.fakes.clock import FixedClock, SequentialIds


def test_now_is_utc_and_does_not_go_back():
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second
    assert clock.monotonic() <= clock.monotonic()


def test_an_id_shows_its_second_and_fits_a_branch_name():
    assert re.fullmatch(r"261121-201500-[0-9a-hjkmnp-tv-z]{3}", RandomIds(FixedClock()).run_id())


def test_ids_of_one_second_differ():
    ids = RandomIds(FixedClock())
    assert len({ids.run_id() for _ in range(20)}) > 15


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 73 * 365 * 86_400), min_size=2, max_size=5))
def test_ids_sort_by_their_second(seconds: list[int]):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = {second: RandomIds(FixedClock(start + timedelta(seconds=second))).run_id() for second in seconds}
    assert sorted(made, key=lambda second: made[second]) == sorted(made)


def test_a_stop_flag_set_in_one_thread_is_seen_in_another():
    flag = StopFlag()
    assert not flag.is_set()
    thread = threading.Thread(target=flag.set)
    thread.start()
    thread.join()
    assert flag.is_set()


def test_the_fixed_clock_moves_when_told():
    clock = FixedClock()
    before, began = clock.now(), clock.monotonic()
    clock.tick(90)
    assert clock.now() - before == timedelta(seconds=90)
    assert clock.monotonic() - began == 90


def test_sequential_ids_count():
    ids = SequentialIds()
    assert [ids.run_id(), ids.run_id()] == ["run-001", "run-002"]

"""Checks at the same time."""

from threading import Barrier, Event

import pytest

from adw.adapters.checks.side_by_side import run_together

PATIENCE = 30


def test_they_run_at_the_same_time_and_answer_in_their_order():
    both = Barrier(2, timeout=PATIENCE)
    assert run_together([lambda: both.wait() * 0 + 1, lambda: both.wait() * 0 + 2], lambda: None) == [1, 2]


def test_where_one_fails_the_others_are_told_to_stop_and_awaited():
    stopped, ended = Event(), Event()

    def failing():
        raise ValueError("no")

    def long():
        if stopped.wait(PATIENCE):
            ended.set()

    with pytest.raises(ValueError, match="no"):
        run_together([failing, long], stopped.set)
    assert ended.is_set()


def test_nothing_to_do_is_done():
    assert run_together([], lambda: None) == []

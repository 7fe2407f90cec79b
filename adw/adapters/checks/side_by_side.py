"""Checks that run at the same time, each in a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_together(jobs: Sequence[Callable[[], T]], stop: Callable[[], None]) -> list[T]:
    """What each returned, in their order. Where one raises, or on ctrl-C, `stop` is called and the others awaited."""
    with ThreadPoolExecutor(max_workers=max(len(jobs), 1), thread_name_prefix="check") as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stop()
            raise

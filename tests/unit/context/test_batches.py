"""Batches of failures: as few as the budget allows."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adw.context.batches import split_by_file

_NAMES = st.lists(st.builds("{}.py::{}".format, st.sampled_from("abcd"), st.integers(0, 20)), unique=True, max_size=14)
_SIZES = st.fixed_dictionaries(dict.fromkeys("abcd", st.integers(1, 30)))


def _cost(sizes: Mapping[str, int]) -> Callable[[tuple[str, ...]], int]:
    """A file's size once for each file, and two for each failure."""
    return lambda names: sum(sizes[file] for file in {name[0] for name in names}) + 2 * len(names)


def test_what_fits_goes_in_one() -> None:
    assert split_by_file(["b.py::1", "a.py::1"], len, 2) == (("b.py::1", "a.py::1"),)
    assert split_by_file([], len, 2) == ()


def test_files_are_kept_together_and_fill_up_in_order() -> None:
    names = ["a.py::1", "b.py::1", "a.py::2", "c.py::1"]
    assert split_by_file(names, len, 3) == (("a.py::1", "a.py::2", "b.py::1"), ("c.py::1",))


def test_a_file_that_is_too_large_is_split_and_one_failure_never_is() -> None:
    names = ["a.py::1", "a.py::2", "a.py::3", "b.py::1"]
    assert split_by_file(names, lambda batch: 10 * len(batch), 20) == (
        ("a.py::1",),
        ("a.py::2", "a.py::3"),
        ("b.py::1",),
    )
    assert split_by_file(names[:2], lambda batch: 10 * len(batch), 5) == (("a.py::1",), ("a.py::2",))


@given(_NAMES, _SIZES, st.integers(0, 120))
def test_every_failure_is_in_one_batch_that_fits_or_is_alone(
    names: list[str], sizes: dict[str, int], room: int
) -> None:
    cost = _cost(sizes)
    batches = split_by_file(names, cost, room)
    assert sorted(name for batch in batches for name in batch) == sorted(names)
    assert all(batch for batch in batches)
    assert all(cost(batch) <= room or len(batch) == 1 for batch in batches)


@given(_NAMES, _SIZES, st.integers(0, 120))
def test_no_two_neighbours_could_be_one(names: list[str], sizes: dict[str, int], room: int) -> None:
    cost = _cost(sizes)
    batches = split_by_file(names, cost, room)
    whole_files = all(
        cost(tuple(name for name in names if name[0] == file)) <= room for file in {name[0] for name in names}
    )
    for one, other in pairwise(batches):
        assert not whole_files or cost(one + other) > room


@given(_NAMES, _SIZES, st.integers(0, 120))
def test_a_batch_keeps_the_order_that_the_failures_came_in(names: list[str], sizes: dict[str, int], room: int) -> None:
    batches = split_by_file(names, _cost(sizes), room)
    assert batches == split_by_file(tuple(names), _cost(sizes), room)
    for batch in batches:
        for file in {name[0] for name in batch}:
            own = [name for name in batch if name[0] == file]
            assert own == sorted(own, key=names.index)

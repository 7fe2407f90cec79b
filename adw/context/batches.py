"""Failures in as few conversations as the budget allows: one, unless what they need does not fit together."""

from collections.abc import Callable, Iterator, Sequence


def split_by_file(
    names: Sequence[str], cost: Callable[[tuple[str, ...]], int], room: int
) -> tuple[tuple[str, ...], ...]:
    """The names in batches whose `cost` (tokens of reports and files) is at most `room`, in a stable order.

    All in one batch where that fits. Else files are kept together, in the order in which they first appear, as many
    to a batch as fit; a file that is too large for a batch of its own is split, and a single failure that is too large
    stands alone: what does not fit of its files is left out then, as in any request.
    """
    everything = tuple(names)
    if not everything:
        return ()
    if cost(everything) <= room:
        return (everything,)
    files: dict[str, list[str]] = {}
    for name in everything:
        files.setdefault(name.split("::")[0], []).append(name)
    pieces = [piece for file in files.values() for piece in _pieces(tuple(file), cost, room)]
    return tuple(_filled(pieces, cost, room))


def _pieces(names: tuple[str, ...], cost: Callable[[tuple[str, ...]], int], room: int) -> Iterator[tuple[str, ...]]:
    """One file's failures, halved until they fit."""
    if len(names) == 1 or cost(names) <= room:
        yield names
        return
    middle = len(names) // 2
    yield from _pieces(names[:middle], cost, room)
    yield from _pieces(names[middle:], cost, room)


def _filled(
    pieces: Sequence[tuple[str, ...]], cost: Callable[[tuple[str, ...]], int], room: int
) -> Iterator[tuple[str, ...]]:
    batch: tuple[str, ...] = ()
    for piece in pieces:
        if batch and cost(batch + piece) > room:
            yield batch
            batch = ()
        batch += piece
    yield batch

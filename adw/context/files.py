"""A file as the model is shown it: whole, or cut around the lines that matter."""

_LINE = 200
"""Characters of a line, at most, on average over what is shown: generated files have few lines and much in them."""
_LONG_LINE = 2_000
"""Characters that are shown of one line of such a file."""


def cut(path: str, text: str, max_lines: int, focus: tuple[int, ...] = ()) -> str:
    """The file under its heading, at most `max_lines` lines of it.

    `focus` holds 1-based line numbers that must be seen; without them the beginning is kept. What was cut is
    named by its lines, so that the model can ask for just those. Where lines are very long, they and their number are
    cut until no more than 200 characters for each of `max_lines` are left.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(text) > _LINE * max_lines:
        lines = [_short(line) for line in lines]
        max_lines = _fitting(lines, max_lines, focus)
    if len(lines) <= max_lines:
        return "\n".join([f"## {path}", *lines])
    first = _start(len(lines), max_lines, focus)
    last = first + max_lines - 1
    parts = [f"## {path}:{first}-{last} of {len(lines)} lines", *lines[first - 1 : last]]
    missing = [f"{path}:{a}-{b}" for a, b in ((1, first - 1), (last + 1, len(lines))) if a <= b]
    return "\n".join([*parts, f"[cut: read {' or '.join(missing)} for the rest]"])


def _short(line: str) -> str:
    return (
        line if len(line) <= _LONG_LINE else f"{line[:_LONG_LINE]}[+{len(line) - _LONG_LINE} characters of this line]"
    )


def _fitting(lines: list[str], max_lines: int, focus: tuple[int, ...]) -> int:
    """How many lines can be shown within the characters that `max_lines` may have."""
    most, number = _LINE * max_lines, min(max_lines, len(lines))
    while number > 1:
        first = _start(len(lines), number, focus)
        if sum(map(len, lines[first - 1 : first + number - 1])) <= most:
            break
        number //= 2
    return number


def _start(total: int, max_lines: int, focus: tuple[int, ...]) -> int:
    """The first line to show: the window of `max_lines` that holds most of the focus, as early as can be."""
    wanted = sorted(line for line in set(focus) if 1 <= line <= total)
    if not wanted:
        return 1
    best = max(wanted, key=lambda line: (sum(line <= other < line + max_lines for other in wanted), -line))
    inside = [line for line in wanted if best <= line < best + max_lines]
    spare = max_lines - (inside[-1] - best + 1)
    return max(1, min(best - spare // 2, total - max_lines + 1))

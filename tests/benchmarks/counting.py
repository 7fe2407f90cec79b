# ruff: noqa: S311, T201 - chance need not be safe here, and the output is the point
"""Measures what `adw/adapters/counters/tiktoken_counter.py` charges for Claude, and how fast the counters are.

    python tests/benchmarks/counting.py [FOLDER…]     (needs ctok, so Python 3.12 or newer, and scipy)

The texts: pieces of 8 to 2,000 characters from the standard library's sources, the installed packages' licences, JSON,
C headers and whatever FOLDER… hold; single lines of these, twenty times over; and made ones: hex, base64, capitals,
digits, punctuation, Han, all of Unicode, whitespace, runs of one character. Of all linear bounds over the features of
`tiktoken_counter.features` that are nowhere below `ctok`, it prints the one with the smallest mean excess over long
real texts, then tries what the counter has on texts that it has not seen.
"""

import base64
import random
import string
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

from adw.adapters.counters.ctok_counter import CtokCounter
from adw.adapters.counters.tiktoken_counter import FEATURES, SURCHARGES, TiktokenCounter, features

MODELS = {"3.0": "claude-opus-4-5", "4.7": "claude-opus-4-7", "4.8": "claude-opus-4-8"}
LONG = 200
SUFFIXES = {".py", ".json", ".h", ".md", ".txt", ".js", ".html", ".css", ".toml", ".po", ".rst", ".log", ".utf-8"}


def folders() -> list[Path]:
    paths = sysconfig.get_paths()
    return [Path(paths["stdlib"]), Path(paths["purelib"]), Path(paths["include"]), *map(Path, sys.argv[1:])]


def real(chance: random.Random, files: int) -> Iterator[str]:
    for folder in folders():
        known = sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and (path.suffix in SUFFIXES or path.name == "METADATA")
        )
        for path in chance.sample(known, min(files, len(known))):
            text = path.read_text(encoding="utf-8", errors="replace")
            for size in (8, 20, 40, 200, 2000):
                start = chance.randrange(max(1, len(text) - size))
                yield text[start : start + size]


def repeated(chance: random.Random, files: int) -> Iterator[str]:
    """Single lines, many times over: what is dear in them does not even out."""
    for text in real(chance, files):
        lines = [line.strip() for line in text.splitlines()]
        for line in chance.sample(lines, min(3, len(lines))):
            if len(line) >= 12:
                yield f"{line} " * 20


def made(chance: random.Random) -> Iterator[str]:
    alphabets = [
        "0123456789abcdef",
        "0123456789ABCDEF",
        string.ascii_uppercase,
        string.ascii_lowercase,
        string.ascii_letters + string.digits + "_",
        string.printable,
        string.punctuation,
        string.digits,
        " \t\n",
        "".join(map(chr, range(0x4E00, 0x9FA5))),
        "".join(chr(code) for code in range(0xA0, 0x1FAFF) if not 0xD800 <= code < 0xE000),
    ]
    for size in (1, 2, 4, 8, 16, 40, 64, 200):
        for _ in range(10):
            yield base64.b64encode(chance.randbytes(size)).decode()
            for alphabet in alphabets:
                yield "".join(chance.choice(alphabet) for _ in range(size))
        for one in " \t\n\r-=_*#.~/\\|+0aAxX":
            yield one * size
            yield f"x {one * size}\n" * 3


def texts(seed: int, files: int) -> tuple[list[str], int]:
    """All of them, the real ones first, and how many these are."""
    chance = random.Random(seed)
    first = [text for text in real(chance, files) if text]
    others = [text for text in (*repeated(chance, files), *made(chance)) if text]
    return first + others, len(first)


def fit(family: str, seen: list[str], reals: int) -> None:
    truth = np.array([CtokCounter().count_text(text, MODELS[family]) for text in seen], float)
    rows = np.array([features(text) for text in seen], float)
    usual = [number for number in range(reals) if len(seen[number]) >= LONG and truth[number]]
    mean_excess = (rows[usual] / truth[usual][:, None]).mean(axis=0)
    # At most ten tokens for a text as such: more would be cheap over long texts, and much for short ones.
    limits = [(0, None)] * (rows.shape[1] - 1) + [(0, 10)]
    found = linprog(mean_excess, A_ub=-rows, b_ub=-truth, bounds=limits)
    print(family, {name: float(round(value, 3)) for name, value in zip(FEATURES, found.x, strict=True)})


def check(family: str, unseen: list[str], reals: int) -> None:
    model, exact, bound = MODELS[family], CtokCounter(), TiktokenCounter()
    pairs = [(bound.count_text(text, model), exact.count_text(text, model), len(text)) for text in unseen]
    below = sum(counted < truth for counted, truth, _ in pairs)
    ratios = sorted(counted / truth for counted, truth, size in pairs[:reals] if size >= LONG and truth)
    middle, high = ratios[len(ratios) // 2], ratios[int(0.95 * len(ratios))]
    print(
        f"{family}: below the truth {below} of {len(pairs)}; bound / truth: median {middle:.2f}, 95% under {high:.2f}"
    )


def speed() -> None:
    text = "".join(path.read_text(errors="replace") for path in sorted(Path(folders()[0]).glob("*.py"))[:40])
    for counter in (CtokCounter(), TiktokenCounter()):
        counter.count_text("load the vocabulary", "claude-opus-4-8")
        for label in ("first", "again"):
            start = time.perf_counter()
            counter.count_text(text, "claude-opus-4-8")
            took = time.perf_counter() - start
            print(f"{type(counter).__name__} {label}: {len(text) / took / 1e6:.2f} MB/s")


if __name__ == "__main__":
    seen, reals = texts(1, 250)
    print(len(seen), "texts; now:", SURCHARGES)
    for family in ("3.0", "4.8"):
        fit(family, seen, reals)  # 4.7 has the vocabulary of 4.8
    for family in MODELS:
        check(family, *texts(2, 100))
    speed()

"""Projects made for the scenarios: the same bytes every time, with bugs whose fixes are known."""

from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.driven import commit_all, pytest_settings
from tests.benchmarks.reference_fix import Replacement

LIMIT_S = 600.0


@dataclass(frozen=True)
class Bug:
    path: str
    fix: Replacement


@dataclass(frozen=True)
class Made:
    """A project with bugs, and the issue that speaks of them."""

    files: dict[str, str]
    bugs: tuple[Bug, ...]
    tests: str
    issue: str
    pytest_options: tuple[str, ...] = ()

    def plant(self, folder: Path) -> None:
        """As a repository with one commit."""
        for path, text in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        settings = pytest_settings(*self.pytest_options, timeout_s=LIMIT_S)
        (folder / ".adw.toml").write_text(settings, encoding="utf-8")
        commit_all(folder, "A project")


_RECORD = '''"""The {name}s of a shipment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class {kind}:
    """One {name}: {text} and {number} are what the customer said, `used` is ours."""

    {text}: str
    {number}: int
    used: int = 0


def again(one: {kind}) -> {kind}:
    """The same {name}, used once more."""
    return replace(one, used=one.used + 1)


def by_{text}(found: Iterable[{kind}]) -> dict[str, list[{kind}]]:
    """All of one {text} together, in the order in which they came."""
    groups: dict[str, list[{kind}]] = {{}}
    for one in found:
        groups.setdefault(one.{text}, []).append(one)
    return groups


def largest(found: Iterable[{kind}]) -> {kind} | None:
    """The one with most {number}; nothing where there is none."""
    return max(found, key=lambda one: one.{number}, default=None)
'''
_RECORDS = (
    ("address", "street", "floor"),
    ("box", "colour", "litres"),
    ("carrier", "company", "vans"),
    ("customs", "country", "forms"),
    ("label", "code", "width"),
    ("parcel", "owner", "grams"),
    ("route", "region", "stops"),
    ("tracking", "status", "events"),
)
_RATE = '''"""What a parcel costs: by weight or by volume, whichever is more."""

GRAMS_PER_LITRE = 200
STEPS = ((500, 390), (2_000, 550), (5_000, 790), (10_000, 1_090))
"""Up to so many grams: so many cents."""
HEAVY = 1_990


def billed_grams(grams: int, litres: int) -> int:
    """The grams that count: a large light parcel is billed like a heavy one."""
    return min(grams, litres * GRAMS_PER_LITRE)


def cents(grams: int, litres: int) -> int:
    """The price of one parcel."""
    billed = billed_grams(grams, litres)
    return next((price for limit, price in STEPS if billed <= limit), HEAVY)


def total(parcels: list[tuple[int, int]]) -> int:
    """The price of all parcels, each given by its grams and litres."""
    return sum(cents(grams, litres) for grams, litres in parcels)
'''
_RATE_TESTS = """from parcels import rate


def test_nothing_costs_nothing():
    assert rate.total([]) == 0


def test_weight_and_volume_alike():
    assert rate.cents(400, 2) == 390


def test_a_large_light_parcel_is_billed_by_its_volume():
    assert rate.billed_grams(300, 20) == 4_000


def test_a_heavy_small_parcel_is_billed_by_its_weight():
    assert rate.cents(12_000, 4) == 1_990


def test_all_parcels_together():
    assert rate.total([(300, 20), (12_000, 4)]) == 790 + 1_990
"""
_RECORD_TESTS = """from parcels.{name} import {kind}, again, largest


def test_used_once_more():
    assert again({kind}("a", 1)).used == 1


def test_largest():
    assert largest([{kind}("a", 1), {kind}("b", 2)]) == {kind}("b", 2)
"""


def small() -> Made:
    """A package of ten files with one bug; three of its tests fail."""
    files = {"parcels/__init__.py": '"""Parcels, from the address to the door."""\n', "parcels/rate.py": _RATE}
    tests = {"tests/test_rate.py": _RATE_TESTS}
    for name, text, number in _RECORDS:
        words = {"name": name, "kind": name.title(), "text": text, "number": number}
        files[f"parcels/{name}.py"] = _RECORD.format(**words)
        tests[f"tests/test_{name}.py"] = _RECORD_TESTS.format(**words)
    wrong = "return min(grams, litres * GRAMS_PER_LITRE)"
    return Made(
        files={**files, **tests, "conftest.py": ""},
        bugs=(Bug("parcels/rate.py", Replacement(wrong, wrong.replace("min", "max"))),),
        tests="tests/test_rate.py",
        issue="# Large light parcels are too cheap\n\n"
        "A parcel of 300 g and 20 litres must be billed as 4,000 g, but it is billed as 300 g.\n",
    )


_READING = '''

def {verb}_{number}(readings: list[int], limit: int = {limit}) -> list[int]:
    """The readings that {verb} under the limit, each less what the station before it took."""
    kept = [reading for reading in readings if reading < limit + {number}]
    taken = {number}
    for position, reading in enumerate(kept):
        kept[position] = reading - taken
        taken = max(taken, reading % {modulus})
    return kept
'''
_VERBS = ("stay", "fall", "rise", "pass", "wait", "turn", "sink", "hold", "move", "rest", "burn")
_STATIONS = ("alder", "birch", "cedar", "elder", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "yew")
_TOP = 168
_WRONG_TOP = 164
_STATION_TESTS = """import pytest

from stations import {name}


@pytest.mark.parametrize("level", range({top}))
def test_level(level):
    assert {name}.capped(level) == level
"""


def long() -> Made:
    """Twelve modules of some 120 lines; four have a bug, and a test run prints some 2,100 lines."""
    files, bugs = {"stations/__init__.py": "", "conftest.py": ""}, []
    for place, name in enumerate(_STATIONS):
        capped = f"return min(level, {_TOP})"
        if place % 3 == 1:
            wrong = capped.replace(str(_TOP), str(_WRONG_TOP))
            bugs.append(Bug(f"stations/{name}.py", Replacement(wrong, capped)))
            capped = wrong
        files[f"stations/{name}.py"] = _station(name, place, capped)
        files[f"tests/test_{name}.py"] = _STATION_TESTS.format(name=name, top=_TOP)
    return Made(
        files=files,
        bugs=tuple(bugs),
        tests="tests",
        issue=f"# Some stations cut levels too early\n\nEvery station caps its level at {_TOP}; some cap it lower.\n",
        pytest_options=("-v",),
    )


def _station(name: str, place: int, capped: str) -> str:
    head = f'"""Readings of the station {name}."""\n\n\ndef capped(level: int) -> int:\n'
    functions = [
        _READING.format(verb=verb, number=place + number, limit=100 * place + number, modulus=number + 7)
        for number, verb in enumerate(_VERBS, start=1)
    ]
    return f'{head}    """The level, at most what the gauge can show."""\n    {capped}\n{"".join(functions)}'

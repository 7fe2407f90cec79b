import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from adw.adapters.exports.tables import entries_csv, entries_json, report_csv
from adw.adapters.exports.written import write
from adw.domain.results import UsageReport, UsageRow
from adw.domain.usage import Usage
from adw.errors import StorageError
from tests.fakes.entries import entry

USAGE = Usage(1, 2, 3, 4, 5)


def rows(pieces):
    return list(csv.DictReader(io.StringIO("".join(pieces))))


def test_a_report_has_a_line_for_each_row_and_their_sum():
    row = UsageRow("run-1", 2, USAGE, Decimal("0.00000012"), 1, 'a "title",\nin two lines')
    report = UsageReport("run", None, (row,), replace(row, name="total", title=""))
    first, total = rows(report_csv(report))
    assert (first["run"], first["title"], first["cost_usd"]) == ("run-1", 'a "title",\nin two lines', "0.00000012")
    assert (total["run"], total["total"], total["unpriced_calls"]) == ("total", "15", "1")


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_title_is_run_as_a_formula(title):
    row = UsageRow("run-1", 1, USAGE, Decimal(0), 0, title)
    assert rows(report_csv(UsageReport("run", None, (row,), row)))[0]["title"] == f"'{title}"


def test_every_call_is_a_line_with_all_that_the_ledger_knows():
    entries = [entry("a", USAGE), entry("b", cost=None)]
    first, second = rows(entries_csv(entries))
    assert (first["key"], first["total"], first["cost_usd"], first["flags"]) == (
        "a",
        "15",
        "0.001",
        "snapshots stable_prompts",
    )
    assert second["cost_usd"] == ""
    read = [json.loads(line) for line in "".join(entries_json(entries)).splitlines()]
    assert (read[0]["created_at"], read[0]["flags"]) == (
        "2026-03-04T05:06:07.000089+00:00",
        ["snapshots", "stable_prompts"],
    )
    assert (read[1]["cost_usd"], read[1]["run"]) == (None, "run-1")


def test_a_file_is_there_whole_or_as_it_was(tmp_path):
    path = tmp_path / "f.csv"
    write(path, ["a\r\n", "lone \ud83d half"])
    assert path.read_bytes() == b"a\r\nlone \\ud83d half"

    def torn():
        yield "b"
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left on device"):
        write(path, torn())
    assert path.read_bytes().startswith(b"a")
    assert [one.name for one in tmp_path.iterdir()] == ["f.csv"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StorageError, match="cannot write"):
        write(tmp_path / "none" / "f.csv", ["a"])

"""Grouping loses nothing, comparing is by what matters, and the model gets little."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.checks.compact import full
from adw.checks.report import build, compact, group, line, same_failures, with_baseline
from adw.checks.tool import Evidence, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Report, Summary
from adw.domain.run import CheckSpec

CHECK = CheckSpec("test", "pytest", ("pytest",))

names = st.text("abc1290/.:[]é", min_size=1, max_size=8)
failures = st.lists(
    st.builds(
        Failure,
        name=names,
        loc=names,
        code=st.sampled_from(["ASSERT_FAIL", "EXCEPTION"]),
        message=st.sampled_from(["one", "two"]),
        also=st.lists(names, max_size=3).map(tuple),
    ),
    max_size=12,
)
quick = settings(max_examples=200, deadline=None)


def report(*found: Failure, fault: CheckFault | None = None, **more: object) -> Report:
    counts = Summary(total=9, passed=9 - len(found), failed=len(found), duration_s=1.5)
    made = Report("test", "pytest", ok=False, exit_code=1, summary=counts, failures=found, fault=fault)
    return replace(made, **more)  # type: ignore[arg-type]


def failure(name: str, message: str = "assert 1 == 2", code: str = "ASSERT_FAIL", loc: str = "t.py:1") -> Failure:
    return Failure(name, loc, code, message)


def finding(loc: str, message: str = "bad") -> Failure:
    return Failure(loc, loc, "E1", message)


@quick
@given(failures)
def test_grouping_loses_no_name_and_invents_none(found: list[Failure]) -> None:
    assert {name for each in group(found) for name in each.names} == {name for each in found for name in each.names}


@quick
@given(failures)
def test_a_group_holds_what_has_the_same_code_and_message(found: list[Failure]) -> None:
    grouped = group(found)
    assert len({(each.code, each.message) for each in grouped}) == len(grouped)
    for each in grouped:
        assert len(set(each.names)) == len(each.names)


@quick
@given(failures, st.randoms(use_true_random=False))
def test_order_does_not_matter(found: list[Failure], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group(shuffled) == group(found)
    assert compact(report(*shuffled)) == compact(report(*found))


@quick
@given(failures)
def test_grouping_twice_is_grouping_once(found: list[Failure]) -> None:
    assert group(group(found)) == group(found)


@quick
@given(failures)
def test_the_model_is_shown_every_name(found: list[Failure]) -> None:
    assert names_in(compact(report(*found))) == {name for each in found for name in each.names}


def names_in(shown: str) -> set[str]:
    """Whatever form it took."""
    said = set()
    for each in json.loads(shown).get("failures", []):
        if "rows" in each:
            said |= {each["in"] + row[0] for row in each["rows"]}
        elif "at" in each:
            said |= {f"{path}:{place}" for path, places in each["at"].items() for place in places.split(" ")}
        else:
            said |= {each.get("name", each.get("loc")), *each.get("also", ())}
    return said


@quick
@given(failures)
def test_the_model_is_shown_every_name_however_many_there_are(found: list[Failure]) -> None:
    many = [replace(each, message=f"{n}{'x' * 250}") for n in range(4) for each in found]
    assert names_in(compact(report(*many))) == {name for each in found for name in each.names}


def test_lines_are_ordered_as_numbers() -> None:
    found = [finding("a.py:10", "x"), finding("a.py:9", "y")]
    assert [each.loc for each in group(found)] == ["a.py:9", "a.py:10"]


def test_a_report_is_green_only_where_all_is() -> None:
    green = Evidence(0, "", {}, Place("/w", "/s"), duration_s=1.23456)
    assert build(CHECK, green, Reading(Summary(1, 1)), "log").ok
    assert not build(CHECK, green, Reading(failures=(failure("a"),)), "log").ok
    assert not build(CHECK, green, Reading(fault=CheckFault("MISMATCH", "odd")), "log").ok
    assert not build(CHECK, replace(green, exit_code=1), Reading(), "log").ok
    assert build(CHECK, green, Reading(), "log").summary.duration_s == 1.23


def test_new_is_what_did_not_fail_before() -> None:
    made = with_baseline(report(failure("a"), failure("b", "other")), report(failure("a", "earlier words")))
    assert made.new == ("b",)


def test_grouped_names_count_for_themselves() -> None:
    grouped = replace(failure("a"), also=("b", "c"))
    assert with_baseline(report(grouped), report(failure("b"))).new == ("a", "c")


def test_findings_that_only_moved_are_not_new() -> None:
    before = report(finding("a.ts:3:14"), finding("a.ts:9"))
    after = report(finding("a.ts:5:14"), finding("a.ts:11"), finding("a.ts:20"), finding("b.ts:3:14"))
    assert with_baseline(after, before).new == ("a.ts:20", "b.ts:3:14")
    assert not same_failures(before, after)
    assert same_failures(before, report(finding("a.ts:4:14"), finding("a.ts:10")))


def test_same_failures_looks_at_names_and_faults() -> None:
    hung = CheckFault("TIMEOUT", "after 5 s")
    assert same_failures(report(failure("a")), report(failure("a", "another message")))
    assert not same_failures(report(failure("a")), report(failure("b")))
    assert not same_failures(report(failure("a")), report(failure("a"), fault=hung))
    assert same_failures(report(fault=hung), report(fault=replace(hung, message="after 9 s")))


def test_the_shape_for_the_model() -> None:
    made = report(
        failure("tests/t.py::test_total", "assert 3 == 4", loc="tests/t.py:42"), log="x/test-1.log", new=("x",)
    )
    assert json.loads(compact(made)) == {
        "check": "test",
        "tool": "pytest",
        "ok": False,
        "exit_code": 1,
        "summary": {"total": 9, "passed": 8, "failed": 1},
        "failures": [
            {
                "name": "tests/t.py::test_total",
                "loc": "tests/t.py:42",
                "code": "ASSERT_FAIL",
                "message": "assert 3 == 4",
            }
        ],
        "new": ["x"],
    }


def test_findings_have_no_name_of_their_own() -> None:
    shown = json.loads(compact(report(finding("a.ts:3:14"))))["failures"]
    assert shown == [{"loc": "a.ts:3:14", "code": "E1", "message": "bad"}]


def test_all_new_is_said_in_a_word() -> None:
    assert json.loads(compact(report(failure("a"), failure("b"), new=("b", "a"))))["new"] == "all"
    assert "new" not in json.loads(compact(report(failure("a"))))


def test_a_fault_is_shown_with_the_logs_tail() -> None:
    shown = json.loads(compact(report(fault=CheckFault("NO_REPORT", "gone", "last words"))))
    assert shown["fault"] == {"code": "NO_REPORT", "message": "gone", "tail": "last words"}


def test_green_is_said_in_a_line() -> None:
    green = Report("test", "pytest", ok=True, exit_code=0, summary=Summary(61, 61, duration_s=3.2), log="x")
    assert compact(green) == '{"check":"test","tool":"pytest","ok":true,"summary":{"total":61,"passed":61}}'


def test_times_and_logs_do_not_change_what_the_model_sees() -> None:
    one = report(failure("a"))
    other = replace(one, log=".adw/runs/xyz/test-9.log", summary=replace(one.summary, duration_s=99))
    assert compact(one) == compact(other)


def thirty() -> Report:
    """Thirty failures as long as they come."""
    words = (
        "assert {'total': 1234.5, 'items': ['apple', 'pear']} == {'total': 1234.75}\nDiffering items:\n"
        + "x = 1; " * 99
    )
    return report(
        *(
            Failure(
                f"tests/billing/test_invoices.py::TestInvoice::test_total_with_discount[{n}-EUR]",
                f"tests/billing/test_invoices.py:{100 + n}",
                FailureCode.ASSERT_FAIL,
                f"{n} {words}"[:300],
            )
            for n in range(30)
        )
    )


def test_thirty_failures_fit_two_thousand_tokens() -> None:
    ctok = pytest.importorskip("ctok")
    shown = compact(thirty())
    assert names_in(shown) == set(thirty().failing)
    assert max(ctok.token_count(shown, version) for version in ("3.0", "4.7", "4.8")) <= 2000


def test_what_names_have_in_common_is_said_once_where_there_is_much() -> None:
    block = json.loads(compact(thirty()))["failures"][0]
    assert (block["in"], block["code"]) == ("tests/billing/test_invoices.py::TestInvoice::", "ASSERT_FAIL")
    assert block["rows"][1][:2] == ["test_total_with_discount[1-EUR]", 101]
    assert block["rows"][1][2].startswith("1 assert")


def test_a_row_without_a_message_says_the_same_as_the_one_before() -> None:
    alike = tuple(failure(f"tests/a.py::test_{n}[{n}]", "x" * 300, loc="src/b.py:3") for n in range(200))
    (block,) = json.loads(compact(report(*alike)))["failures"]
    assert block["in"] == "tests/a.py::"
    assert block["rows"][0] == ["test_0[0]", "src/b.py:3", "x" * 300]
    assert block["rows"][1:] == [[f"test_{n}[{n}]"] for n in range(1, 200)]


def test_few_failures_keep_their_messages_whole() -> None:
    made = report(failure("a", "m" * 300))
    assert json.loads(compact(made))["failures"][0]["message"] == "m" * 300


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (report(failure("a"), failure("b")), "test (pytest): 2 failed, 7 passed in 1.5 s"),
        (report(failure("a"), new=("a",)), "test (pytest): 1 failed, 8 passed, 1 new in 1.5 s"),
        (
            report(fault=CheckFault("TIMEOUT", "too long\nmore"), summary=Summary(1, errors=1)),
            "test (pytest): TIMEOUT: too long, 1 error",
        ),
        (report(finding("a:1"), summary=Summary()), "test (pytest): 1 failure"),
        (Report("build", "exit", ok=True, exit_code=0, summary=Summary()), "build (exit): ok"),
    ],
)
def test_one_line_for_people(made: Report, said: str) -> None:
    assert line(made) == said


def test_the_full_form_gives_every_failure_for_itself() -> None:
    grouped = replace(failure("a", "m" * 300), also=("b", "c"))
    shown = json.loads(full(report(grouped)))["failures"]
    assert [(each["name"], each["message"]) for each in shown] == [(name, "m" * 300) for name in "abc"]
    assert "\n" in full(report(grouped))


def test_many_findings_are_shown_by_their_place_alone() -> None:
    found = [finding(f"src/a.ts:{n}:1", f"{n}{'x' * 290}") for n in range(40)]
    found += [Failure("coverage", "", "ASSERT_FAIL", "too little " * 30)]
    shown = json.loads(compact(report(*found)))["failures"]
    assert shown[0]["in"] == ""
    assert shown[0]["rows"][0][0] == "coverage"
    assert shown[1]["in"] == "src/"
    assert [row[0] for row in shown[1]["rows"]] == [f"a.ts:{n}:1" for n in range(40)]


def test_a_finding_in_many_places_is_told_by_file() -> None:
    alike = [finding(f"src/{name}.ts:{n}:1", "Unexpected any") for name in "ab" for n in range(30)]
    shown = compact(report(*alike, finding("c.ts:1", "other"), finding("d.ts:2", "more")))
    (entry,) = (each for each in json.loads(shown)["failures"] if "at" in each)
    assert entry["message"] == "Unexpected any"
    assert entry["at"]["src/a.ts"].startswith("0:1 1:1 2:1 ")
    assert names_in(shown) == {*(each.name for each in alike), "c.ts:1", "d.ts:2"}
    assert len(shown) < 900


def test_where_even_the_names_are_too_long_they_are_kept() -> None:
    names = {f"{'a' * 400}{n}" for n in range(30)}
    assert names_in(compact(report(*(failure(name, name[-9:]) for name in names)))) == names

"""What the recordings do not have: older versions, other frameworks, other machines, damaged files."""

import json
from dataclasses import replace

import pytest

from adw.checks.native import dotnet_log, go_paths
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool
from adw.domain.report import Failure
from tests.fixtures.record_native import HERE, load

PLACE = Place("/w/project", "/w/scratch")


def parsed(name: str, *lines: str) -> Reading:
    return tool(name).parse("\n".join((*lines, "")), "/w/project")


def only(reading: Reading) -> Failure:
    (failure,) = reading.failures
    return failure


def dotnet(*files: bytes, log: str = "", exit_code: int = 1) -> Reading:
    left = {f"adw-{number}.trx": content for number, content in enumerate(files)}
    return tool("dotnet").read(Evidence(exit_code, log, left, PLACE, ("dotnet", "test")))


KINDS = load(HERE / "dotnet" / "by-hand" / "kinds.json").files["adw_net8.0_20260101000000.trx"]


def test_rust_before_1_73_says_where_it_panicked_behind_the_message() -> None:
    found = parsed(
        "cargo-test",
        "running 1 test",
        "test tests::old ... FAILED",
        "",
        "failures:",
        "",
        "---- tests::old stdout ----",
        "thread 'tests::old' panicked at 'assertion failed: `(left == right)`",
        "  left: `3`,",
        " right: `4`', src/lib.rs:30:9",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        "",
        "failures:",
        "    tests::old",
        "",
        "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    )
    assert only(found) == Failure(
        "tests::old", "src/lib.rs:30", "ASSERT_FAIL", "assertion failed: `(left == right)`\nleft: `3`,\nright: `4`"
    )


@pytest.mark.parametrize(
    ("frame", "loc"),
    [
        ("             at /w/project/src/lib.rs:7:5", "src/lib.rs:7"),
        ("             at ./src/lib.rs:7:5", "src/lib.rs:7"),
        ("             at /home/a/.cargo/registry/src/x-1.0/src/lib.rs:7:5", ""),
    ],
)
def test_a_panic_in_a_library_points_at_the_workspaces_frame(frame: str, loc: str) -> None:
    found = parsed(
        "cargo-test",
        "running 1 test",
        "test deep ... FAILED",
        "failures:",
        "---- deep stdout ----",
        "thread 'deep' (1) panicked at /home/a/.cargo/registry/src/x-1.0/src/lib.rs:3:5:",
        "boom",
        "stack backtrace:",
        "   0: x::boom",
        frame,
        "failures:",
        "    deep",
        "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    )
    assert (only(found).loc, only(found).code, only(found).message) == (loc, "EXCEPTION", "boom")


def test_a_snapshot_that_differs_is_told_apart() -> None:
    said = "snapshot assertion for 'page' failed in line 5"
    found = parsed(
        "cargo-test",
        "running 1 test",
        "test page ... FAILED",
        "failures:",
        "---- page stdout ----",
        f"thread 'page' (1) panicked at src/lib.rs:5:1:\n{said}",
        "failures:",
        "    page",
        "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    )
    assert only(found).code == "SNAPSHOT_MISMATCH"


def message(**changed: object) -> str:
    span = {"file_name": "src/lib.rs", "line_start": 3, "column_start": 9, "is_primary": True, "label": "here"}
    told = {"level": "error", "message": "wrong", "code": None, "spans": [span], **changed}
    return json.dumps({"reason": "compiler-message", "message": told}, separators=(",", ":"))


def test_cargos_messages_inside_a_macro_of_another_crate_point_at_its_call() -> None:
    outside = {
        "file_name": "/rustc/abc/library/core/src/macros.rs",
        "line_start": 1,
        "column_start": 1,
        "is_primary": True,
    }
    call = {"file_name": "src/lib.rs", "line_start": 8, "column_start": 5}
    found = parsed("cargo", message(spans=[{**outside, "expansion": {"span": call}}]))
    assert only(found) == Failure("src/lib.rs:8:5", "src/lib.rs:8:5", "UNKNOWN", "wrong")
    lost = parsed("cargo", message(spans=[outside]))
    assert (only(lost).name, only(lost).loc) == ("/rustc/abc/library/core/src/macros.rs:1:1", "")


def test_cargos_messages_without_a_place_are_named_and_summaries_are_not() -> None:
    found = parsed("cargo", message(spans=[]), message(message="aborting due to 1 previous error", spans=[]))
    assert only(found) == Failure("cargo", "", "UNKNOWN", "wrong")


@pytest.mark.parametrize("cut", ['{"reason":"compiler-message","mess', '{"reason":"compiler-message","message":3}'])
def test_a_message_of_cargo_that_is_cut_is_passed_over(cut: str) -> None:
    assert [failure.message for failure in parsed("cargo", cut, message()).failures] == ["wrong: here"]


@pytest.mark.parametrize(
    ("packages", "module"),
    [
        (["github.com/a/b/c/d"], "github.com/a/b"),
        (["example.com/a/b", "example.com/a/c"], "example.com/a"),
        (["./..."], ""),
        ([], ""),
    ],
)
def test_a_module_is_what_packages_have_in_common(packages: list[str], module: str) -> None:
    assert go_paths.of_log("/w/project", packages, "").path == module


def test_a_stack_says_which_folder_a_package_is_in() -> None:
    frame = "example.com/a/b/c.TestX(0x1)\n\t/w/project/c/x_test.go:3 +0x1\n"
    assert go_paths.of_log("/w/project", ["example.com/a/b/c"], frame).path == "example.com/a/b"
    root = "example.com/a/b/c.TestX(0x1)\n\t/w/project/x_test.go:3 +0x1\n"
    assert go_paths.of_log("/w/project", ["example.com/a/b/c"], root).path == "example.com/a/b/c"


def test_frames_are_the_workspaces_own() -> None:
    module = go_paths.Module("/w/project", "example.com/a")
    assert module.frame("example.com/a/b/c.go") == "b/c.go"
    assert module.frame("/w/project/b/c.go") == "b/c.go"
    assert module.frame("/w/project/vendor/x/c.go") == ""
    assert module.frame("_testmain.go") == ""
    assert module.file("example.com/a_test", "/w/project/b/c.go") == "b/c.go"


def test_testifys_own_account_of_the_place_is_left_out() -> None:
    found = parsed(
        "go-test",
        "--- FAIL: TestCart (0.00s)",
        "    cart_test.go:12: ",
        "        \tError Trace:\t/w/project/cart_test.go:12",
        "        \tError:      \tNot equal: ",
        "        \t            \texpected: 4",
        "        \tTest:       \tTestCart",
        "FAIL",
        "FAIL\texample.com/shop\t0.004s",
        "FAIL",
    )
    assert only(found).message == "Error: Not equal:\nexpected: 4"


def test_an_event_that_is_cut_or_strange_is_passed_over() -> None:
    whole = '{"Time":"t","Action":"fail","Package":"a/b","Test":"TestX"}'
    strange = ['{"Time":"t","Action":3,"Package":"a/b"}', '{"Time":"t","Action":"fa}', '{"Action":"run","Output":3}']
    assert only(parsed("go-test", *strange, whole)).name == "a/b.TestX"


def test_go_builds_events_are_read_as_their_text() -> None:
    event = {"ImportPath": "a/b", "Action": "build-output", "Output": './a.go:3:8: "os" imported\n'}
    assert only(parsed("go", json.dumps(event, separators=(",", ":")))) == Failure(
        "a.go:3:8", "a.go:3:8", "UNKNOWN", '"os" imported'
    )


def test_old_surefire_names_the_method_before_its_class() -> None:
    found = parsed(
        "maven",
        "Running com.x.FooTest",
        "Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 sec <<< FAILURE!",
        "adds(com.x.FooTest)  Time elapsed: 0.003 sec  <<< FAILURE!",
        "java.lang.AssertionError: expected:<3> but was:<4>",
        "\tat org.junit.Assert.fail(Assert.java:88)",
        "\tat com.x.FooTest.adds(FooTest.java:12)",
        "",
        "Tests run: 2, Failures: 1, Errors: 0, Skipped: 0",
        "[INFO] BUILD FAILURE",
    )
    assert only(found) == Failure(
        "com.x.FooTest#adds", "src/test/java/com/x/FooTest.java:12", "ASSERT_FAIL", "expected:<3> but was:<4>"
    )
    assert (found.summary.passed, found.summary.failed) == (1, 1)


def test_a_damaged_surefire_report_is_no_verdict() -> None:
    evidence = load(HERE / "maven" / "3.8.7" / "kinds.json")
    name = next(iter(evidence.files))
    left = Evidence(0, "", {name: evidence.files[name][:2000]}, PLACE, ("mvn", "test"))
    fault = tool("maven").read(left).fault
    assert fault is not None
    assert "damaged" in fault.message


def test_a_test_that_is_red_twice_is_counted_twice() -> None:
    """TestNG's reports: no blanks before the frames, and the same name for each round."""
    case = (
        '<testcase name="adds" classname="com.x.FooTest"><failure message="expected 3" type="java.lang.AssertionError">'
        "java.lang.AssertionError: expected 3\nat org.testng.Assert.fail(Assert.java:99)\n"
        "at com.x.FooTest.adds(FooTest.java:29)</failure></testcase>"
    )
    xml = f"<testsuite>{case}{case}</testsuite>".encode()
    path = "cart/target/surefire-reports/TEST-com.x.FooTest.xml"
    found = tool("maven").read(Evidence(1, "", {path: xml}, PLACE, ("mvn", "test")))
    loc = "cart/src/test/java/com/x/FooTest.java:29"
    assert found.fault is None
    assert [(failure.name, failure.loc) for failure in found.failures] == [
        ("com.x.FooTest#adds", loc),
        ("com.x.FooTest#adds (2)", loc),
    ]


def test_failures_of_a_report_that_is_gone_are_taken_from_the_output() -> None:
    evidence = load(HERE / "maven" / "3.8.7" / "kinds.json")
    files = {name: content for name, content in evidence.files.items() if "Kinds" not in name}
    whole, partly = (tool("maven").read(replace(evidence, files=given)) for given in (evidence.files, files))
    assert partly.fault is None
    assert {each.name for each in partly.failures} == {each.name for each in whole.failures}


def test_maven_counts_that_name_no_test_are_doubted() -> None:
    evidence = load(HERE / "maven" / "3.8.7" / "kinds.json")
    log = evidence.log.replace("Tests run: 21, Failures: 7,", "Tests run: 22, Failures: 8,")
    fault = tool("maven").read(replace(evidence, log=log)).fault
    assert fault is not None
    assert fault.code == "MISMATCH"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        KINDS[:-200],
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + KINDS,
        b"<TestRun/>",
        KINDS.replace(b"ResultSummary", b"X"),
    ],
)
def test_a_damaged_result_file_is_no_verdict(content: bytes) -> None:
    fault = dotnet(content).fault
    assert fault is not None
    assert (fault.code, "damaged" in fault.message) == ("NO_REPORT", True)


def test_two_projects_may_have_tests_of_one_name() -> None:
    found = dotnet(KINDS, KINDS)
    assert found.fault is None
    assert (found.summary.failed, len(found.failures)) == (14, 14)


def test_counters_above_the_named_tests_are_doubted() -> None:
    fault = dotnet(KINDS.replace(b'failed="7"', b'failed="9"')).fault
    assert fault is not None
    assert fault.code == "MISMATCH"


def test_the_tests_that_ran_when_the_host_crashed_are_named() -> None:
    log = (
        "The active test run was aborted. Reason: Test host process crashed\n"
        "Data collector 'Blame' message: The specified inactivity time has elapsed. The test running when the "
        "crash occurred: \n"
        "Shop.Tests.CartTests.Hangs\n\n"
    )
    found = dotnet(log=log)
    assert only(found) == Failure("Shop.Tests.CartTests.Hangs", "", "CRASH", "the host crashed while it ran")
    assert found.fault is not None
    assert found.fault.code == "CRASH"


def test_dotnets_longer_summary_is_counted_too() -> None:
    counted = dotnet_log.read("Total tests: 4\n     Passed: 2\n     Failed: 1\n    Skipped: 1\n").totals
    assert (counted.passed, counted.failed) == (2, 1)


@pytest.mark.parametrize(
    ("path", "root", "inside"),
    [
        ("C:\\code\\shop\\Cart.cs", "C:\\code\\shop", "Cart.cs"),
        ("c:/code/shop/Cart.cs", "C:/code/shop/", "Cart.cs"),
        ("C:\\other\\Cart.cs", "C:\\code", ""),
        ("C:\\other\\Cart.cs", "/w/project", ""),
        ("src\\Cart.cs", "/w/project", "src/Cart.cs"),
    ],
)
def test_paths_of_windows_are_known(path: str, root: str, inside: str) -> None:
    assert dotnet_log.inside(path, root) == inside


def test_a_project_that_cannot_be_restored_is_named() -> None:
    line = "/w/project/Shop.csproj : error NU1101: Unable to find package Nowhere. [/w/project/Shop.sln]"
    found = tool("dotnet").read(Evidence(1, line, {}, PLACE, ("dotnet", "build")))
    assert only(found) == Failure("Shop.csproj", "Shop.csproj", "NU1101", "Unable to find package Nowhere.")


def test_cmakes_errors_are_named() -> None:
    found = parsed("gcc", "CMake Error at CMakeLists.txt:5 (find_package):", "  Could not find Nowhere")
    assert (only(found).loc, only(found).code) == ("CMakeLists.txt:5", "UNKNOWN")


def test_make_comes_back_from_a_folder() -> None:
    found = parsed(
        "gcc",
        "make[1]: Entering directory '/w/project/lib'",
        "make[1]: Leaving directory '/w/project/lib'",
        "a.c:1:1: error: wrong",
        "/usr/include/x.h:3:4: error: outside",
    )
    assert [(failure.name, failure.loc) for failure in found.failures] == [
        ("a.c:1:1", "a.c:1:1"),
        ("/usr/include/x.h:3:4", ""),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a.c:1:1: Fehler: falsch", "UNKNOWN"),
        ("a.c:1:1: schwerwiegender Fehler: nichts.h: Datei nicht gefunden", "UNKNOWN"),
        ("a.c:1:1: erreur : faux [-Werror=unused-variable]", "-Wunused-variable"),
        ("a.c:1:1: エラー: 違う", "UNKNOWN"),
    ],
)
def test_gcc_speaks_many_languages(line: str, code: str) -> None:
    assert (only(parsed("gcc", line)).loc, only(parsed("gcc", line)).code) == ("a.c:1:1", code)


@pytest.mark.parametrize("word", ["Warnung", "warning", "avertissement", "警告"])
def test_warnings_are_mild_in_all_of_them(word: str) -> None:
    found = parsed("gcc", f"a.c:1:1: {word}: unbenutzt [-Wunused]")
    assert found.failures == ()
    assert [mild.code for mild in found.mild] == ["-Wunused"]


@pytest.mark.parametrize("word", ["Fehler", "error", "エラー", "错误"])
def test_javac_speaks_many_languages(word: str) -> None:
    assert only(parsed("javac", f"deep/Bad.java:5: {word}: falsch")).loc == "deep/Bad.java:5"

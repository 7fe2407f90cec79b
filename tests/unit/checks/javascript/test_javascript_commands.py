"""How JavaScript's tools are started so that they leave a report."""

import json

import pytest

from adw.checks.tool import Place
from adw.checks.tools import tool

REPORT = {
    "jest": "--outputFile=/w/scratch/jest.json",
    "vitest": "--outputFile.json=/w/scratch/vitest.json",
    "mocha": "/w/scratch/adw_mocha.cjs",
    "tsc": "--pretty",
    "eslint": "/w/scratch/adw_eslint.cjs",
}


def place(**scripts: str) -> Place:
    return Place("/w/project", "/w/scratch", configs={"package.json": json.dumps({"scripts": scripts})})


@pytest.mark.parametrize("name", REPORT)
@pytest.mark.parametrize(
    "before",
    [
        (),
        ("npx",),
        ("npx", "--no-install"),
        ("npx", "--package", "some", "--"),
        ("pnpm",),
        ("pnpm", "exec"),
        ("yarn",),
        ("yarn", "exec"),
        ("bunx",),
        ("bun", "x"),
        ("env", "NODE_ENV=test"),
        ("cross-env", "A=1", "npx"),
        ("timeout", "60"),
        ("nyc", "--silent"),
        ("npm", "exec", "--"),
    ],
)
def test_options_come_last_behind_a_tool_that_is_started_directly(name: str, before: tuple[str, ...]) -> None:
    command = (*before, name, "test/some")
    made = tool(name).prepare(command, place()).command
    assert made[: len(command)] == command
    assert REPORT[name] in made[len(command) :]


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("jest", "node_modules/.bin/jest"),
        ("jest", "node_modules/jest/bin/jest.js"),
        ("vitest", "node_modules/vitest/vitest.mjs"),
        ("mocha", "./node_modules/mocha/bin/_mocha"),
        ("tsc", "node_modules/typescript/bin/tsc"),
        ("tsc", "vue-tsc"),
        ("eslint", "eslint@9"),
    ],
)
def test_a_tool_is_known_by_its_file(name: str, program: str) -> None:
    assert REPORT[name] in tool(name).prepare(("node", "--no-warnings", program), place()).command


def test_options_come_before_a_separator() -> None:
    made = tool("jest").prepare(("jest", "--ci", "--", "-odd"), place()).command
    assert made[-2:] == ("--", "-odd")
    assert REPORT["jest"] in made[2:-2]


def test_npm_exec_hands_on_only_what_stands_behind_dashes() -> None:
    made = tool("jest").prepare(("npm", "exec", "jest"), place()).command
    assert made[3] == "--"
    assert REPORT["jest"] in made[4:]
    own = tool("jest").prepare(("npm", "exec", "jest", "--", "--ci"), place()).command
    assert own.count("--") == 1


@pytest.mark.parametrize(
    ("command", "dashes"),
    [
        (("npm", "test"), True),
        (("npm", "t"), True),
        (("npm", "run", "test"), True),
        (("npm", "run-script", "--silent", "test"), True),
        (("env", "A=1", "npm", "test"), True),
        (("npm", "test", "--", "--ci"), False),
        (("yarn", "test"), False),
        (("yarn", "run", "test"), False),
        (("pnpm", "run", "test"), False),
        (("bun", "run", "test"), False),
    ],
)
def test_a_script_that_is_the_tool_gets_them_too(command: tuple[str, ...], dashes: bool) -> None:  # noqa: FBT001
    made = tool("jest").prepare(command, place(test="NODE_ENV=test jest --coverage")).command
    assert made[: len(command)] == command
    assert (made[len(command)] == "--") is dashes
    assert REPORT["jest"] in made


@pytest.mark.parametrize(
    "script",
    [
        "tsc && jest",
        "cross-env CI=1 jest",
        "node --experimental-vm-modules node_modules/jest/bin/jest.js",
        "nyc --all jest",
        "npx jest -w 2",
        "react-scripts test",
    ],
)
def test_a_script_may_start_it_in_many_ways(script: str) -> None:
    assert REPORT["jest"] in tool("jest").prepare(("npm", "test"), place(test=script)).command


@pytest.mark.parametrize(
    "script",
    [
        "jest && node report.js",
        "jest | tee log",
        "jest > log",
        "jest & wait",
        "jest; echo done",
        "sh -c 'jest'",
        "node run.js jest",
        "npm run jest",
        "react-scripts build",
        "jest -- test/a",
        "jest --outputFile=mine.json",
        "jest 'unclosed",
        "$(which jest)",
        "",
    ],
)
def test_a_script_that_is_more_than_the_tool_is_left_alone(script: str) -> None:
    assert tool("jest").prepare(("npm", "test"), place(test=script)).command == ("npm", "test")


@pytest.mark.parametrize(
    "command",
    [
        ("make", "jest"),
        ("npm", "run", "jest"),
        ("npm", "jest"),
        ("npm",),
        ("npm", "--prefix", "web", "test"),
        ("pnpm", "-r", "test"),
        ("yarn", "workspace", "web", "test"),
        ("sh", "-c", "jest"),
        ("turbo", "run", "jest"),
    ],
)
def test_what_cannot_be_told_is_left_alone(command: tuple[str, ...]) -> None:
    assert tool("jest").prepare(command, place(test="jest")).command == command


@pytest.mark.parametrize("text", ["", "[1]", '{"scripts": 3}', '{"scripts": {"test": 3}}', "{" * 5000, "[" * 100_000])
def test_a_damaged_package_json_has_no_scripts(text: str) -> None:
    damaged = Place("/w/project", "/w/scratch", configs={"package.json": text})
    assert tool("jest").prepare(("npm", "test"), damaged).command == ("npm", "test")


def test_a_script_with_the_tools_name_wins_over_the_tool() -> None:
    made = tool("jest").prepare(("yarn", "jest"), place(jest="node run.js")).command
    assert made == ("yarn", "jest")


def test_the_users_own_report_and_limits_make_way() -> None:
    made = tool("vitest").prepare(("vitest", "run", "--bail", "1", "--outputFile=x.json", "test/a"), place()).command
    assert made[:3] == ("vitest", "run", "test/a")
    assert "--bail=0" in made


def test_mocha_is_told_by_its_environment_where_it_is_started_inside() -> None:
    made = tool("mocha").prepare(("make", "test"), Place("/w/my project", "/w/scra tch"))
    assert made.command == ("make", "test")
    assert made.environment == {"MOCHA_OPTIONS": "--reporter '/w/scra tch/adw_mocha.cjs'"}
    assert made.plugins == ("adw_mocha.cjs",)


@pytest.mark.parametrize(
    ("root", "asked", "given"),
    [
        ("/w/project/.adw/worktrees/1", "^3.2.4", True),
        ("/w/project/.adw/worktrees/1", "~4.0.0", True),
        ("/w/project/.adw/worktrees/1", "^2.1.0", False),
        ("/w/project/.adw/worktrees/1", "latest", False),
        ("/w/project/.adw/worktrees/1", "", False),
        ("/w/project", "^4.0.0", False),
    ],
)
def test_vitest_does_not_write_beside_the_checkouts_packages(root: str, asked: str, *, given: bool) -> None:
    package = json.dumps({"devDependencies": {"vitest": asked}} if asked else {})
    within = Place(root, "/w/scratch", "/w/project", configs={"package.json": package})
    assert ("--configLoader=runner" in tool("vitest").prepare(("vitest", "run"), within).command) is given

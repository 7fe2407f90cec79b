"""RSpec: its JSON is the verdict, the witness says what was running where it did not come to write it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, ValidationError

from adw.checks import launch, text
from adw.checks.judge import judge
from adw.checks.scripting import rspec_errors, rspec_log
from adw.checks.scripting.rspec_errors import Told
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

REPORT, WITNESS, PLUGIN = "rspec.json", "rspec.jsonl", "adw_rspec.rb"
_ENDED = ("passed", "failed", "pending")
_SEVERAL = "RSpec::Expectations::MultipleExpectationsNotMetError"
_HOOK = re.compile(r"/rspec/core/(hooks|example)\.rb:\d+:in (?!.*instance_exec)")
_NO_RSPEC = re.compile(r"can't find (?:executable|gem) rspec|bundler: command not found: rspec", re.MULTILINE)


class _Told(BaseModel):
    """What another program says may grow: fields that are not known are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Example(_Told):
    id: str = ""
    full_description: str = ""
    status: str = ""
    file_path: str = ""
    line_number: int = 0
    exception: dict[str, object] | None = None

    @property
    def raised(self) -> tuple[str, str, list[str]]:
        told = self.exception or {}
        lines = told.get("backtrace")
        return (
            str(told.get("class") or ""),
            text.plain(str(told.get("message") or "")),
            lines if isinstance(lines, list) else [],
        )


class _Line(_Told):
    kind: str
    example: _Example


class _Counts(_Told):
    example_count: int
    failure_count: int
    pending_count: int
    errors_outside_of_examples_count: int = 0


class _Report(_Told):
    messages: tuple[str, ...] = ()
    examples: tuple[_Example, ...]
    summary: _Counts


class RspecCheck:
    """Reads RSpec."""

    name = "rspec"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        at = launch.program(command, "rspec")
        if at is None:
            return Invocation(command=command)
        flags = ("--fail-fast", "--color", "--colour", "-c", "--force-color")
        rest = launch.without(command[at + 1 :], flags, ("-f", "--format", "-o", "--out"))
        scratch = place.scratch
        ours = (
            *("--require", f"{scratch}/{PLUGIN}", "--no-color", "--no-fail-fast", "--format", "progress"),
            *("--format", "json", "--out", f"{scratch}/{REPORT}"),
            *("--format", "AdwWitness", "--out", f"{scratch}/{WITNESS}"),
        )
        return Invocation(command=(*command[: at + 1], *ours, *rest), plugins=(PLUGIN,))

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence), self.kind)

    def recognises(self, log: str) -> bool:
        return rspec_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return rspec_log.parse(log, root)


def _reading(evidence: Evidence) -> Reading:
    root = evidence.place.root
    asked = launch.program(evidence.command, "rspec") is not None
    content = evidence.files.get(REPORT)
    logged = rspec_log.parse(evidence.log, root)
    if content:
        try:
            said = _judged(_Report.model_validate_json(content), evidence)
        except ValidationError:
            said = replace(logged, fault=CheckFault("NO_REPORT", "RSpec's report is damaged"))
    elif asked:
        said = replace(logged, fault=_unreported(evidence))
    else:
        return logged
    cut_short = said.fault or evidence.timed_out or evidence.exit_code < 0
    return _cut_short(evidence, said) if cut_short else said


def _unreported(evidence: Evidence) -> CheckFault | None:
    if evidence.timed_out or evidence.exit_code < 0:
        return None  # the judge knows
    if _NO_RSPEC.search(evidence.log):
        return CheckFault("NO_TOOL", "RSpec is not installed")
    return CheckFault("NO_REPORT", "RSpec ended without writing its report")


def _judged(report: _Report, evidence: Evidence) -> Reading:
    counts, root = report.summary, evidence.place.root
    # RSpec 3.13 leaves its own frames out of its JSON, by which a hook is told from an example; the witness has them.
    seen = {line.example.id: line.example for line in _witness(evidence) if line.kind == "end"}
    examples = tuple(_with_own_frames(example, seen.get(example.id)) for example in report.examples)
    told = [_told(example, examples) for example in examples if example.status == "failed"]
    around = [failure for message in report.messages if (failure := rspec_errors.outside(text.plain(message), root))]
    names = Counter(example.full_description for example in examples)
    found = rspec_errors.unique((*rspec_errors.failures(told, root, names), *around))
    failed, errors, pending = counts.failure_count, counts.errors_outside_of_examples_count, counts.pending_count
    summary = Summary(
        counts.example_count + errors, max(0, counts.example_count - failed - pending), failed, errors, pending
    )
    cut = next((example for example in examples if example.status not in _ENDED), None)
    if cut is not None and not evidence.timed_out:
        name = cut.full_description
        why = f"RSpec was ended while it ran {name}"
        red = Failure(name, _home(cut), FailureCode.CRASH, why)
        return Reading(summary, (*found, red), CheckFault("CRASH", why), finished=True)
    return Reading(summary, found, finished=True)


def _witness(evidence: Evidence) -> Iterator[_Line]:
    for raw in evidence.files.get(WITNESS, b"").splitlines():
        try:
            yield _Line.model_validate_json(raw)
        except ValidationError:
            continue  # torn by a crash


def _with_own_frames(example: _Example, seen: _Example | None) -> _Example:
    if example.exception is None or seen is None or seen.exception is None:
        return example
    return example.model_copy(update={"exception": {**example.exception, "backtrace": seen.exception.get("backtrace")}})


def _told(example: _Example, examples: tuple[_Example, ...]) -> Told:
    kind, said, lines = example.raised
    home = f"{example.file_path}:{example.line_number}"
    shared = (
        sum((other.file_path, other.line_number) == (example.file_path, example.line_number) for other in examples) > 1
    )
    own = next((match.group(1) for line in lines if (match := _HOOK.search(line))), "")
    if kind == _SEVERAL:  # its own stack ends where they are gathered
        lines, own = said.split("\n"), ""
    stack = rspec_errors.stack([str(line) for line in lines])
    rerun = example.id if shared else home
    return Told(example.full_description, rerun, kind, said, stack, home, fixture=own == "hooks")


def _cut_short(evidence: Evidence, said: Reading) -> Reading:
    """What the witness saw: examples that failed before the end came, and those that were running."""
    root, ended, running = evidence.place.root, dict[str, _Example](), dict[str, _Example]()
    for line in _witness(evidence):
        running[line.example.id] = line.example
        if line.kind == "end":
            ended[line.example.id] = running.pop(line.example.id)
    red = tuple(example for example in ended.values() if example.status == "failed")
    known = rspec_errors.failures([_told(example, red) for example in red], root)
    code = FailureCode.TIMEOUT if evidence.timed_out else FailureCode.CRASH
    why = "it was running when the time limit came" if evidence.timed_out else "it was running when RSpec ended"
    more = (Failure(each.full_description, _home(each), code, why) for each in running.values())
    names = {failure.name for failure in said.failures}
    return replace(said, failures=(*said.failures, *(each for each in (*known, *more) if each.name not in names)))


def _home(example: _Example) -> str:
    return f"{example.file_path.removeprefix('./')}:{example.line_number}"

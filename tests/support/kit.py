"""A kit over fakes: what a run needs, in memory, where a test decides what the model says and what checks find."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from adw.adapters.template_files import TemplateFiles, template_folder
from adw.domain.call import CallFacts
from adw.domain.codec import dump, load
from adw.domain.events import Event
from adw.domain.issue import Issue
from adw.domain.messages import Answer, ModelRequest, ToolCall
from adw.domain.report import Report
from adw.domain.run import CheckSpec, Limits, ModelChoice, Phase, RunResult, RunSpec
from adw.ports import Clock, Journal, Ledger, TokenCounter
from adw.workflow.calls import CallPorts, Calls
from adw.workflow.kit import Kit
from adw.workflow.run import run
from adw.workflow.steps import Steps
from tests.fakes.clock import FixedClock
from tests.fakes.counter import ByteCounter
from tests.fakes.memory_journal import MemoryJournal, StoredRun
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.memory_workspace import MemoryWorkspace
from tests.fakes.prices import FixedPrices
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import Script, ScriptedModel, says

MODEL = "claude-test"
TEST = CheckSpec("test", "pytest", ("make", "test"))
"""Nothing can be selected behind `make`: each look at the tests is one run of all of them."""
BUILD = CheckSpec("build", "mypy", ("mypy", "."))
CART = b"def total(items):\n    return sum(items[1:])\n"
CART_TEST = b"from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
FILES = {"shop/cart.py": CART, "tests/test_cart.py": CART_TEST, "README.md": b"# Shop\n"}
FAILING = "tests/test_cart.py::test_total"
T = TypeVar("T")


def spec(**changes: Any) -> RunSpec:
    """A specification whose issue points at the shop's cart; what is not named is the same every time."""
    usual = RunSpec(
        id="run-1",
        issue=Issue("wrong-total", "Wrong total", "`total` forgets the first item: test_total fails.", "issue.md"),
        base_commit="0" * 40,
        branch="adw/wrong-total-run-1",
        models=dict.fromkeys(Phase, ModelChoice(MODEL)),
        checks=(TEST,),
        limits=Limits(),
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return replace(usual, **changes)


Judge = Callable[[CheckSpec], Report]


class JudgedChecks:
    """A CheckRunner that runs nothing and writes nothing: the test judges. `labels` are the logs' names, in order."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.labels: list[str] = []

    def run(self, check: CheckSpec, root: Path, log: Path) -> Report:  # noqa: ARG002 - it is in memory
        self.labels.append(log.stem)
        return self.judge(check)

    def output(self, report: Report, limit: int) -> str:
        return f"{report.check}: raw output"[-limit:]


def in_a_row(*reports: Report) -> Judge:
    """One report after the other; the last one again and again."""
    left = list(reports)
    return lambda _check: left.pop(0) if len(left) > 1 else left[0]


def call(name: str, number: int = 1, **given: Any) -> ToolCall:
    return ToolCall(f"{name}-{number}", name, given)


def edit(old: str, new: str, path: str = "shop/cart.py", number: int = 1) -> ToolCall:
    return call("edit", number, path=path, old=old, new=new)


MEND = edit("items[1:]", "items")
DONE = call("done", summary="mended")
PLAN = says(
    "",
    call(
        "done",
        summary="total() skips the first item",
        steps=["sum all items in shop/cart.py"],
        change=["shop/cart.py"],
        create=[],
        tests=[FAILING],
        testing="pytest",
    ),
)
APPROVE = says("", call("done", verdict="approve", findings=[]))


def rejects(*findings: tuple[str, str]) -> Answer:
    """A review that rejects, with findings of (severity, message) in the cart."""
    found = [{"severity": severity, "path": "shop/cart.py", "message": text, "line": 2} for severity, text in findings]
    return says("", call("done", verdict="reject", findings=found))


class MemoryCallFiles:
    """CallFiles as JSON in a dictionary, which outlives the run as a folder does."""

    def __init__(self, kept: dict[str, str] | None = None) -> None:
        self.kept = {} if kept is None else kept

    def keep(self, key: str, request: ModelRequest, answer: Answer, _facts: CallFacts) -> None:
        self.kept[key] = json.dumps({"request": dump(request), "answer": dump(answer)})

    def find(self, key: str, request: ModelRequest) -> Answer | None:
        kept = json.loads(self.kept.get(key, "null"))
        return load(Answer, kept["answer"]) if kept and kept["request"] == dump(request) else None


@dataclass
class Events:
    """Observer that remembers."""

    told: list[Event] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        self.told.append(event)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.told if event.kind == kind]


@dataclass
class World:
    """Everything of one run that outlives a process. `kit()` is a new process's kit over it."""

    model: ScriptedModel
    checks: JudgedChecks
    workspace: MemoryWorkspace
    spec: RunSpec = field(default_factory=spec)
    store: dict[str, StoredRun] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=MemoryLedger)
    files: MemoryCallFiles = field(default_factory=MemoryCallFiles)
    prices: FixedPrices = field(default_factory=FixedPrices)
    counter: TokenCounter = field(default_factory=ByteCounter)
    clock: Clock = field(default_factory=FixedClock)
    events: Events = field(default_factory=Events)
    redact: Callable[[str], str] = str
    results: list[RunResult] = field(default_factory=list)
    """What `keep` was told."""

    def ports(self, journal: Journal) -> CallPorts:
        return CallPorts(
            model=self.model,
            counter=self.counter,
            prices=self.prices,
            ledger=self.ledger,
            journal=journal,
            files=self.files,
            clock=self.clock,
            observer=self.events,
        )

    def kit(self, journal: Journal) -> Kit:
        return Kit(
            spec=self.spec,
            steps=Steps(journal, self.workspace),
            calls=Calls(self.spec, self.ports(journal)),
            workspace=self.workspace,
            checks=self.checks,
            prompts=TemplateFiles(template_folder()),
            counter=self.counter,
            observer=self.events,
            redact=self.redact,
            log_path=lambda label: Path("logs", f"{label}.log"),
        )

    def journal(self) -> MemoryJournal:
        return MemoryJournal(self.store, self.spec.id)

    def within(self, work: Callable[[Kit], T]) -> T:
        """What `work` returns, done as a run of its own."""
        journal, found = self.journal(), list[T]()
        journal.run(lambda: found.append(work(self.kit(journal))))
        return found[0]

    def run(self) -> RunResult:
        """Start the run, or resume it."""
        journal = self.journal()
        ended: RunResult = load(RunResult, journal.run(lambda: dump(run(self.kit(journal), self.results.append))))
        return ended


def shop(script: Script, judge: Judge | None = None, files: Mapping[str, bytes] = FILES, **changes: Any) -> World:
    """A world whose test fails as long as the cart forgets the first item; `changes` are the specification's."""
    workspace = MemoryWorkspace(files)

    def look(check: CheckSpec) -> Report:
        forgets = check.name == "test" and b"items[1:]" in workspace.content.get("shop/cart.py", b"")
        return red(check, FAILING, passed=2) if forgets else green(check, passed=3)

    return World(ScriptedModel(script), JudgedChecks(judge or look), workspace, spec=spec(**changes))

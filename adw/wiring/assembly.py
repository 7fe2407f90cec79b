"""One run's adapters, joined to the kit that the workflow works with."""

from pathlib import Path

from adw.adapters.call_files import CallFolder
from adw.adapters.checks.runner import LocalCheckRunner
from adw.adapters.checks.sandbox import Sandbox, SandboxMode, choose
from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.durable import DbosJournal
from adw.adapters.event_log import EventLog, FanOut
from adw.adapters.ledger.ledger import SqlLedger
from adw.adapters.template_files import TemplateFiles, template_folder
from adw.domain.events import CheckOutput, Notice
from adw.domain.run import RunSpec
from adw.ports import ModelClient, Observer, StopSignal
from adw.wiring.hooks import alarm
from adw.wiring.house import House
from adw.wiring.symbols import symbol_index
from adw.workflow.alert_watch import AlertWatch
from adw.workflow.calls import CallPorts, Calls
from adw.workflow.kit import Kit
from adw.workflow.steps import Steps, Travels


def assemble(
    house: House,
    spec: RunSpec,
    journal: DbosJournal,
    ledger: SqlLedger,
    model: ModelClient,
    observer: Observer,
    stop: StopSignal,
) -> Kit:
    """The kit of one run."""
    folder = house.store.folder(spec.id)
    told = FanOut(EventLog(folder / "events.jsonl", house.clock), observer)
    workspace = house.workspace(spec)
    counter = counter_for_runtime(house.counts)
    ports = CallPorts(
        model=model,
        counter=counter,
        prices=house.prices(),
        ledger=ledger,
        journal=journal,
        files=CallFolder(folder / "calls"),
        clock=house.clock,
        observer=told,
        alerts=None if spec.replay else _watch(house, spec, ledger, told, stop),
    )
    return Kit(
        spec=spec,
        steps=Steps(journal, workspace, Travels(spec.base_commit, spec.branch) if spec.travels else None),
        calls=Calls(spec, ports),
        workspace=workspace,
        checks=LocalCheckRunner(
            checkout=house.repository.root,
            environ=house.place.variables,
            sandbox=_sandbox(house, told),
            stop=stop,
            heard=lambda check, said: observer.tell(CheckOutput(check, said)),  # to be seen, not to be kept
        ),
        prompts=TemplateFiles(template_folder()),
        counter=counter,
        observer=told,
        redact=house.redactor.text,
        log_path=house.log_path(spec.id),
        symbols=symbol_index(house, stop),
    )


def _watch(house: House, spec: RunSpec, ledger: SqlLedger, told: Observer, stop: StopSignal) -> AlertWatch:
    return AlertWatch(spec, house.settings.thresholds(), ledger, house.clock, told, alarm(house, stop))


def _sandbox(house: House, observer: Observer) -> Sandbox:
    """How checks are confined; that they are not is told. Raises CheckError where it is required and cannot be had."""
    checks, variables = house.settings.checks, house.place.variables
    home = Path(variables.get("HOME", "/nonexistent"))
    sandbox = choose(SandboxMode(checks.sandbox), home=home, network=checks.network, path=variables.get("PATH"))
    if sandbox.warning:
        observer.tell(Notice(sandbox.warning))
    return sandbox

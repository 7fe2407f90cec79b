"""The one way to the model: guard, reserve, ask through the journal, settle. The ledger is written here only."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from adw.domain.call import CallFacts
from adw.domain.codec import dump, load
from adw.domain.entry import CallTag, Entry, Reservation
from adw.domain.events import CallEnded, CallStarted, Notice
from adw.domain.flags import Flag
from adw.domain.messages import Answer, ModelRequest
from adw.domain.run import ModelChoice, RunSpec
from adw.domain.usage import Usage
from adw.errors import AdwError, BudgetExceeded, Interrupted, ModelError, StorageError
from adw.ports import CallFiles, Clock, Journal, Ledger, ModelClient, Observer, PriceList, TokenCounter
from adw.quota.drift import RECENT, UNMEASURED, Sample, margin, samples_of, with_margin
from adw.quota.window import check_window, room_for_sections
from adw.workflow.alert_watch import AlertWatch
from adw.workflow.cache_watch import CacheWatch


@dataclass(frozen=True, slots=True)
class CallPorts:
    """What a call needs of the outside."""

    model: ModelClient
    counter: TokenCounter
    prices: PriceList
    ledger: Ledger
    journal: Journal
    files: CallFiles
    clock: Clock
    observer: Observer
    alerts: AlertWatch | None = None
    """None: nobody is warned; a replay spends nothing."""


class Calls:
    """Asks the model for one run. Keys count up from 1, so a resumed run gives each call its old key."""

    def __init__(self, spec: RunSpec, ports: CallPorts) -> None:
        self._spec = spec
        self._ports = ports
        self._count = 0
        self._failures = 0
        self._billed: dict[str, list[Sample]] = {}
        """What calls to each model were counted and billed: the ledger's newest, then this run's."""
        self.watch = CacheWatch(may_switch=spec.limits.fallback_full_context)
        self.last_replayed = False
        """Whether the last answer came from the journal: it was bought before the run was resumed."""

    @property
    def count(self) -> int:
        """Calls so far."""
        return self._count

    def ask(self, request: ModelRequest, facts: CallFacts, fallback: str = "") -> Answer:
        """One answer, paid for once. Raises BudgetExceeded or QuotaExceeded before it is sent, else ModelError."""
        self._count += 1
        tag, request = self._tag(facts), replace(request, diagnose=self.watch.suspicious)
        counted = self._ports.counter.count_request(request)
        self._ports.observer.tell(CallStarted(facts.phase, facts.attempt, facts.turn, request.model, counted))
        step = f"model {facts.phase} {facts.attempt}.{facts.turn}"
        stored = self._ports.journal.step(step, lambda: self._buy(tag, request, fallback, facts))
        answer = load(Answer, stored["answer"])
        self.last_replayed = self._ports.journal.last_step_replayed
        if stored["model"] != request.model:
            counted = self._ports.counter.count_request(replace(request, model=stored["model"]))
        entry = self._entry(tag, stored["model"], answer.usage, "ok", counted, answer.duration_s)
        self._ports.ledger.settle(entry)
        if not self.last_replayed:
            self._samples(entry.model).extend(samples_of([entry]))
        self._ports.observer.tell(CallEnded(facts.phase, facts.turn, answer.usage, self.last_replayed, entry.cost_usd))
        said = (
            self.watch.seen(facts, answer.usage, answer.cache_miss) if Flag.STABLE_PROMPTS in self._spec.flags else ""
        )
        if said:
            self._ports.observer.tell(Notice(said))
        if self._ports.alerts:
            self._ports.alerts.seen(self.watch, self._filled(entry, request), replayed=self.last_replayed)
        return answer

    def _filled(self, entry: Entry, request: ModelRequest) -> float:
        """How far the request filled what it may, with the margin for the bill; 1.0 is all of it."""
        window = self._ports.prices.context_window(entry.model)
        asked = with_margin(entry.counted_input, margin(self._samples(entry.model))) + request.max_tokens
        return asked / (window * self._spec.limits.safe_utilization) if window else 0.0

    def monotonic(self) -> float:
        """Seconds; only differences mean anything."""
        return self._ports.clock.monotonic()

    def room(self, choice: ModelChoice) -> int:
        """Tokens that the sections of a request to this model may fill. Raises BudgetExceeded where there are none."""
        window = self._ports.prices.context_window(choice.model)
        # Never more than an unmeasured model would have: so hardly anything that is learned changes what is sent.
        factor = max(UNMEASURED, margin(self._samples(choice.model)))
        return room_for_sections(choice.model, window, self._spec.limits.safe_utilization, choice.max_tokens, factor)

    def _samples(self, model: str) -> list[Sample]:
        if model not in self._billed:
            self._billed[model] = list(samples_of(self._ports.ledger.latest(model, RECENT)))
        return self._billed[model]

    def _tag(self, facts: CallFacts) -> CallTag:
        return CallTag(
            key=f"{self._spec.id}:{self._count:04d}",
            run_id=self._spec.id,
            phase=facts.phase,
            attempt=facts.attempt,
            turn=facts.turn,
            prompt_version=facts.prompt_version,
            flags=self._spec.flags,
            issue=self._spec.issue.key,
        )

    def _guard(self, tag: CallTag, request: ModelRequest) -> None:
        """Hold the request against its window and the budget, with a margin for what may be billed beyond the count.

        Only inside the step's body: what was learned since must not stop a resumed run before an answer it has.
        """
        factor = margin(self._samples(request.model))
        counted = self._ports.counter.count_request(request)
        window = self._ports.prices.context_window(request.model)
        check_window(request, counted, window, self._spec.limits.safe_utilization, factor)
        self._reserve(tag, request, with_margin(counted, factor))

    def _reserve(self, tag: CallTag, request: ModelRequest, expected: int) -> None:
        limits = self._spec.limits
        now = self._ports.clock.now()
        # Nothing is cheaper than it could be: all input as a cache write, all output used.
        worst = Usage(cache_write_5m=expected, output=request.max_tokens)
        cost = self._ports.prices.cost(request.model, worst, now)
        if cost is None and limits.budget_usd:
            raise BudgetExceeded(
                f"the budget is {limits.budget_usd:.2f} USD, but {request.model} has no known price",
                asked=0.0,
                left=limits.budget_usd,
                utilization=0.0,
                unit="usd",
                hint="give the budget in tokens: `adw resume` with --budget-usd 0 --budget-tokens N",
            )
        reservation = Reservation(tag, worst.input, worst.output, cost or Decimal(0), now)
        self._ports.ledger.reserve(reservation, budget_tokens=limits.budget_tokens, budget_usd=limits.budget_usd)

    def _buy(self, tag: CallTag, request: ModelRequest, fallback: str, facts: CallFacts) -> dict[str, Any]:
        """The body of the journal's step: an answer that was kept, else one that is asked for."""
        for model in filter(None, (request.model, fallback)):
            kept = self._ports.files.find(tag.key, replace(request, model=model))
            if kept is not None:
                return {"answer": dump(kept), "model": model}
        self._guard(tag, request)
        try:
            answer, model = self._complete(tag, request, fallback)
        except Interrupted:
            raise  # the call may have been billed: its reservation stays until it is settled or expires
        except AdwError:
            self._ports.ledger.release(tag.key)
            raise
        try:
            self._ports.files.keep(tag.key, replace(request, model=model), answer, facts)
        except StorageError as error:
            self._note_failure(tag, model, error.code, answer.usage)
            self._ports.ledger.release(tag.key)
            raise
        return {"answer": dump(answer), "model": model}

    def _complete(self, tag: CallTag, request: ModelRequest, fallback: str) -> tuple[Answer, str]:
        """Ask; after a failure ask the fallback once, or the same model again where the client has not retried."""
        try:
            return self._ports.model.complete(request), request.model
        except ModelError as error:
            self._note_failure(tag, request.model, error.code, error.usage)
            second = replace(request, model=fallback or ("" if error.retried else request.model))
            if not second.model:
                raise
        # Another model has another window and other prices, and the first try may have cost something.
        self._ports.ledger.release(tag.key)
        self._guard(tag, second)
        try:
            return self._ports.model.complete(second), second.model
        except ModelError as error:
            self._note_failure(tag, second.model, error.code, error.usage)
            raise

    def _note_failure(self, tag: CallTag, model: str, code: str, usage: Usage) -> None:
        """An entry of its own: the call's key stays free for the answer that is yet to come."""
        self._failures += 1
        failed = replace(tag, key=f"{tag.key}!{self._failures}@{self._ports.clock.now().isoformat()}")
        self._ports.ledger.settle(self._entry(failed, model, usage, code, 0, 0.0))

    def _entry(self, tag: CallTag, model: str, usage: Usage, outcome: str, counted: int, duration_s: float) -> Entry:
        now = self._ports.clock.now()
        return Entry(
            tag=tag,
            model=model,
            usage=usage,
            cost_usd=self._ports.prices.cost(model, usage, now),
            duration_s=duration_s,
            outcome=outcome,
            created_at=now,
            counted_input=counted,
        )

"""From answers to ledger entries: what is new of a session, and only that."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from adw.adapters.claude_logs.stage import Session, Staged
from adw.domain.entry import CallTag, Entry
from adw.domain.usage import Usage

PHASE = "claude-code"
AGENT_PHASE = "claude-code agent"
"""Sub-agents'. Both stand where a run of ADW's has its phases, and tell the two apart (`adw/quota/trends.py`)."""
_GROWN = " +"
"""Between an answer's key, which has no space, and how many times it was seen to have grown."""
_RESULT = "claude-code result"
"""The prompt version of entries that were made of a `result` line."""


class Price(Protocol):
    """US dollars at the prices of a date; None where nobody knows."""

    def __call__(self, model: str, usage: Usage, at: datetime) -> Decimal | None: ...


def new_entries(session: Session, known: Iterable[Entry], price: Price) -> Iterator[Entry]:
    """Entries of one session that the ledger lacks. `known`: what the ledger has of it.

    An answer that was imported while it streamed and has grown since gets another entry for the difference: what is
    in the ledger stays. A session is known by its answers or by its result, whichever came first: by both it would
    count twice.
    """
    billed: dict[str, Usage] = {}
    times: dict[str, int] = {}
    summed_up: datetime | None = None
    for entry in known:
        key = entry.tag.key.rpartition(_GROWN)[0] or entry.tag.key
        billed[key] = billed.get(key, Usage()) + entry.usage
        times[key] = times.get(key, 0) + 1
        if entry.tag.prompt_version == _RESULT:
            summed_up = max(summed_up or entry.created_at, entry.created_at)
    has_answers = session.has_answers or (bool(billed) and summed_up is None)
    for one in session.staged:
        if one.key not in billed:
            if has_answers if one.is_result else summed_up is not None and one.at <= summed_up:
                continue
            yield _entry(one, one.usage, one.key, price)
        elif one.usage.output > billed[one.key].output:
            grown = f"{one.key}{_GROWN}{times[one.key]}"
            yield _entry(one, _difference(one.usage, billed[one.key]), grown, price)


def _entry(one: Staged, usage: Usage, key: str, price: Price) -> Entry:
    tag = CallTag(
        key=key,
        run_id=one.session,
        phase=AGENT_PHASE if one.is_agent else PHASE,
        attempt=0,
        turn=0,
        prompt_version=_RESULT if one.is_result else f"claude-code {one.version}".strip(),
        issue=one.project,
    )
    return Entry(
        tag=tag,
        model=one.model,
        usage=usage,
        cost_usd=price(one.model, usage, one.at),
        duration_s=one.duration_s,
        outcome="model_error" if one.failed else "ok",
        created_at=one.at,
    )


def _difference(now: Usage, before: Usage) -> Usage:
    """Class by class; never below zero."""
    return Usage(
        fresh=max(0, now.fresh - before.fresh),
        cache_read=max(0, now.cache_read - before.cache_read),
        cache_write_5m=max(0, now.cache_write_5m - before.cache_write_5m),
        cache_write_1h=max(0, now.cache_write_1h - before.cache_write_1h),
        output=max(0, now.output - before.output),
    )

"""What goes through the journal comes back as it was: `load(dump(value))` over JSON text, for every kind of value."""

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adw.domain import edit, messages, plan, report, review, run, section
from adw.domain.codec import dump, load
from adw.domain.entry import Entry
from adw.domain.usage import Usage
from adw.workflow.toolbox import Turn

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _FINITE | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_OBJECTS = st.dictionaries(_TEXT, _JSON, max_size=4)
_MOMENTS = st.datetimes(timezones=st.just(UTC))

_USAGE = st.builds(Usage)
_BLOCKS = st.one_of(
    st.builds(messages.Text),
    st.builds(messages.ToolCall, input=_OBJECTS),
    st.builds(messages.ToolResult),
    st.builds(messages.Opaque, raw=_OBJECTS),
)
_BLOCK_ROWS = st.lists(_BLOCKS, max_size=4).map(tuple)
_REPORTS = st.builds(report.Report, summary=st.builds(report.Summary, duration_s=_FINITE))
_REVIEWS = st.builds(review.Review)
_PLANS = st.builds(plan.Plan)
_ANSWERS = st.builds(messages.Answer, blocks=_BLOCK_ROWS, duration_s=_FINITE)
_REQUESTS = st.builds(
    messages.ModelRequest,
    tools=st.lists(st.builds(messages.ToolSpec, schema=_OBJECTS), max_size=2).map(tuple),
    messages=st.lists(st.builds(messages.Message, blocks=_BLOCK_ROWS), max_size=3).map(tuple),
)
_SPECS = st.builds(
    run.RunSpec,
    created_at=_MOMENTS,
    checks=st.lists(st.builds(run.CheckSpec, timeout_s=_FINITE), max_size=2).map(tuple),
    limits=st.builds(run.Limits, budget_usd=_FINITE, safe_utilization=_FINITE),
)
_RESULTS = st.builds(run.RunResult, report=st.none() | _REPORTS)
_COSTS = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
_ENTRIES = st.builds(Entry, created_at=_MOMENTS, cost_usd=_COSTS, duration_s=_FINITE)
_TURNS = st.builds(Turn, done=st.none() | _OBJECTS)


def _through_json(value: object, kind: Any = None) -> Any:
    return load(kind or type(value), json.loads(json.dumps(dump(value, kind), allow_nan=False)))


@given(st.one_of(_ANSWERS, _REQUESTS, _REPORTS, _REVIEWS, _PLANS, _TURNS, _SPECS, _RESULTS))
def test_a_value_comes_back_as_it_was(value: object) -> None:
    assert _through_json(value) == value


@given(st.builds(run.RunRecord, spec=_SPECS, result=st.none() | _RESULTS, ended_at=st.none() | _MOMENTS))
def test_a_run_s_record_comes_back_as_it_was(record: run.RunRecord) -> None:
    assert _through_json(record) == record


@given(_ENTRIES)
def test_costs_keep_every_digit(entry: Entry) -> None:
    again = _through_json(entry)
    assert again == entry
    assert str(again.cost_usd) == str(entry.cost_usd)


@given(st.lists(st.builds(section.Section), max_size=4).map(tuple))
def test_sections_keep_priority_and_zone(sections: tuple[section.Section, ...]) -> None:
    again = _through_json(sections, tuple[section.Section, ...])
    assert again == sections
    assert all(isinstance(one.priority, section.Priority) and isinstance(one.zone, section.Zone) for one in again)


@given(st.one_of(st.builds(edit.Replace), st.builds(edit.Write), st.builds(edit.Delete)))
def test_an_edit_comes_back_as_its_own_kind(one: edit.Edit) -> None:
    again = _through_json(one, edit.Edit)
    assert again == one
    assert type(again) is type(one)


@given(_BLOCK_ROWS)
def test_blocks_come_back_as_their_own_kinds(blocks: tuple[messages.Block, ...]) -> None:
    again = _through_json(messages.Message("assistant", blocks))
    assert [type(block) for block in again.blocks] == [type(block) for block in blocks]


def test_what_is_not_of_the_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        load(Usage, {"fresh": "many"})

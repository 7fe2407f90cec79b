"""The file that holds a recording: `adw.recording/1`."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adw.domain.codec import JsonValue, dump, load
from adw.domain.messages import Answer, ModelRequest
from adw.errors import UsageError

SCHEMA: Literal["adw.recording/1"] = "adw.recording/1"


class Call(BaseModel):
    """One call, as the codec dumps its two sides, secrets redacted."""

    model_config = ConfigDict(extra="forbid")

    request: dict[str, JsonValue]
    answer: dict[str, JsonValue]


class Recording(BaseModel):
    """The whole file. `note` says for people what it is, for one that was written by hand above all."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    schema_: Literal["adw.recording/1"] = Field(default=SCHEMA, alias="schema")
    note: str = ""
    calls: list[Call] = []


def read(path: Path) -> Recording:
    """The file's content. Raises UsageError where it cannot be read or is no recording."""
    try:
        return Recording.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"the recording {path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise _no_recording(path, _first_fault(error)) from error


def domain(path: Path, number: int, call: Call) -> tuple[ModelRequest, Answer]:
    """The call's two sides as domain values. Raises UsageError where they are not, or hold keys that nobody reads."""
    try:
        request, answer = load(ModelRequest, call.request), load(Answer, call.answer)
    except ValidationError as error:
        raise _no_recording(path, f"call {number}: {_first_fault(error)}") from error
    for name, stored, value in (("request", call.request, request), ("answer", call.answer, answer)):
        unknown = _unknown_key(stored, dump(value), name)
        if unknown:
            raise _no_recording(path, f"call {number}: {unknown} is no key that a recording has")
    return request, answer


def _unknown_key(stored: JsonValue, known: JsonValue, place: str) -> str:
    """The first key of `stored` that `known` lacks, with its place; empty where there is none."""
    if isinstance(stored, dict) and isinstance(known, dict):
        for key, value in stored.items():
            found = _unknown_key(value, known[key], f"{place}.{key}") if key in known else f"{place}.{key}"
            if found:
                return found
    if isinstance(stored, list) and isinstance(known, list):
        for index, (one, other) in enumerate(zip(stored, known, strict=True)):
            if found := _unknown_key(one, other, f"{place}[{index}]"):
                return found
    return ""


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


def _no_recording(path: Path, fault: str) -> UsageError:
    return UsageError(
        f"{path} is no {SCHEMA} file: {fault}", hint="name a file that `adw run --record FILE` has written"
    )

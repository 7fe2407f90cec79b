"""The API's rules for a request, as far as ADW could break them."""

from typing import Any

from tests.servers.replies import Refused

Json = dict[str, Any]
BREAKPOINTS = 4


def broken_rule(request: Json, headers: dict[str, str]) -> Refused | None:
    """How the API would refuse the request; None where it would take it."""
    if not (headers.get("x-api-key") or headers.get("authorization", "").startswith("Bearer ")):
        return Refused(401, "x-api-key header is required")
    fault = next(filter(None, (rule(request) for rule in (_fields, _marks, _content, _results))), "")
    return Refused(400, fault) if fault else None


def _fields(request: Json) -> str:
    for name in ("model", "max_tokens", "messages"):
        if not request.get(name):
            return f"{name}: Field required"
    if request["messages"][0]["role"] != "user":
        return "messages: first message must use the user role"
    return ""


def _marks(request: Json) -> str:
    blocks = [*request.get("tools", []), *_lists(request.get("system"))]
    blocks += [block for message in request["messages"] for block in _lists(message["content"])]
    found = sum(1 for block in blocks if block.get("cache_control"))
    if found > BREAKPOINTS:
        return f"A maximum of {BREAKPOINTS} blocks with cache_control may be provided. Found {found}."
    return ""


def _content(request: Json) -> str:
    for number, message in enumerate(request["messages"]):
        if not message["content"]:
            return f"messages.{number}: content must not be empty"
        for block in _lists(message["content"]):
            if block["type"] == "text" and not block["text"]:
                return f"messages.{number}: text content blocks must be non-empty"
            if block["type"] == "tool_use" and not isinstance(block["input"], dict):
                return f"messages.{number}: tool_use.input: Input should be a valid dictionary"
    return ""


def _results(request: Json) -> str:
    """Each call is answered in the next message, and each answer has its call in the message before."""
    pending: set[str] = set()
    for number, message in enumerate(request["messages"]):
        blocks = _lists(message["content"])
        answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if pending - answered:
            missing = ", ".join(sorted(pending - answered))
            return f"messages.{number}: `tool_use` ids were found without `tool_result` blocks: {missing}"
        if answered - pending:
            return f"messages.{number}: unexpected `tool_use_id` found in `tool_result` blocks"
        pending = {block["id"] for block in blocks if block["type"] == "tool_use"}
    return "messages: the last `tool_use` has no `tool_result`" if pending else ""


def _lists(content: Any) -> list[Json]:
    return content if isinstance(content, list) else []

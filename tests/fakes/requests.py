"""A request with everything in it, to count and to change."""

from adw.domain.messages import Message, ModelRequest, Opaque, Text, ToolCall, ToolResult, ToolSpec

READ = ToolSpec(
    "read",
    "Reads files. Give several paths at once.",
    {"type": "object", "properties": {"paths": {"type": "array", "items": {"type": "string"}}}, "required": ["paths"]},
)


def full_request(model: str = "claude-opus-4-8") -> ModelRequest:
    return ModelRequest(
        model=model,
        system=(Text("You repair programs.", cache=True),),
        tools=(READ,),
        messages=(
            Message("user", (Text("total() forgets the last item"), Text("cart.py:\n\n    return sum(items[:-1])\n"))),
            Message(
                "assistant",
                (
                    Opaque({"type": "thinking", "thinking": "Off by one.", "signature": "c2lnbmF0dXJl" * 8}),
                    Text("I look at the caller."),
                    ToolCall("toolu_1", "read", {"paths": ["shop.py", "test_cart.py"], "note": "both"}),
                ),
            ),
            Message("user", (ToolResult("toolu_1", "print(total([1, 2]))", cache=True),)),
        ),
        max_tokens=1000,
    )


def texts(request: ModelRequest) -> list[str]:
    """What a reader would see of the request, in order."""
    found = [block.text for block in request.system]
    for tool in request.tools:
        found += [tool.name, tool.description]
    for message in request.messages:
        for block in message.blocks:
            match block:
                case Text():
                    found.append(block.text)
                case ToolCall():
                    found += [block.name, *(str(value) for value in block.input.values()), block.invalid]
                case ToolResult():
                    found.append(block.content)
                case Opaque():
                    found.append(str(block.raw.get("thinking", "")))
    return found

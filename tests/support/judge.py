"""An evaluator of dumps, written from the specification alone: it imports nothing of ADW.

It reads a trajectory file and the lines of a dump, and says how much evidence each request keeps, what it holds and
whether it could have been sent.
"""

import json
import lzma
import re

WORD = re.compile(r"[A-Za-z_][\w./-]{7,}")


def trajectory(path):
    raw = path.read_bytes()
    return json.loads(lzma.decompress(raw) if path.name.endswith(".xz") else raw)


def dumped(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def texts(request):
    """Every text of a request, one by one."""
    yield request["system"]
    for message in request["messages"]:
        for block in message["content"]:
            if block["type"] == "text":
                yield block["text"]
            elif block["type"] == "tool_use":
                yield from (value for value in block["input"].values() if isinstance(value, str))
            else:
                yield block["content"]


def lines(text):
    return [line.strip()[:300] for line in text.split("\n")]


def evidence(run, requests):
    """(kept, needed) over all calls; `requests` in the order of the calls."""
    in_task = set(WORD.findall(run["task"]))
    kept = needed = 0
    shown = []
    for turn, request in zip(run["turns"], requests, strict=True):
        said = [turn["text"], *(value for call in turn["calls"] for value in call["input"].values())]
        used = {word for text in said for word in WORD.findall(text)} - in_task
        sent = [lines(text) for text in texts(request)]
        for word in used:
            blocks = [block for words, block in shown if word in words]
            needed += bool(blocks)
            kept += any(stands_in(block, text) for block in blocks for text in sent)
        for result in turn["results"]:
            rows, raw = lines(result), result.split("\n")
            for at, line in enumerate(raw):
                words = set(WORD.findall(line))
                if words:
                    shown.append((words, rows[max(0, at - 1) : at + 2]))
    return kept, needed


def stands_in(block, text):
    return any(text[at : at + len(block)] == block for at, line in enumerate(text) if line == block[0])


def faults(run, requests):
    """What an API would refuse, or what no call can have known. Empty for a good dump."""
    for number, request in enumerate(requests):
        messages = request["messages"]
        roles = [message["role"] for message in messages]
        if roles != [("user", "assistant")[at % 2] for at in range(len(roles))] or roles[-1] != "user":
            yield f"call {number}: roles {roles}"
        for said, heard in zip(messages[1::2], messages[2::2], strict=True):
            called = [block["id"] for block in said["content"] if block["type"] == "tool_use"]
            answered = [block["tool_use_id"] for block in heard["content"] if block["type"] == "tool_result"]
            if called != answered:
                yield f"call {number}: {called} answered by {answered}"
        known = {line for text in known_before(run, number) for line in lines(text)}
        for text in texts({"system": "", "messages": messages}):
            yield from (f"call {number}: {line!r}" for line in lines(text) if line not in known and not framing(line))
        if any(not block["text"].strip() for one in messages for block in one["content"] if block["type"] == "text"):
            yield f"call {number}: an empty text"


def known_before(run, number):
    yield run["task"]
    for turn in run["turns"][:number]:
        yield from (turn["text"], *turn["results"])
        yield from (value for call in turn["calls"] for value in call["input"].values())


def framing(line):
    """Lines that ADW writes itself: headings, marks, the beginnings of commands, names of files."""
    return line in {"", "…", "[output omitted]"} or line.startswith(("# ", "$ ", "Files: ", "… "))

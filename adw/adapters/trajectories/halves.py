"""JSON that escapes half of a surrogate pair: output of programs has it, no text may."""

import json
import re

_HALF = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def without_halves(raw: bytes) -> bytes:
    """The JSON with a question mark for each half; unchanged where there is none, or where it is no JSON."""
    if not _HALF.search(raw):
        return raw
    try:
        return json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return raw

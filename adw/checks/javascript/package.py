"""What a package.json says, as far as it can be read."""

import json

from adw.domain.codec import JsonValue

FILE = "package.json"


def scripts(text: str) -> dict[str, str]:
    """Its scripts by name; none where it is damaged."""
    return _texts(_read(text).get("scripts"))


def dependency(text: str, name: str) -> str:
    """The range of versions that it asks of a package, as `^3.2.4`; empty where it asks for none."""
    read = _read(text)
    groups = (_texts(read.get(group)) for group in ("devDependencies", "dependencies"))
    return next((group[name] for group in groups if name in group), "")


def _read(text: str) -> dict[str, JsonValue]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _texts(value: JsonValue) -> dict[str, str]:
    found = value if isinstance(value, dict) else {}
    return {name: text for name, text in found.items() if isinstance(text, str)}

"""A rendered prompt template."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    text: str
    version: str
    """`<phase>/<number>`; recorded with every call."""

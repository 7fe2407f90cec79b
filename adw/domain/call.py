"""The key figures of a call: which prompt it was, what it was made of, what was left out (SPEC §1)."""

from dataclasses import dataclass

from adw.domain.section import Exclusion


@dataclass(frozen=True, slots=True)
class SectionFact:
    """One section as it was sent."""

    name: str
    zone: str
    tokens: int
    digest: str
    """The first 16 hexadecimal digits of its text's SHA-256: equal for equal texts."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    phase: str
    attempt: int
    turn: int
    prompt_version: str
    sections: tuple[SectionFact, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    folded: bool = False
    """Whether turns were folded for this call: what the cache holds of them is given up."""

"""Where two requests part: what stands behind the first difference cannot come from the prompt cache."""

from itertools import zip_longest

from adw.domain.call import CallFacts


def first_difference(before: CallFacts, after: CallFacts) -> str:
    """The name of the first section that is not what it was in the last request; empty where all are."""
    for old, new in zip_longest(before.sections, after.sections):
        if old is None or new is None or (old.name, old.digest) != (new.name, new.digest):
            present = new or old
            return present.name if present else ""
    return ""

"""What a fold keeps of the turns before the last: the lines of tool results that the next call most likely needs.

A request after a fold is the opening, the record and the last turn whole. The record is a log of old commands, each
with the lines of its result that are worth their tokens. A line is worth keeping for the identifiers on it:
`foresight` says how likely the model uses an identifier at the next call, `selection` buys lines with their
neighbours at one price per token. Pure and deterministic; it knows the task and the turns so far, nothing else.
"""

from adw.context.record.memory import PastTurn
from adw.context.record.render import Record

__all__ = ["PastTurn", "Record"]

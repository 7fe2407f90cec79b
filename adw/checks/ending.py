"""How a command ended, where that outranks what its tool says."""

from dataclasses import replace

from adw.checks.judge import judge
from adw.checks.tool import Evidence, Kind, Reading


def judged(evidence: Evidence, said: Reading, kind: Kind) -> Reading:
    """The reading as it stands, by `judge`; a report that a time limit has torn is no fault of its own."""
    return judge(evidence, replace(said, fault=None) if evidence.timed_out else said, kind)

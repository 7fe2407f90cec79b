"""The judge for tools whose processes are killed while they write: the time limit explains what is broken then."""

from dataclasses import replace

from adw.checks import judge as judges
from adw.checks.tool import Evidence, Kind, Reading


def judge(evidence: Evidence, said: Reading, kind: Kind) -> Reading:
    """As `adw.checks.judge.judge`; a damaged report or a signal is no fault of its own behind the time limit."""
    return judges.judge(evidence, replace(said, fault=None) if evidence.timed_out else said, kind)

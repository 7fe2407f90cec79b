"""The optimisations, each of which can be switched off alone (SPEC §3). Recorded with every run."""

from enum import StrEnum


class Flag(StrEnum):
    SNAPSHOTS = "snapshots"
    """Turns are folded when it pays, phases hand on a snapshot; off: the whole history is sent again."""
    MODIFIED_FILES_ONLY = "modified_files_only"
    """Only files that the work is about; off: every text file of the repository, as far as there is room."""
    TRUNCATE_FILES = "truncate_files"
    """Files are cut around what matters; off: whole."""
    EXTERNAL_CHECKS = "external_checks"
    """Reports of checks; off: their raw output."""
    BATCH_FAILURES = "batch_failures"
    """All failures in one conversation; off: one for each."""
    COMPACT_REPORTS = "compact_reports"
    """Failures grouped and without white space; off: each on its own, indented."""
    STRUCTURED_STATE = "structured_state"
    """Commit messages are composed from what the run knows; off: a model call writes them."""
    STABLE_PROMPTS = "stable_prompts"
    """Cache breakpoints behind stable prefixes; off: none."""


ALL_FLAGS: tuple[Flag, ...] = tuple(Flag)

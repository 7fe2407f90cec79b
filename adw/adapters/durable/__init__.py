"""The run's journal: an embedded DBOS workflow in a SQLite file of its own.

What DBOS 3.4 does, and what is made of it here:

- It stores what a step returned, and the `Exception` that a step raised as well. A run must be able to try again, so
  whatever a body raises leaves the workflow as a private BaseException, which DBOS lets pass and does not store: the
  workflow stays PENDING, that is resumable (`execution`).
- On launch it recovers the PENDING workflows of its own executor id, by a queue that it polls once a second. Each
  launch here has an executor id of its own, so that this finds nothing, and the run is resumed by its id on a queue
  that is polled more often (`session`).
- Its threads keep the interpreter alive until they end. The body runs in a daemon thread of ours, in the context of
  the DBOS thread that waits for it, so that a process can end although a body does not look at the stop flag.
- It wants SQLite's `unixepoch('subsec')` (3.42). Older ones are given that function (`storage`).
- It waits for ever for a database that another program has locked. The lock is looked for before the start; one that
  comes later delays the run.
- It logs. All but critical messages are dropped: what matters arrives as an exception.
"""

from adw.adapters.durable.journal import JOURNAL_VERSION, DbosJournal, started_with

__all__ = ["JOURNAL_VERSION", "DbosJournal", "started_with"]

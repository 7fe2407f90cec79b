"""What the commands of the queue may get back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from adw.domain.queue import QueueAdded, QueueList, QueueRefused, QueueRow, QueueState, WorkDone, WorkerReport
from adw.domain.run import Outcome
from tests.unit.cli import samples

DONE = WorkDone(
    Outcome.PASSED,
    branch=samples.BRANCH,
    commit=samples.SPEC.base_commit,
    tokens=4_700,
    cost_usd=Decimal("0.0123"),
    pull_request="https://github.com/octo/shop/pull/7",
)
WAITS_FOR = datetime(2026, 2, 1, 0, 0, tzinfo=UTC)
OVER_QUOTA = WorkDone(Outcome.OVER_QUOTA, "the month's quota is used", again_at=WAITS_FOR, tokens=1_200, throttled=True)

QUEUED = QueueRow(
    "260131-080100-aaa", samples.ISSUE.title, "issue.md", "/home/me/shop", 3, QueueState.QUEUED, samples.STARTED
)
RUNNING = replace(QUEUED, run_id="260131-080000-bbb", priority=1, state=QueueState.RUNNING, worker="mill:4711")
WAITING = replace(
    QUEUED,
    run_id="260131-080000-ccc",
    state=QueueState.WAITING,
    starts_at=WAITS_FOR,
    worker="mill:4711",
    done=OVER_QUOTA,
)
ENDED = replace(QUEUED, run_id=samples.RUN, state=QueueState.ENDED, worker="mill:4711", done=DONE)
FAILED = replace(
    ENDED,
    run_id="260131-075900-ddd",
    done=WorkDone(Outcome.FAILED, "2 tests fail still", branch="adw/cart-total-260131-075900-ddd", tokens=9_000),
)
GIVEN_UP = replace(QUEUED, run_id="260131-075800-eee", state=QueueState.GIVEN_UP, worker="mill:4712")
CANCELLED = replace(QUEUED, state=QueueState.CANCELLED)

REFUSED = QueueRefused("42", f"{samples.RUN} is at it")
ADDED = QueueAdded((QUEUED,), (REFUSED,), ("the checkout has changes",))
LISTED = QueueList(
    (RUNNING, QUEUED, WAITING, ENDED, FAILED, GIVEN_UP), ("mill:4711",), ("the quota's alert has fired",)
)
WORKED = WorkerReport((ENDED, FAILED, WAITING), ("no run was throttled",))

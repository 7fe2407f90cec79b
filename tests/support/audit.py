"""What must hold of a fleet's work when its queue is empty, whatever was killed on the way."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.support.fleet import Asked, Fleet

INSTANT_S = 2.0
"""An answer that was sent so short before its machine was killed may not have come to the shared journal."""


@dataclass
class Audit:
    """`faults` is empty where everything holds."""

    faults: list[str] = field(default_factory=list)
    answered: int = 0
    cut: int = 0
    """Requests whose answer was not sent whole: to be asked again."""
    lost: int = 0
    """Answers that a kill of their machine followed at once, and that were asked for again on another one."""
    lost_tokens: int = 0
    longest_gap_s: float = 0.0
    """Between such an answer and the kill."""
    billed: int = 0
    """Tokens of all that was answered."""
    ledger: int = 0

    def need(self, holds: object, said: str) -> None:
        if not holds:
            self.faults.append(said)


def audit(fleet: Fleet, kills: Iterable[tuple[str, float]], instant_s: float = INSTANT_S) -> Audit:
    """Of a fleet whose every run should have passed. `kills`: machine and moment (monotonic seconds)."""
    found = Audit()
    _rows(fleet, found)
    _branches(fleet, found)
    answers(fleet, found, list(kills), instant_s)
    sums(fleet, found)
    return found


def _rows(fleet: Fleet, found: Audit) -> None:
    rows = fleet.rows()
    titles = Counter(row["title"] for row in rows)
    found.need(
        titles == Counter(fleet.titles), f"issues without or with several runs: {titles - Counter(fleet.titles)}"
    )
    for row in rows:
        done = row["done"] or {}
        found.need(
            (row["state"], done.get("outcome")) == ("ended", "passed"),
            f"{row['run_id']} ({row['title']}): {row['state']} {done.get('outcome')} {done.get('detail')}",
        )


def _branches(fleet: Fleet, found: Audit) -> None:
    """Each issue once, with one commit on what main is at; nothing that is torn."""
    main = fleet.git("rev-parse", "main")
    listed = fleet.git("for-each-ref", "--format=%(parent) %(contents:subject)", "refs/heads/adw").splitlines()
    found.need(
        Counter(listed) == Counter(f"{main} {title}" for title in fleet.titles), f"branches: {sorted(listed)} on {main}"
    )
    trees = set(fleet.git("for-each-ref", "--format=%(tree)", "refs/heads/adw").splitlines())
    found.need(len(trees) <= 1, f"the same edit made different trees: {trees}")
    found.need("pieces.get" in fleet.git("show", f"{next(iter(trees), main)}:shop/cart.py"), "the edit is not there")
    said = fleet.git("fsck", "--full", "--no-dangling")
    found.need(not said, f"git fsck: {said}")


def answers(fleet: Fleet, found: Audit, kills: list[tuple[str, float]], instant_s: float) -> None:
    """No answer that was sent whole is asked for again, but for those that a kill overtook."""
    same: defaultdict[tuple[str, str], list[Asked]] = defaultdict(list)
    for one in fleet.api.asked(fleet.titles):
        same[one.title, one.body].append(one)
        found.answered += one.answered_at is not None
        found.cut += one.answered_at is None
        found.billed += one.tokens
    for (title, _), asked in same.items():
        *again, _last = [one for one in asked if one.answered_at is not None] or asked[:1]
        for one in again:
            gap = _until_kill(one, kills)
            found.need(gap <= instant_s, f"{title}: bought twice, answered on {one.machine}, killed {gap:.1f} s later")
            found.lost += 1
            found.lost_tokens += one.tokens
            found.longest_gap_s = max(found.longest_gap_s, gap)
    found.need(len(same) == 3 * len(fleet.titles), f"{len(same)} different requests for {len(fleet.titles)} runs")


def _until_kill(asked: Asked, kills: list[tuple[str, float]]) -> float:
    sent = asked.answered_at or 0.0
    return min((at - sent for machine, at in kills if machine == asked.machine and at >= sent), default=float("inf"))


def sums(fleet: Fleet, found: Audit) -> None:
    """The ledger has every answer that was used, and no other."""
    _, envelope = fleet.developer.envelope("usage", "report", "--by", "run")
    found.ledger = sum(row["usage"]["total"] for row in envelope["data"]["rows"])
    found.need(
        found.ledger == found.billed - found.lost_tokens,
        f"the ledger has {found.ledger} tokens; answered were {found.billed}, of which {found.lost_tokens} were lost",
    )

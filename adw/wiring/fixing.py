"""`adw test --fix`: what fails in the checkout, given to a run that begins with the tests."""

from adw.domain.checked import Checked, RawChecked
from adw.domain.results import RunOutcome, RunRequest
from adw.errors import UsageError
from adw.ports import Observer
from adw.wiring.checking import run_tests
from adw.wiring.drive import start_fix
from adw.wiring.house import House, open_house
from adw.wiring.place import Place
from adw.workflow.fixing import work_of


def fix_tests(
    paths: tuple[str, ...], request: RunRequest, observer: Observer, place: Place | None = None
) -> Checked | RawChecked | RunOutcome:
    """The report where there is nothing to mend or nothing that could be judged; else how the run ended.

    `request` is for that run, and names no issue.

    Raises UsageError and its kin before a token is spent: also where the checkout has changes that are not committed,
    because runs start from a commit.
    """
    place = place or Place()
    house = open_house(place)
    _require_committed(house)
    checked = run_tests(paths, observer, place)
    report = checked.report
    if report.ok or report.fault is not None or {*report.failing} <= {*report.flaky}:
        return checked
    return start_fix(house, *work_of(report), request, observer)


def _require_committed(house: House) -> None:
    checkout = house.repository.checkout
    if checkout.staged or checkout.unstaged or checkout.unmerged:
        raise UsageError(
            f"the checkout has {checkout.described()}, and a run starts from what is committed",
            hint="commit first (git commit -am wip will do), then adw test --fix",
        )

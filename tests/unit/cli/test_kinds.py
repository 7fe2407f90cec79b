"""What results are told by: the names of their classes have to be those of the classes."""

import inspect
import typing
from importlib import import_module

from adw.cli.frame import Wiring
from adw.cli.kinds import is_check, is_judged
from adw.cli.text import TEXTS
from adw.domain import checked, diagnosis, events, queue, quota_results, report, results, run, usage_results

KNOWN = {
    name: kind
    for module in (checked, diagnosis, events, queue, quota_results, report, results, run, usage_results)
    for name, kind in vars(module).items()
    if inspect.isclass(kind)
}


def returned():
    """The classes of what commands get from the wiring."""
    kinds = set()
    for name, method in inspect.getmembers(Wiring, inspect.isfunction):
        if not name.startswith("_"):
            kind = eval(method.__annotations__["return"], KNOWN)  # noqa: S307 - the annotations of our own seam
            kinds |= set(typing.get_args(kind) or [kind])
    return kinds - {None, str}  # a name is asked for on the way to a result


def test_every_result_has_its_text_and_no_other_has():
    assert {kind.__name__ for kind in returned()} == set(TEXTS)


def test_every_text_is_there():
    for name in TEXTS.values():
        module, _, function = name.partition(".")
        assert callable(getattr(import_module(f"adw.cli.{module}"), function))


def test_reports_of_checks_and_what_can_be_bad_are_told_by_their_classes():
    kinds = {kind: object.__new__(kind) for kind in returned()}
    assert {kind for kind, one in kinds.items() if is_check(one)} == {
        checked.Checked,
        checked.CheckedAll,
        checked.RawChecked,
    }
    assert {kind for kind, one in kinds.items() if is_judged(one) and not is_check(one)} == {
        results.RunOutcome,
        results.DemoResult,
        diagnosis.Diagnosis,
    }

from adw.domain.flags import Flag
from adw.quota.savings import Counted, not_counted, savings


def test_runs_are_added_up_by_optimisation():
    counted = [Counted(Flag.SNAPSHOTS, 100, 40), Counted(Flag.EXTERNAL_CHECKS, 9, 9), Counted(Flag.SNAPSHOTS, 100, 60)]
    snapshots, checks = savings(counted)
    assert (snapshots.flag, snapshots.runs, snapshots.before, snapshots.after) == ("snapshots", 2, 200, 100)
    assert (snapshots.saved, checks.saved) == (0.5, 0.0)
    assert snapshots.how


def test_nothing_counted_saves_nothing():
    assert savings([]) == ()
    assert savings([Counted(Flag.SNAPSHOTS, 0, 0)])[0].saved == 0.0


def test_every_optimisation_is_counted_or_named():
    counted = {one.flag for one in savings([Counted(flag, 1, 1) for flag in (Flag.SNAPSHOTS, Flag.EXTERNAL_CHECKS)])}
    assert counted | set(not_counted()) == set(Flag)

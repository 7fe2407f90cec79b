"""A small soak: machines die at moments that a seed chooses, and what is promised holds. `soak` is the large one."""

from tests.benchmarks.soak import Killer, site, soak


def test_every_run_ends_once_whatever_is_killed():
    with site(slowest_s=0.3, seed=5) as fleet:
        fleet.queue(5)
        for name in ("one", "two", "three"):
            fleet.machine(name).start()
        killer = Killer(fleet, kills=3, every_s=2.0, seed=5, at=(2, 5, 8))
        found = soak(fleet, killer, limit_s=240)
    assert found.faults == []
    assert len(killer.kinds) == 3

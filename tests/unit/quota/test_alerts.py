from adw.domain.quota import OpenCalls, Quota, Standing
from adw.domain.usage import Usage
from adw.domain.weights import Weights
from adw.quota.alerts import hit_rate, quota_used, run_tokens, utilization
from adw.quota.allowance import left_of
from adw.quota.periods import periods_of
from tests.fakes.entries import NOW, entry


def left(used):
    quota = Quota(monthly_tokens=1000)
    day, month = periods_of(quota, NOW)
    return left_of(quota, [Standing(day, Usage(), OpenCalls()), Standing(month, Usage(fresh=used), OpenCalls(900))])[0]


def test_most_of_a_quota_used():
    assert quota_used(left(799), 0.8, "run-1", NOW) is None
    assert quota_used(left(1000), 0, "run-1", NOW) is None
    alert = quota_used(left(800), 0.8, "run-1", NOW)
    assert (alert.key, alert.subject, alert.run_id) == ("quota_used month 2026-03", "2026-03", "run-1")
    assert alert.message == "80% of the month's quota is used: 800 of 1,000 tokens"
    assert "one level tighter" in alert.action
    assert alert.facts == {"period": "month", "used": 800, "limit": 1000}


def test_a_large_run_with_its_costliest_phase_and_turn():
    calls = [
        entry("a", Usage(fresh=50), phase="plan"),
        entry("b", Usage(cache_read=40, output=1), phase="build"),
        entry("c", Usage(fresh=30), phase="build"),
    ]
    assert run_tokens(calls, 121, Weights(), NOW) is None
    assert run_tokens(calls, 0, Weights(), NOW) is None
    alert = run_tokens(calls, 120, Weights(cache_read=0), NOW)
    assert alert.message == (
        "the run has taken 121 tokens, more than 120: 71 of them in phase build; its costliest turn is plan 1.2 with 50"
    )
    assert "adw context show run-1 --phase build" in alert.action
    assert alert.key == "run_tokens run-1"


def test_a_cache_that_is_hit_too_little():
    assert hit_rate(0.5, 2, 0.9, "files", "run-1", NOW) is None
    assert hit_rate(0.9, 9, 0.9, "files", "run-1", NOW) is None
    assert hit_rate(0.1, 9, 0.0, "files", "run-1", NOW) is None
    alert = hit_rate(0.5, 3, 0.9, "files", "run-1", NOW)
    assert (
        alert.message
        == "50% of what could have come from the prompt cache did, of 3 requests; section that changed: files"
    )
    assert alert.facts["section"] == "files"


def test_requests_that_are_full_again_and_again():
    assert utilization([0.96, 0.97, 0.5], 0.95, "run-1", NOW) is None
    assert utilization([1.0] * 9, 0.0, "run-1", NOW) is None
    alert = utilization([0.96, 0.5, 0.95, 0.99], 0.95, "run-1", NOW)
    assert alert.facts == {"requests": 3, "largest": 0.99}
    assert "3 requests came to 95% or more" in alert.message

import pytest

from adw.context.ablation.conversation import Appended, Folded, Masked
from adw.context.ablation.policies import DEFAULT, STAGES, folding, policy
from adw.context.ablation.stages import condensed_words, modified_files_only, truncate_files
from adw.context.record.selection import PRICE
from adw.context.trajectory import Trajectory
from adw.domain.run import Limits
from adw.domain.weights import COST, RAW
from adw.errors import UsageError
from tests.support.trajectories import words

_RUN = Trajectory("run", "model", "task", ())


def _begun(name, weights=RAW):
    return policy(name, weights).begin(_RUN, words)


def test_masks_keep_as_many_results_as_they_say():
    assert _begun("mask10") == Masked(10)
    assert _begun("mask1") == Masked(1)


def test_a_stage_alone_and_with_all_before_it():
    assert _begun("full") == Appended()
    assert _begun("modified_files_only") == Appended((modified_files_only,))
    assert _begun("+modified_files_only") == Appended((truncate_files, modified_files_only))
    assert _begun("+condensed_words") == Appended((truncate_files, modified_files_only, condensed_words))


def test_adw_folds_bounded_results_by_the_weights():
    floor, opening = Limits().min_hit_rate, words(_RUN.system) + words("task")
    assert _begun("adw", COST) == Folded("task", COST, words, PRICE, (truncate_files,), floor, opening)
    assert _begun("snapshots") == Folded("task", RAW, words, PRICE, (), floor, opening)
    assert folding("dear", RAW, 0.5, 0.1).begin(_RUN, words) == Folded("task", RAW, words, 0.5, (), 0.1, opening)


def test_only_one_policy_does_without_breakpoints():
    assert [name for name in DEFAULT if not policy(name).breakpoints] == ["-stable_prompts"]


def test_the_table_adds_every_stage_from_full_history_to_adw():
    assert DEFAULT[0] == "full"
    assert DEFAULT[-1] == "adw"
    assert {f"+{name}" for name in STAGES} < set(DEFAULT)


@pytest.mark.parametrize("name", ["", "mask0", "mask", "Full", "+", "+full", "adw2"])
def test_unknown_names_are_told_what_there_is(name):
    with pytest.raises(UsageError) as raised:
        policy(name)
    assert "adw" in raised.value.hint

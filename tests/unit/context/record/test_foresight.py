import pytest

from adw.context.record.actions import ACTIONS, action_of
from adw.context.record.foresight import CALL_WEIGHTS, IDENTIFIER_WEIGHTS, call_features, chances, identifier_features
from adw.context.record.memory import Memory
from tests.support.trajectories import turn

_VIEW = "\n".join(["def compute_total(cart):", *["# filler_line"] * 30, "def apply_voucher(cart):"])


def _memory(*turns):
    memory = Memory("mend shop/cart.py")
    for one in turns:
        memory.add(one)
    return memory


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("cat > a.py <<'EOF'", "write"),
        ("sed -i s/a/b/ c.py", "write"),
        ("git diff", "git"),
        ("python -m pytest -q", "test"),
        ("python repro.py", "script"),
        ("grep -rn total .", "search"),
        ("sed -n 1,20p a.py", "view"),
        ("ls -R", "list"),
        ("make", "other"),
        ('read ["tests/test_cart.py"]', "view"),
        ("edit shop/cart.py old new", "write"),
        ("Grep total", "search"),
        ("run_checks test", "test"),
        ("", "other"),
    ],
)
def test_acts_are_told_apart(command, action):
    assert action_of(command) == action


def test_there_is_a_weight_for_every_feature():
    memory = _memory(turn(0, result=_VIEW), turn(1, text="compute_total"))
    assert len(call_features(memory)) == len(CALL_WEIGHTS)
    assert list(CALL_WEIGHTS)[1 : 1 + len(ACTIONS)] == [name for name, _ in ACTIONS]
    features = identifier_features(memory, "compute_total", in_last_command=False)
    assert len(features) == len(IDENTIFIER_WEIGHTS)


def test_what_was_used_is_likelier_than_what_was_only_shown():
    found = chances(_memory(turn(0, result=_VIEW), turn(1, text="compute_total is wrong")))
    assert found["compute_total"] > found["apply_voucher"]


def test_what_was_used_lately_is_likelier_than_what_was_used_long_ago():
    quiet = [turn(number, text="hm", result="ok") for number in range(2, 12)]
    memory = _memory(turn(0, result=_VIEW), turn(1, text="compute_total"), *quiet, turn(12, text="apply_voucher"))
    found = chances(memory)
    assert found["apply_voucher"] > found["compute_total"]


def test_what_stands_near_what_was_used_is_likelier():
    view = "compute_total near_to_it_one\n" + "filler_line\n" * 20 + "far_away_name"
    found = chances(_memory(turn(0, result=view), turn(1, text="compute_total")))
    assert found["near_to_it_one"] > found["far_away_name"]


def test_after_a_script_more_is_said_than_after_a_listing():
    output = "x" * 200
    script, listing = (
        chances(_memory(turn(0, result=_VIEW), turn(1, command=command, result=output)))["compute_total"]
        for command in ("python repro.py", "ls")
    )
    assert script > listing


def test_a_failure_is_talked_about():
    passed, failed = (
        chances(_memory(turn(0, result=_VIEW), turn(1, result=f"<returncode>{code}</returncode>" + "x" * 90)))
        for code in (0, 1)
    )
    assert failed["compute_total"] > passed["compute_total"]


def test_what_the_task_names_or_the_last_turn_shows_needs_no_foresight():
    found = chances(_memory(turn(0, result=f"{_VIEW}\nshop/cart.py"), turn(1, result="apply_voucher")))
    assert set(found) == {"compute_total", "filler_line"}

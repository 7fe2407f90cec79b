"""Trajectories for tests: made by hand, or drawn by hypothesis."""

from hypothesis import strategies as st

from adw.context.trajectory import Trajectory, Turn
from adw.domain.messages import ToolCall
from adw.domain.usage import Usage

NAMES = ("compute_total", "apply_voucher", "shop/cart.py", "ValueError", "test_adding_twice", "x", "pass")
LINES = st.one_of(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("  ".join),
    st.sampled_from(["", "    return compute_total(self)", "\tdef apply_voucher(self):", "<output>", "x" * 400]),
)
RESULTS = st.lists(LINES, min_size=1, max_size=12).map("\n".join)


def shell(number, command, at=0):
    return ToolCall(f"call_{number}_{at}", "bash", {"command": command})


def turn(number, text="", command="ls", result="", said=""):
    return Turn(text, (shell(number, command),), (result,), said, Usage(output=7))


@st.composite
def turns(draw, number):
    """A turn with none, one or two calls, and results that need not match them."""
    calls = draw(st.integers(0, 2))
    return Turn(
        text=draw(st.one_of(st.just(""), LINES)),
        calls=tuple(
            shell(number, draw(st.sampled_from(["cat shop/cart.py", "pytest", "sed -i s/a/b/ f"])), at)
            for at in range(calls)
        ),
        results=tuple(draw(RESULTS) for _ in range(draw(st.integers(0, 2)))),
        said=draw(st.sampled_from(["", "", "go on with compute_total"])),
        usage=draw(st.sampled_from([None, Usage(fresh=90, output=11)])),
    )


@st.composite
def trajectories(draw, most=6):
    count = draw(st.integers(1, most))
    return Trajectory(
        id="run-1",
        model="some-model",
        task="Repair the cart of shop_project",
        turns=tuple(draw(turns(number)) for number in range(count)),
        system=draw(st.sampled_from(["", "You repair.\n\nBe short."])),
    )


def words(text):
    """A count that a reader can follow."""
    return len(text.split())

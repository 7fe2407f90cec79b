"""What commands may ask for, each imported when it is asked for."""

import pytest

from adw import wiring


@pytest.mark.parametrize("name", wiring.__all__)
def test_everything_that_is_listed_is_there(name):
    assert callable(getattr(wiring, name))


def test_nothing_else_is_there():
    with pytest.raises(AttributeError, match="no attribute 'no_such_thing'"):
        wiring.no_such_thing  # noqa: B018 - to ask is the test

"""The display is made when there is something to show."""

from adw.cli.watching import Watching
from adw.domain.events import Notice


class Display:
    run_id = "r1"

    def __init__(self):
        self.told = []
        self.closed = False

    def tell(self, event):
        self.told.append(event)

    def close(self):
        self.closed = True


def test_a_display_is_made_by_the_first_event_and_closed():
    made = []
    watching = Watching(lambda: made.append(Display()) or made[0])
    assert (made, watching.run_id) == ([], "")

    for event in (Notice("one"), Notice("two")):
        watching.tell(event)
    watching.close()

    (display,) = made
    assert [event.text for event in display.told] == ["one", "two"]
    assert (watching.run_id, display.closed) == ("r1", True)


def test_what_comes_after_the_end_makes_no_display():
    watching = Watching(Display)
    watching.close()
    watching.tell(Notice("late"))

    assert watching.run_id == ""

"""What every screen before the main one is: title, a form in the middle, keys."""

from functools import partial
from typing import Final, TypeVar

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.screen import Screen

from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.clock import Clock
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render.title import title_line
from bgconsole.tui.model.session import Session

Result = TypeVar("Result")

_LOW: Final = 30


class EntryScreen(HasActions, Screen[Result]):
    """Extended by what has a form of its own."""

    ACTIONS = (
        Action("sign_in.next", "tab,down", "next field", "To the next field", "next_field",
               offered=lambda screen: screen.takes_input),
        Action(None, "shift+tab,up", "", "", "previous_field"),
        Action(None, "pagedown", "", "", "page(1)"),
        Action(None, "pageup", "", "", "page(-1)"),
    )  # fmt: skip

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def team(self) -> str | None:
        """The team's name, where it is known and has been told to anybody who asks."""
        return None

    @property
    def takes_input(self) -> bool:
        """Whether the form has fields now."""
        return True

    def compose(self) -> ComposeResult:
        """Title, form, keys."""
        yield Pane(id="title")
        yield Pane(id="banner")
        with Container(id="middle"), Vertical(id="form"):
            yield from self.form()
        yield KeyBar()
        yield Clock(self.session.connection.clock)

    def form(self) -> ComposeResult:
        """What stands in the middle, from above."""
        raise NotImplementedError

    def on_resize(self, event: Resize) -> None:
        """A low terminal has no room above the form."""
        self.set_class(event.size.height < _LOW, "-low")

    def on_clock_ticked(self) -> None:
        """Another minute."""
        self.draw_title()

    def draw_title(self) -> None:
        """Draw the title line as it is now."""
        connection = self.session.connection
        draw = partial(title_line, self.team, None, connection.place, connection.clock())
        self.say("title", partial(draw, read_only=connection.read_only))
        if self.team is not None:
            self.app.title = f"bgconsole: {self.team}"

    def say(self, name: str, draw: Draw) -> None:
        """Let the pane of this id say it."""
        self.query_one(f"#{name}", Pane).show(draw)

    def action_next_field(self) -> None:
        """To the next field."""
        self.focus_next()

    def action_previous_field(self) -> None:
        """To the field before."""
        self.focus_previous()

    def action_page(self, pages: int) -> None:
        """See the rest of a form that is higher than the screen."""
        form = self.query_one("#form", Vertical)
        form.scroll_relative(y=pages * max(form.size.height - 1, 1), animate=False)

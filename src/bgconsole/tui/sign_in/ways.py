"""'Sign in with …' on the sign-in screen: a list of ways that takes the keys while SSO is up."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input

from bgconsole.backend.identity import Welcome
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.sign_in.render import sign_in as render

_ROWS_OF_A_WAY: Final = 2


class WaysPane(HasActions, Pane, can_focus=True):
    """Enter goes to the marked provider. Text goes to the password: nobody has to move there."""

    @dataclass
    class Chosen(Message):
        """Sign in by the way at this place."""

        place: int

    ACTIONS = (
        Action("ways.go", "enter", "sign in with it", "Sign in at this provider", "go"),
        Action("ways.next", "down", "next", "The next way to sign in", "move(1)"),
        Action(None, "up", "", "", "move(-1)"),
    )

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._welcome: Welcome | None = None
        self._place = 0
        self._marked = False
        self.text_goes_to: Input | None = None
        """The field for what is typed here."""

    def offer(self, welcome: Welcome | None, text_goes_to: Input) -> None:
        """Show these ways, or nothing; the mark is at the first that lets people in."""
        self.text_goes_to = text_goes_to
        if welcome is not None and self._welcome is None:
            ways = enumerate(welcome.ways)
            self._place = next((n for n, way in ways if way.provider.lets_in), 0)
        self._welcome = welcome
        self._draw_ways()

    @property
    def cursor_offset(self) -> Offset | None:
        """At the marked way, while keys choose."""
        return Offset(0, 1 + self._place * _ROWS_OF_A_WAY) if self.has_focus else None

    def action_go(self) -> None:
        """Sign in by the marked way."""
        self.post_message(self.Chosen(self._place))

    def action_move(self, step: int) -> None:
        """Mark another way; beyond the first and the last are the fields."""
        count = len(self._welcome.ways) if self._welcome is not None else 0
        if 0 <= self._place + step < count:
            self._place += step
            self._draw_ways()
        elif step > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def on_focus(self) -> None:
        """Show the mark."""
        self._marked = True
        self._draw_ways()

    def on_blur(self) -> None:
        """Keys choose no more."""
        self._marked = False
        self._draw_ways()

    def _draw_ways(self) -> None:
        marked = self._place if self._marked else None
        if self._welcome is None:
            self.show(render.nothing)
        else:
            self.show(partial(render.ways, self._welcome, marked=marked))

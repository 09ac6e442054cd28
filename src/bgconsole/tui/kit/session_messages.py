"""What the screens tell the app of the session: it began, ended, or belongs elsewhere."""

from dataclasses import dataclass

from textual.message import Message


class SessionOpened(Message):
    """Somebody signed in."""


@dataclass
class SessionEnded(Message):
    """The session is over; `notice` says why on the sign-in screen."""

    notice: str


@dataclass
class NothingThere(Message):
    """The place holds no team yet; `email` is what was typed on the sign-in screen by then."""

    email: str


class PlaceChosen(Message):
    """The session belongs to another place, or there is a team now where there was none."""

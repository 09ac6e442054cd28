"""What every object of the main screen works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.content import Content
from textual.screen import Screen

from bgconsole.backend.errors import NotAllowedError
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MainScope:
    """`say` shows beside the save row what became of the last act.

    `refused` does what a refusal of the session asks for; to be called in a worker.
    """

    screen: Screen[None]
    session: Session
    workspace: Workspace
    say: Callable[[Content], None]
    refused: Callable[[NotAllowedError], Awaitable[None]]

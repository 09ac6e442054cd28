"""What a tab of the main screen is: a widget that shows the workspace and acts on the backend."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from bgconsole.backend.errors import NotAllowedError
from bgconsole.tui.kit.actions import HasActions
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.workspace import Workspace

if TYPE_CHECKING:
    # Only a name here: the conditions are those of one tab.
    from bgconsole.policy.coverage import Condition


class TeamTab(HasActions, Widget):
    """Mounted when it is first opened; drawn when it comes to the front and when the team changes.

    A tab calls the backend itself, in workers, and tells the screen by messages of what came of it.
    """

    class TeamChanged(Message):
        """The team was changed here: what is shown of it has to be read again."""

    @dataclass
    class NotAllowed(Message):
        """The session is refused: it ended, is locked, or may not do this."""

        error: NotAllowedError

    @dataclass
    class PersonWanted(Message):
        """Show this person in the simulator, under this condition if it is about one."""

        email: str
        condition: "Condition | None" = None

    @dataclass
    class ProviderWanted(Message):
        """Open this provider's page."""

        slug: str

    @dataclass
    class ListWanted(Message):
        """Put this person on this provider's break-glass list, in the draft."""

        slug: str
        email: str

    def __init__(self, session: Session, workspace: Workspace, *, id: str) -> None:
        super().__init__(id=id, classes="tab")
        self.session = session
        self.workspace = workspace

    def draw(self) -> None:
        """Show what is in the workspace now; `workspace.state` is None until the team is read."""
        raise NotImplementedError

    def look_at(self, email: str) -> None:
        """Put the cursor on this person, where there are people; who is unknown may be added."""

    def begin_anew(self) -> None:
        """Opened by its key: nothing is looked for. One step back finds it as it was."""

    def focus_first(self) -> None:
        """Put the cursor where the first key belongs."""
        raise NotImplementedError

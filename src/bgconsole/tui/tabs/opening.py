"""Which tab shows which part; each is imported when it is first opened."""

from bgconsole.tui.desk import Desk
from bgconsole.tui.part import Part
from bgconsole.tui.session import Session
from bgconsole.tui.tabs.tab import TeamTab


def tab_for(part: Part, session: Session, desk: Desk) -> TeamTab | None:
    """The tab that fills the screen for `part`; None for a part that is always there."""
    match part:
        case Part.WHO:
            from bgconsole.tui.tabs.who import WhoTab

            return WhoTab(session, desk, id="who-tab")
        case Part.MEMBERS:
            from bgconsole.tui.tabs.members import MembersTab

            return MembersTab(session, desk, id="members-tab")
        case Part.PROVIDERS:
            from bgconsole.tui.tabs.providers import ProvidersTab

            return ProvidersTab(session, desk, id="providers-tab")
        case Part.PAGE | Part.SIMULATOR | Part.AUDIT:
            return None

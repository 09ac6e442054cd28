"""Which tab shows which part; each is imported when it is first opened."""

from bgconsole.tui.part import Part
from bgconsole.tui.tabs.tab import TeamTab


def tab_kind(part: Part) -> type[TeamTab] | None:
    """The tab that fills the screen for `part`; None for a part that is always there."""
    match part:
        case Part.WHO:
            from bgconsole.tui.tabs.who import WhoTab

            return WhoTab
        case Part.MEMBERS:
            from bgconsole.tui.tabs.members import MembersTab

            return MembersTab
        case Part.PROVIDERS:
            from bgconsole.tui.tabs.providers import ProvidersTab

            return ProvidersTab
        case Part.PAGE | Part.SIMULATOR | Part.AUDIT:
            return None

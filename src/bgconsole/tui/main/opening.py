"""Which tab shows which part; each is imported when it is first opened."""

from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.model.tab_id import Part


def tab_kind(part: Part) -> type[TeamTab] | None:
    """The tab that fills the screen for `part`; None for a part that is always there."""
    match part:
        case Part.WHO:
            from bgconsole.tui.access.tab import WhoTab

            return WhoTab
        case Part.MEMBERS:
            from bgconsole.tui.members.tab import MembersTab

            return MembersTab
        case Part.PROVIDERS:
            from bgconsole.tui.providers.tab import ProvidersTab

            return ProvidersTab
        case Part.PAGE | Part.SIMULATOR | Part.AUDIT:
            return None

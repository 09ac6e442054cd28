"""Which tab shows which part; each is imported when it is first opened."""

from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.model.tab_id import TabId


def tab_kind(part: TabId) -> type[TeamTab] | None:
    """The tab that fills the screen for `part`; None for a part that is always there."""
    match part:
        case TabId.WHO:
            from bgconsole.tui.access.tab import WhoTab

            return WhoTab
        case TabId.MEMBERS:
            from bgconsole.tui.members.tab import MembersTab

            return MembersTab
        case TabId.PROVIDERS:
            from bgconsole.tui.providers.tab import ProvidersTab

            return ProvidersTab
        case TabId.PAGE | TabId.SIMULATOR | TabId.AUDIT:
            return None

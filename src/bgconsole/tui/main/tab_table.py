"""The tabs beside the providers' pages: a line each, and everything about them is made from it."""

from dataclasses import dataclass
from importlib import import_module
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.main.render.tab_layout import Tab

PAGE: Final = "page"
"""A provider's page; its tabs are the providers."""

SIMULATOR: Final = "simulator"
AUDIT: Final = "audit"


@dataclass(frozen=True, slots=True)
class TabEntry:
    """`names` are what it is called, the longest first.

    `action`, `label` and `tooltip` are those of the action that opens it. `kind` fills the screen,
    and is imported when it is first opened ('module:Class'); "" for what is on the screen from the
    start. `wide` and `narrow` are its places in the row of tabs on a large terminal and on a small
    one; 0 where it has none.
    """

    id: str
    key: str
    names: tuple[str, ...]
    action: str
    label: str
    tooltip: str
    kind: str = ""
    wide: int = 0
    narrow: int = 0

    def tab(self, *, apart: bool, badge: Content) -> Tab:
        """How it is drawn."""
        return Tab(self.key, self.names[0], shorter=self.names[1:], apart=apart, badge=badge)

    def load(self) -> type[TeamTab]:
        """What fills the screen."""
        module, _, name = self.kind.partition(":")
        found: type[TeamTab] = getattr(import_module(f"bgconsole.tui.{module}"), name)
        return found


TABS: Final = (
    TabEntry(SIMULATOR, "/", ("Simulator",), "main.simulate",
             "simulator", "Simulator: could this person sign in?", narrow=1),
    TabEntry("who", "w", ("Who gets in", "Who gets in", "Who"), "main.who",
             "who gets in", "Who could sign in, whatever happens",
             "access.tab:WhoTab", wide=1, narrow=3),
    TabEntry("members", "m", ("Members",), "main.members",
             "members", "The team", "members.tab:MembersTab", wide=2, narrow=4),
    TabEntry("providers", "p", ("Providers",), "main.providers",
             "providers", "Add, rename, order, remove providers",
             "providers.tab:ProvidersTab", wide=4, narrow=5),
    TabEntry(AUDIT, "l", ("Audit log", "Audit"), "main.audit",
             "audit", "Open the audit log", wide=3, narrow=2),
)  # fmt: skip

WIDE: Final = tuple(sorted((tab for tab in TABS if tab.wide), key=lambda tab: tab.wide))
NARROW: Final = tuple(sorted((tab for tab in TABS if tab.narrow), key=lambda tab: tab.narrow))


def entry(id: str) -> TabEntry | None:
    """The line of that tab; None for a provider's page."""
    return next((tab for tab in TABS if tab.id == id), None)


def id_of(key: str) -> str:
    """The tab that a key opens."""
    return next(tab.id for tab in TABS if tab.key == key)

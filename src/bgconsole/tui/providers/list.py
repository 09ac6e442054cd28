"""The list of providers: the cursor stays on its provider wherever that moves."""

from dataclasses import dataclass

from textual.message import Message

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.list import RowList
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.providers.render import rows as render


class ProviderList(RowList, inherit_bindings=False):
    """Its rows are the providers' places; the cursor is marked where keys move it."""

    MARKED_ONLY_IN_FOCUS = True
    MERGES_STYLES = False

    @dataclass
    class PageWanted(Message):
        """Show this provider's page."""

        slug: str

    ACTIONS = (
        Action("providers.move", "up,k", "choose", "Choose a provider", "move(-1)",
               in_bar=False, key_display="↑↓"),
        Action(None, "down,j", "", "", "move(1)"),
        Action(None, "home", "", "", "first"),
        Action(None, "end", "", "", "last"),
        Action("providers.open", "enter", "open", "Open the provider's page", "open",
               lambda providers: "There is no provider yet" if providers.slug is None else None),
    )  # fmt: skip

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._views: tuple[ProviderView, ...] = ()

    def show_views(self, views: tuple[ProviderView, ...], chosen: str | None = None) -> None:
        """Show these, with the cursor on the chosen one, or on its own or the one in its place."""
        slugs = [view.detail.slug for view in views]
        wanted = chosen if chosen in slugs else self.slug
        cursor = slugs.index(wanted) if wanted in slugs else self.cursor
        self._views = views
        paint = render.RowPaint(views)
        self.show(range(len(views)), paint, cursor, top=self.shown.start, empty=render.nothing)

    @property
    def view(self) -> ProviderView | None:
        """The provider under the cursor."""
        return self._views[self.cursor] if self.cursor < len(self._views) else None

    @property
    def slug(self) -> str | None:
        """The slug of the provider under the cursor."""
        return self.view.detail.slug if self.view is not None else None

    def action_open(self) -> None:
        """Ask for the page of the provider under the cursor."""
        if self.slug is not None:
            self.post_message(self.PageWanted(self.slug))

    def on_row_list_opened(self) -> None:
        """A row was clicked twice."""
        self.action_open()

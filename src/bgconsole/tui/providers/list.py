"""The list of providers: arrows walk it, and the cursor stays on its provider wherever it moves."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.kit.render.text import lines
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.providers.render import rows as render


class ProviderList(Widget, can_focus=True):
    """Shows as many rows as fit, those around the cursor."""

    @dataclass
    class Moved(Message):
        """The cursor, or the rows in view, are others now."""

    @dataclass
    class Opened(Message):
        """Show this provider's page."""

        slug: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up,k",
            "move(-1)",
            "choose",
            id="providers.move",
            key_display="↑↓",
            tooltip="Choose a provider",
            show=False,
        ),
        Binding("down,j", "move(1)", show=False),
        Binding("home", "move(-999)", show=False),
        Binding("end", "move(999)", show=False),
        Binding("enter", "open", "open", id="providers.open", tooltip="Open the provider's page"),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._views: tuple[ProviderView, ...] = ()
        self._cursor = 0
        self._top = 0

    def show(self, views: tuple[ProviderView, ...]) -> None:
        """Show these; where the cursor's provider is gone, it goes to the one in its place."""
        slug = self.slug
        self._views = views
        slugs = [view.detail.slug for view in views]
        if slug in slugs:
            self._cursor = slugs.index(slug)
        self._cursor = max(0, min(self._cursor, len(views) - 1))
        self._moved()

    def choose(self, slug: str) -> None:
        """Put the cursor on this provider."""
        slugs = [view.detail.slug for view in self._views]
        if slug in slugs:
            self._cursor = slugs.index(slug)
            self._moved()

    @property
    def view(self) -> ProviderView | None:
        """The provider under the cursor."""
        return self._views[self._cursor] if self._cursor < len(self._views) else None

    @property
    def slug(self) -> str | None:
        """The slug of the provider under the cursor."""
        return self.view.detail.slug if self.view is not None else None

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the row under the cursor begins, if keys move it."""
        return Offset(0, self._cursor - self._top) if self.has_focus else None

    @property
    def shown(self) -> range:
        """The places of the rows in view."""
        return range(self._top, min(self._top + self._height, len(self._views)))

    @property
    def _height(self) -> int:
        return max(self.content_size.height, 1)

    def action_move(self, step: int) -> None:
        """Move the cursor; it stops at both ends."""
        self._cursor = max(0, min(self._cursor + step, len(self._views) - 1))
        self._moved()

    def action_open(self) -> None:
        """Ask for the page of the provider under the cursor."""
        if self.slug is not None:
            self.post_message(self.Opened(self.slug))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be a provider to open."""
        return None if action == "open" and self.slug is None else True

    def on_click(self, event: Click) -> None:
        """Move the cursor to the row; twice opens it."""
        place = self._top + event.get_content_offset_capture(self).y
        if place < len(self._views):
            self._cursor = place
            self._moved()
            if event.chain > 1:
                self.action_open()

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in view."""
        self._moved()

    def _moved(self) -> None:
        least = max(self._cursor - self._height + 1, 0)
        most = max(min(self._cursor, len(self._views) - self._height), 0)
        self._top = max(least, min(self._top, most))
        self.refresh()
        self.post_message(self.Moved())

    def render(self) -> RenderResult:
        """A row for each provider in view."""
        width = self.content_size.width
        if not self._views:
            return render.nothing(width)
        shape = render.columns(self._views, width)
        return lines(
            *(
                render.row(
                    self._views[place],
                    place + 1,
                    shape,
                    width,
                    focused=self.has_focus and place == self._cursor,
                )
                for place in self.shown
            )
        )

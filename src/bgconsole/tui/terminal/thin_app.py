"""An app that writes to the terminal only what the terminal does not show yet."""

from typing import Any, Final

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App
from textual.events import Event, Resize
from textual.screen import Screen

from bgconsole.tui.terminal.capabilities import MODERN, Terminal
from bgconsole.tui.terminal.picture import Picture

_AT_ONCE: Final = 512
"""Bytes from which on the terminal is asked to show them at once, not as they come."""


class ThinApp(App[int]):
    """Knows what the terminal shows. Whatever else may have written there: `forget_picture`."""

    terminal: Terminal = MODERN
    _picture: Picture | None = None
    _shown_cursor: tuple[int, int] | None = None

    def forget_picture(self) -> None:
        """Write everything next time: the terminal may show anything."""
        self._picture = None

    async def on_event(self, event: Event) -> None:
        """As every app; a terminal of another size has moved what it shows."""
        if isinstance(event, Resize):
            self.forget_picture()
        await super().on_event(event)

    def action_redraw(self) -> None:
        """Draw everything afresh: a bad line may have garbled it."""
        self.forget_picture()
        self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """As every app, but for what is on the terminal already."""
        driver = self._driver
        writes = self._running and not self._closed and not self._batch_count
        if not writes or driver is None or self.is_headless or driver.is_inline:
            super()._display(screen, renderable)
            return
        if renderable is None:
            # Nothing changed, and what is on the terminal is known as before.
            self.post_display_hook()
            return
        written = None
        if isinstance(renderable, CompositorUpdate):
            written = self._written_for(screen, renderable)
        if written is None:
            self.forget_picture()
            super()._display(screen, renderable)
            return
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if written or cursor != self._shown_cursor:
            # The cursor is hidden, but input methods open their window beside it.
            self._shown_cursor = (cursor.x, cursor.y)
            self._send(f"{written}\x1b[{cursor.y + 1};{cursor.x + 1}H")
        self.post_display_hook()

    def _written_for(self, screen: Screen[Any], update: CompositorUpdate) -> str | None:
        """What makes the terminal show `update`; None for a kind that the picture does not know."""
        picture = self._known_picture()
        if not picture.is_whole and isinstance(update, ChopsUpdate):
            # A part alone would leave around it whatever the terminal shows.
            update = screen._compositor.render_full_update()  # pyright: ignore[reportPrivateUsage]
        # Should this fail amid a row, nobody knows what the terminal shows.
        self._picture = None
        written = picture.update(update)
        self._picture = picture
        return written

    def _send(self, written: str) -> None:
        driver = self._driver
        if driver is None:
            return
        if len(written) < _AT_ONCE:
            driver.write(written)
        else:
            self._begin_update()
            driver.write(written)
            self._end_update()
        driver.flush()

    def _known_picture(self) -> Picture:
        size = (self.size.width, self.size.height)
        if self._picture is None or self._picture.size != size:
            self._picture = Picture(
                *size,
                self.console._color_system,  # pyright: ignore[reportPrivateUsage] (as Textual)
                erases_in_colour=self.terminal.erases_in_colour,
            )
        return self._picture

"""An app that writes to the terminal only what the terminal does not show yet."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App
from textual.events import Event, Key, Resize
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget

from bgconsole.tui.terminal.capabilities import MODERN, Terminal
from bgconsole.tui.terminal.cursor import cursor_on
from bgconsole.tui.terminal.driver import ConsoleDriver
from bgconsole.tui.terminal.picture import Picture

_AT_ONCE: Final = 512
"""Bytes from which on the terminal is asked to show them at once, not as they come."""

_AT_ONCE_FROM: Final = "\x1b[?2026h"
_AT_ONCE_TO: Final = "\x1b[?2026l"

_WALKING: Final = frozenset({"up", "down", "pageup", "pagedown"})
"""Keys that move a mark from row to row, also where they are pressed in a field."""


class ThinApp(App[int]):
    """Knows what the terminal shows. Whatever else may have written there: `forget_picture`."""

    terminal: Terminal = MODERN
    _picture: Picture | None = None
    _shown_cursor: Offset | None = None
    _walking = False
    _layout: Mapping[Widget, object] | None = None
    _skipped = False
    """Whether updates were left out since the last one that was written."""
    _waits = False
    """Whether updates were left out, and the line has not taken the ones before yet."""

    def forget_picture(self) -> None:
        """Write everything anew: the terminal may show anything."""
        self._picture = self._shown_cursor = None
        if self._screen_stack:
            self.screen.refresh()

    async def on_event(self, event: Event) -> None:
        """As every app; a terminal of another size has moved what it shows."""
        if isinstance(event, Resize):
            self.forget_picture()
        elif isinstance(event, Key):
            self._walking = event.key in _WALKING
        await super().on_event(event)

    def action_redraw(self) -> None:
        """Draw everything anew: a bad line or another program may have garbled it."""
        if isinstance(self._driver, ConsoleDriver):
            self._driver.restore_modes()
        self.forget_picture()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """As every app, but for what is on the terminal already."""
        driver = self._driver
        writes = self._running and not self._closed and not self._batch_count
        if not writes or driver is None or self.is_headless or driver.is_inline:
            super()._display(screen, renderable)
            return
        if isinstance(driver, ConsoleDriver) and driver.is_behind:
            self._skip(driver)
            return
        if renderable is None and not self._is_laid_out_anew(screen):
            # Nothing changed, and what is on the terminal is known as before.
            self._show("")
            self.post_display_hook()
            return
        written = None
        if renderable is None or isinstance(renderable, CompositorUpdate):
            written = self._written_for(screen, renderable)
        if written is None:
            self.forget_picture()
            super()._display(screen, renderable)
            return
        self._show(written)
        self.post_display_hook()

    def _show(self, written: str) -> None:
        """Write this, and put the cursor where the next key is about something."""
        cursor = self._cursor()
        if written or cursor != self._shown_cursor:
            self._shown_cursor = cursor
            self._send(f"{written}{self._known_picture().cursor_to(cursor.x, cursor.y)}")

    def _cursor(self) -> Offset:
        place = cursor_on(self.screen, walking=self._walking)
        return self._shown_cursor or Offset() if place is None else place

    def _is_laid_out_anew(self, screen: Screen[Any]) -> bool:
        """Whether widgets have other places than when the screen was last written.

        Textual lays out anew also where it is only asked for the place of a widget, and then draws
        nothing for it: neither now nor at the next layout, which finds all as it is.
        """
        layout = screen._compositor.visible_widgets  # pyright: ignore[reportPrivateUsage]
        return layout is not self._layout and layout != self._layout

    def _written_for(self, screen: Screen[Any], update: CompositorUpdate | None) -> str | None:
        """What makes the terminal show `update`; None for a kind that the picture does not know."""
        picture = self._known_picture()
        compositor = screen._compositor  # pyright: ignore[reportPrivateUsage]
        anew = self._is_laid_out_anew(screen)
        if anew or self._skipped or not picture.is_whole:
            if update is None or isinstance(update, ChopsUpdate):
                # A part alone would leave around it whatever the terminal shows.
                compositor._cuts = None  # pyright: ignore[reportPrivateUsage]
                update = compositor.render_full_update()
        elif update is None:
            return ""
        self._layout = compositor.visible_widgets
        self._skipped = False
        # Should this fail amid a row, nobody knows what the terminal shows.
        self._picture = None
        written = picture.update(update)
        self._picture = picture
        return written

    def _skip(self, driver: ConsoleDriver) -> None:
        """Leave this update out: the line has not taken the last ones yet."""
        self._skipped = True
        if not self._waits:
            self._waits = True
            driver.when_written(self._catch_up)

    def _catch_up(self) -> None:
        """The line takes more again: it gets what the updates that were left out come to."""
        self._waits = False
        if self._running and self._screen_stack:
            self.screen.refresh()

    def _send(self, written: str) -> None:
        driver = self._driver
        if driver is None:
            return
        if self.terminal.modern and len(written) >= _AT_ONCE:
            # Not asked whether that is known: others pass over it.
            written = f"{_AT_ONCE_FROM}{written}{_AT_ONCE_TO}"
        driver.write(written)

    def _known_picture(self) -> Picture:
        size = (self.size.width, self.size.height)
        if self._picture is None or self._picture.size != size:
            self._picture = Picture(
                *size,
                self.console._color_system,  # pyright: ignore[reportPrivateUsage] (as Textual)
                erases_in_colour=self.terminal.erases_in_colour,
                goes_by_column=self.terminal.modern,
            )
        return self._picture

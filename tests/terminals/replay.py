"""What the console makes of recorded bytes, in words."""

from collections.abc import Sequence

from textual.events import Key, MouseEvent, Paste

from bgconsole.tui.terminal.capabilities import terminal_of
from bgconsole.tui.terminal.keyboard import LayoutKey
from bgconsole.tui.terminal.terminal_input import TerminalInput

TERM = {
    "alacritty": "alacritty", "foot": "foot", "kitty": "xterm-kitty", "screen": "screen",
    "st": "st-256color", "tmux": "tmux-256color", "urxvt": "rxvt-unicode-256color",
    "xterm": "xterm-256color",
}  # fmt: skip


def replayed(name: str, pieces: Sequence[bytes]) -> list[str]:
    """The events of bytes that the terminal called `name` sent, and of the silence after them."""
    source = TerminalInput(terminal_of({"TERM": TERM[name], "LC_ALL": "C.UTF-8"}, "utf-8"))
    events = [event for piece in pieces for event in source.feed(piece, 0.0)]
    return [_words(event) for event in [*events, *source.tick(10.0)]]


def _words(event: object) -> str:
    match event:
        case LayoutKey():
            return f"{event.key} or {event.latin}"
        case Key():
            return event.key
        case Paste():
            return f"paste {event.text!r}"
        case MouseEvent():
            return type(event).__name__
        case _:
            raise AssertionError(event)

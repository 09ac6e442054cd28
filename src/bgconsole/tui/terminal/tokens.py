"""What the bytes of a terminal are split into: characters, control sequences, clicks, pastes."""

from dataclasses import dataclass

__all__ = ["Control", "OldMouse", "Pasted", "Token", "Typed"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A character, with Alt or without; Escape is one of them."""

    char: str
    alt: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A complete control sequence: `[` or `O` (CSI, SS3) and what follows, its final included.

    `alt` says that one more ESC came right before it.
    """

    text: str
    alt: bool = False


@dataclass(frozen=True, slots=True)
class OldMouse:
    """A mouse report of three bytes, as xterm had it first."""

    codes: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text that was pasted, as it came."""

    text: str


Token = Typed | Control | OldMouse | Pasted

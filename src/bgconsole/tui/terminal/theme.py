"""The colours by role. Styles name roles ('$accent', '$dim'), never a colour."""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from textual.theme import Theme

from bgconsole.files.settings import Theme as Wanted
from bgconsole.tui.terminal.capabilities import Colours, Ground, Terminal

ACCENT: Final = "$accent"
"""Keys, focus, the active tab, the primary button, what was added."""

OK: Final = "$success"
CARE: Final = "$warning"
"""Unsaved, care, break-glass use."""

DANGER: Final = "$error"
"""Down, cannot get in, refused, lock-out; nothing else."""

DIM: Final = "$dim"
STRONG: Final = "bold $strong"
TEXT: Final = "$foreground"
RULE: Final = "$rule"
QR: Final = "$qr-ink on $qr-ground"
"""Dark on light on every terminal: cameras read a QR code by it."""


class Look(StrEnum):
    """How the console looks; the names are those of the settings file."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    ANSI = "ansi"
    """The terminal's own sixteen colours, on its own ground."""

    MONO = "mono"
    """No colour: bold, underline, reverse."""


DARK: Final = Theme(
    name=f"bgconsole-{Look.DARK}",
    primary="#5ec4dc",
    accent="#5ec4dc",
    success="#8cc98a",
    warning="#e8b84f",
    error="#ff7b72",
    foreground="#d3dae2",
    background="#10151b",
    surface="#1a212a",
    panel="#2a3643",
    dark=True,
    # No two grounds are the same: terminals with few colours tell roles apart by them.
    variables={
        "bar": "#1a212a",
        "field": "#1b222b",
        "chip": "#2a3643",
        "focus": "#2b3744",
        "focus-row": "#1c232c",
        "dialog": "#161d25",
        "behind": "#4a5663",
        "rule": "#3d4a58",
        "strong": "#f6f8fa",
        "dim": "#8d9aa9",
        "on-accent": "#10151b",
        "care-row": "#332b12",
        "danger-row": "#341a1d",
        "outage": "#8e2429",
        "qr-ink": "#000000",
        "qr-ground": "#ffffff",
        "input-cursor-background": "#5fc5dd",
        "input-cursor-foreground": "#10151b",
        "input-cursor-text-style": "none",
        "input-selection-background": "#2f5a68",
    },
)

HIGH_CONTRAST: Final = Theme(
    name=f"bgconsole-{Look.HIGH_CONTRAST}",
    primary="#6fe3ff",
    accent="#6fe3ff",
    success="#7dff8a",
    warning="#ffd95e",
    error="#ffb8b2",
    foreground="#ffffff",
    background="#000000",
    surface="#101418",
    panel="#26323e",
    dark=True,
    variables={
        "bar": "#14191f",
        "field": "#1b222b",
        "chip": "#232d38",
        "focus": "#0a3a5c",
        "focus-row": "#10283c",
        "dialog": "#05080b",
        "behind": "#a3aeba",
        "rule": "#8b98a6",
        "strong": "#ffffff",
        "dim": "#d5dce4",
        "on-accent": "#000000",
        "care-row": "#332900",
        "danger-row": "#3d0f12",
        "outage": "#8a0f16",
        "qr-ink": "#000000",
        "qr-ground": "#ffffff",
        "input-cursor-background": "#6fe3ff",
        "input-cursor-foreground": "#000000",
        "input-cursor-text-style": "none",
        "input-selection-background": "#0f4a73",
    },
)
"""Text is at least seven times as light as what lies behind it (WCAG 2.2, 1.4.6)."""

LIGHT: Final = Theme(
    name=f"bgconsole-{Look.LIGHT}",
    primary="#0a6482",
    accent="#0a6482",
    success="#22692c",
    warning="#6e4600",
    error="#b01f18",
    foreground="#2d3238",
    background="#fbfcfd",
    surface="#eff1f3",
    panel="#dbe2e9",
    dark=False,
    # What is nearly grey is so grey that the closest of 256 colours is grey too.
    variables={
        "bar": "#eff1f3",
        "field": "#ebedef",
        "chip": "#dbe2e9",
        "focus": "#cfe4f4",
        "focus-row": "#e6f0f8",
        "dialog": "#f5f7f9",
        "behind": "#6f7b88",
        "rule": "#98a4b0",
        "strong": "#080e14",
        "dim": "#4a5663",
        "on-accent": "#ffffff",
        "care-row": "#fbefcc",
        "danger-row": "#fce3e0",
        "outage": "#ffc5bf",
        "qr-ink": "#000000",
        "qr-ground": "#ffffff",
        "input-cursor-background": "#0a6482",
        "input-cursor-foreground": "#ffffff",
        "input-cursor-text-style": "none",
        "input-selection-background": "#b4d9ea",
    },
)
"""Text is at least 4.5 times as dark as what lies behind it (WCAG 2.2, 1.4.3)."""

THEMES: Final = {
    Look.DARK: DARK,
    Look.LIGHT: LIGHT,
    Look.HIGH_CONTRAST: HIGH_CONTRAST,
    # Drawn as the dark one; what the terminal has instead is chosen on the way to it.
    Look.ANSI: replace(DARK, name=f"bgconsole-{Look.ANSI}"),
    Look.MONO: replace(DARK, name=f"bgconsole-{Look.MONO}"),
}


_OF_MANY_COLOURS: Final = frozenset({Look.DARK, Look.LIGHT, Look.HIGH_CONTRAST})


def look_for(wanted: Wanted, terminal: Terminal) -> Look:
    """What the settings say, as far as the terminal has it; else what suits the terminal.

    A theme's own colours need 256: of fewer, those closest to them may be the same for a text and
    what lies behind it. Then it is the terminal's palette.
    """
    if wanted is Wanted.AUTO:
        dark_or_light = Look.LIGHT if terminal.ground is Ground.LIGHT else Look.DARK
        look = Look.MONO if terminal.no_colour_wanted else dark_or_light
    else:
        look = Look(wanted.value)
    if terminal.colours is Colours.NONE:
        return Look.MONO
    if terminal.colours is Colours.SIXTEEN and look in _OF_MANY_COLOURS:
        return Look.ANSI
    return look


def ground_for(wanted: Wanted, ground: Ground) -> Ground:
    """Which ground the palette's colours have to be read on: what the settings tell of it counts.

    Who asks for the palette itself has chosen its colours to be read on the ground that there is;
    where that is not known it is taken for dark, as most are.
    """
    if wanted is Wanted.LIGHT:
        return Ground.LIGHT
    if wanted in {Wanted.DARK, Wanted.HIGH_CONTRAST}:
        return Ground.DARK
    if wanted is Wanted.ANSI and ground is Ground.UNKNOWN:
        return Ground.DARK
    return ground

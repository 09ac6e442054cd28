"""The colours by role. Styles name roles ('$accent', '$dim'), never a colour."""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from textual.theme import Theme

from bgconsole.settings_file import Theme as Wanted
from bgconsole.tui.terminal.capabilities import Colours

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


class Look(StrEnum):
    """How the console looks; the names are those of the settings file."""

    DARK = "dark"
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
        "input-cursor-background": "#6fe3ff",
        "input-cursor-foreground": "#000000",
        "input-cursor-text-style": "none",
        "input-selection-background": "#0f4a73",
    },
)
"""Text is at least seven times as light as what lies behind it (WCAG 2.2, 1.4.6)."""

THEMES: Final = {
    Look.DARK: DARK,
    Look.HIGH_CONTRAST: HIGH_CONTRAST,
    # Drawn as the dark one; what the terminal has instead is chosen on the way to it.
    Look.ANSI: replace(DARK, name=f"bgconsole-{Look.ANSI}"),
    Look.MONO: replace(DARK, name=f"bgconsole-{Look.MONO}"),
}


def look_for(wanted: Wanted, colours: Colours) -> Look:
    """What the settings say; where they leave it open, what the terminal has."""
    if wanted is not Wanted.AUTO:
        return Look(wanted.value)
    match colours:
        case Colours.MANY:
            return Look.DARK
        case Colours.SIXTEEN:
            return Look.ANSI
        case Colours.NONE:
            return Look.MONO

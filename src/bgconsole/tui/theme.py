"""The colours by role. Styles name roles ('$accent', '$dim'), never a colour."""

from typing import Final

from textual.theme import Theme

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

DARK: Final = Theme(
    name="bgconsole-dark",
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
    variables={
        "bar": "#1a212a",
        "chip": "#2a3643",
        "dialog": "#161d25",
        "behind": "#4a5663",
        "rule": "#3d4a58",
        "strong": "#f6f8fa",
        "dim": "#8d9aa9",
        "on-accent": "#10151b",
        "care-row": "#332b12",
        "danger-row": "#341a1d",
        "outage": "#8e2429",
        "input-cursor-background": "#5ec4dc",
        "input-cursor-foreground": "#10151b",
        "input-selection-background": "#2f5a68",
    },
)

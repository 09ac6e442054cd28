"""What a field takes of pasted text: one line, and never a second value that it would show."""

from dataclasses import dataclass

__all__ = ["Taken", "taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What goes into the field, and what to say of the rest; nothing where there is none."""

    text: str
    said: str = ""


def taken(text: str, *, shown: bool) -> Taken:
    """What a field takes of `text`; `shown` says that the field shows what is in it."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return Taken("")
    line, said = lines[0], "" if len(lines) == 1 else "Only the first line was pasted"
    if shown:
        parts = [part for part in line.split("\t") if part.strip()]
        line = parts[0]
        said = "Only the text before the tab was pasted" if len(parts) > 1 else said
    return Taken(line, said)

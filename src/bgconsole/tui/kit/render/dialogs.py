"""What became of an act, in a line beside the save row; and what the proof's dialog says."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import flowing, line, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK


def proof(why: str, refused: Refusal | None, width: int) -> Content:
    """Why the password is asked for, and what was wrong with the last one."""
    first = flowing(line(f"{why} ", ("The draft is kept.", DIM)), width)
    if refused is None:
        return first
    return lines(first, words(f"{FULL.fails} ", DANGER) + safe_text(refused.message, DANGER))


def by_provider(width: int) -> Content:
    """The way back of a session that was opened by an identity provider."""
    return buttons(width, Button("Sign in with your identity provider", "enter"))


SAVING = words("Saving …", DIM)


def saved(at: datetime, warnings: Sequence[str] = ()) -> Content:
    """The last save came through; `warnings` are what it leaves."""
    told = line((f"{FULL.passes} Saved", OK), (f" {at:%H:%M:%S} UTC", DIM))
    for warning in warnings:
        told += line("  ", (f"{FULL.bad} ", CARE)) + safe_text(warning)
    return told


def failed(refused: Refusal, email: str | None = None) -> Content:
    """What became of an act that did not come through; the draft is kept."""
    text = words(f"{FULL.fails} ", DANGER)
    if email:
        text += safe_text(f"{email}: ")
    text += safe_text(refused.message, DANGER)
    return text + words("  ") + safe_text(remedy_here(refused)) if remedy_here(refused) else text


def note(text: str) -> Content:
    """A short hint about keys or state; `text` may name a provider or a file."""
    return words(f"{FULL.bad} ", CARE) + safe_text(text)

"""What the search in the audit log says of a match."""

from typing import Final

from textual.content import Content

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import line, safe_text, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG

LABEL: Final = line("  ", ("/", ACCENT), (" find ", STRONG))


def found(
    event: AuditEvent, text: str, at: str, *, wrapped_to: str | None, signs: Signs = FULL
) -> Content:
    """'02:43:26 in who   n older  N newer'; `wrapped_to`: at which end it went on."""
    if wrapped_to is not None:
        return line((f" {at}", STRONG), (f"  {signs.bad} from the {wrapped_to} again", CARE))
    told = line((f" {at}", STRONG), (f" in {_place(event, text)}", DIM))
    return told + line("   ", key_hint("n", " older"), "  ", key_hint("N", " newer"))


def found_nothing(text: str, signs: Signs = FULL) -> Content:
    """No event has it."""
    return line((f" {signs.other} ", DIM), "no event has ", safe_text(text, STRONG))


def not_read(sentence: str, signs: Signs = FULL) -> Content:
    """The log could not be searched, and why."""
    return words(f" {signs.bad} ", CARE) + safe_text(sentence)


def _place(event: AuditEvent, text: str) -> str:
    """The column that has it; the match may be where the row has no room for it."""
    sought = text.lower()
    places = (
        ("who", event.who),
        ("whom", event.target or ""),
        ("what happened", event.description),
        ("from", event.source),
    )
    return next((name for name, told in places if sought in told.lower()), "event")

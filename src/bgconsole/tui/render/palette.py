"""The list of all actions: what each does, where it belongs, its key."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from bgconsole.tui.offers import Offer
from bgconsole.tui.render.keys import clickable_row
from bgconsole.tui.render.text import fit, line, lines, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG, TEXT

NO_REASON: Final = "This cannot be done now"


def offer_rows(shown: Sequence[Offer], cursor: int, width: int, *, height: int) -> Content:
    """`height` rows around the cursor."""
    top = min(max(cursor - height // 2, 0), max(len(shown) - height, 0))
    rows = [
        clickable_row(top + place, _row(offer, width, cursor=top + place == cursor))
        for place, offer in enumerate(shown[top : top + height])
    ]
    if not rows:
        rows = [fit(words("  No action has these letters.", DIM), width)]
    rows += [words(" " * width)] * (height - len(rows))
    return lines(*rows)


def _row(offer: Offer, width: int, *, cursor: bool) -> Content:
    style = DIM if not offer.enabled else STRONG if cursor else TEXT
    left = words(f"{FULL.cursor} " if cursor else "  ", ACCENT) + safe_text(offer.what, style)
    if offer.place:
        left += words("  ") + safe_text(offer.place, DIM)
    row = spread(width, left, words(f"  {offer.key} ", f"bold {ACCENT}" if offer.enabled else DIM))
    return row.stylize_before("on $focus") if cursor else row


def offer_reason(offer: Offer | None, width: int) -> Content:
    """Why the offer under the cursor cannot be done now; a blank row where it can."""
    if offer is None or offer.enabled:
        return words(" ")
    reason = line((f"{FULL.bad} ", CARE), safe_text(offer.reason or NO_REASON))
    return fit(reason, width)

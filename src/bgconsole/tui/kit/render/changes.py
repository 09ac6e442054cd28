"""Changes in a few words: what undo takes back, what would be lost, what others saved meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content

from bgconsole.policy.settings import Delta
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import cut, line, lines, local_part, safe_text, words
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, STRONG


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The changes of one provider that are not saved."""

    provider: str
    delta: Delta

    @classmethod
    def of(cls, views: Iterable[ProviderView]) -> "tuple[Unsaved, ...]":
        """What these views would save."""
        return tuple(cls(view.detail.name, view.draft.delta) for view in views)


def count(changes: int) -> str:
    """'1 change', '3 changes'."""
    return f"{changes} change{'' if changes == 1 else 's'}"


def brief(delta: Delta) -> str:
    """'enforcement on, + gus, − raj', to be escaped like everything from outside."""
    parts = [] if delta.enforced is None else [f"enforcement {'on' if delta.enforced else 'off'}"]
    parts += [f"{FULL.added} {local_part(email)}" for email in delta.add]
    parts += [f"{FULL.removed} {local_part(email)}" for email in delta.remove]
    return ", ".join(parts)


def unsaved(every: tuple[Unsaved, ...], width: int) -> Content:
    """By provider, a line for each change."""
    rows: list[Content] = []
    for one in every:
        rows.append(cut(safe_text(one.provider, STRONG), width))
        rows += [cut(words("  ") + row, width) for row in _each(one.delta)]
    return lines(*rows)


def _each(delta: Delta) -> list[Content]:
    rows: list[Content] = []
    if delta.enforced is not None:
        sign, word = (FULL.on, "on") if delta.enforced else (FULL.off, "off")
        rows.append(line((f"{sign} ", CARE), f"enforcement {word}"))
    rows += [words(f"{FULL.added} ", ACCENT) + safe_text(email) for email in delta.add]
    rows += [words(f"{FULL.removed} ", CARE) + safe_text(email) for email in delta.remove]
    return rows


def meanwhile(view: ProviderView, width: int) -> Content:
    """'! mia saved Entra meanwhile: + gus. ^S compares', or nothing where nobody did."""
    delta = view.meanwhile
    if delta is None:
        return words("")
    who = local_part(view.detail.saved_by) if view.detail.saved_by else "Somebody"
    told = f"{who} saved {short_name(view.detail)} meanwhile"
    if delta.size:
        told += f": {brief(delta)}"
    end = line("  ", key_hint("^S", " compares"))
    start = words(f"{FULL.bad} ", CARE) + safe_text(told)
    return cut(start, width - end.cell_length) + end

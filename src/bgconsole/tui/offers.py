"""Everything that can be done, here or on another tab, for the list of all actions.

Made from the bindings, so that nothing is listed that has no key.
"""

from dataclasses import dataclass
from typing import Final

from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.screen import Screen

from bgconsole.tui.part import Part
from bgconsole.tui.reasons import reason_for
from bgconsole.tui.render.tabs import part_key
from bgconsole.tui.screens.parts import PartedScreen
from bgconsole.tui.widgets.key_bar import key_name

_PLACES: Final = {
    Part.WHO: "Who gets in",
    Part.MEMBERS: "Members",
    Part.AUDIT: "Audit log",
    Part.PROVIDERS: "Providers",
}
_NOT_LISTED: Final = frozenset({"palette"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One action: what it does, its key, where it belongs, and why it cannot be done now."""

    what: str
    key: str
    action: str
    node: DOMNode
    place: str = ""
    reason: str | None = None
    enabled: bool = True
    part: Part | None = None
    """The part of the main screen that has to be opened first, None when it is in front."""

    @property
    def told(self) -> str:
        """What a search looks through."""
        return f"{self.what} {self.place}".casefold()


def offers_of(screen: Screen[object]) -> tuple[Offer, ...]:
    """What the keys of this screen and of what has the focus do, in the order of the help."""
    found: dict[str, Offer] = {}
    for active in screen.active_bindings.values():
        offer = _offer(active)
        if offer is not None and offer.action not in found:
            found[offer.action] = offer
    return tuple(found.values())


def offers_elsewhere(screen: Screen[object]) -> tuple[Offer, ...]:
    """What can be done on the parts of the main screen that are not in front."""
    if not isinstance(screen, PartedScreen):
        return ()
    others = (part for part in _PLACES if part is not screen.part and screen.offers_part(part))
    return tuple(
        Offer(
            what=binding.tooltip,
            key=f"{part_key(part)} {binding.key_display or key_name(binding.key)}",
            action=binding.action,
            node=screen,
            place=_PLACES[part],
            part=part,
        )
        for part in others
        for binding in screen.bindings_of(part)
    )


def matching(offers: tuple[Offer, ...], letters: str) -> tuple[Offer, ...]:
    """The offers that have every word of `letters`; those that begin with them come first."""
    wanted = letters.casefold().split()
    found = [offer for offer in offers if all(word in offer.told for word in wanted)]
    begins = letters.strip().casefold()
    return tuple(sorted(found, key=lambda offer: not offer.told.startswith(begins)))


def _offer(active: ActiveBinding) -> Offer | None:
    binding = active.binding
    what = binding.tooltip or binding.description
    name = action_name(binding)
    if not what or binding.system or not binding.id or name in _NOT_LISTED:
        return None
    return Offer(
        what=what,
        key=binding.key_display or key_name(binding.key),
        action=binding.action,
        node=active.node,
        reason=None if active.enabled else reason_for(active.node, name),
        enabled=active.enabled,
    )


def action_name(binding: Binding) -> str:
    """The name of what a binding does, without namespace and parameters."""
    return binding.action.rpartition(".")[2].partition("(")[0]

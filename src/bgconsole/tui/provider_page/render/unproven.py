"""What is asked before SSO is enforced by a provider that nobody has signed in by yet."""

from textual.content import Content

from bgconsole.policy.forecast import proven_only, without_way_in
from bgconsole.tui.kit.render.keys import WAY_KEYS
from bgconsole.tui.kit.render.text import lines, names, safe_text, words
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.theme import DANGER, DIM


def asked(view: ProviderView, width: int) -> Content:
    """'Nobody has signed in by Generic OIDC yet: 11 of 14 would have no way in. …'."""
    lost = without_way_in(proven_only(view.drafted))
    name = safe_text(view.detail.name)
    why = words("Nobody has signed in by ") + name + words(" yet")
    if not view.detail.configured:
        why = words("SSO is not set up for ") + name
    count = words(f"{len(lost)} of {view.consequence.members}", f"bold {DANGER}")
    told = why + words(": ") + count + words(" would have no way in.")
    rows = [*told.wrap(max(width, 1)), words("Enforce anyway?")]
    if lost:
        emails = tuple(person.email for person in lost)
        rows.append(words("Without: ", DIM) + names(emails, width - 9))
    return lines(*rows, *words(_better(view), DIM).wrap(max(width, 1)))


def _better(view: ProviderView) -> str:
    """What to do before that."""
    if not view.detail.configured:
        return "Better: set it up first, with i on its page."
    place = view.detail.position - 1
    key = f", with F{WAY_KEYS[place]} on the sign-in screen" if place < len(WAY_KEYS) else ""
    return f"Better: sign in by it once first{key}."

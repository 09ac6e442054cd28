"""The state of an identity provider, in the same words everywhere.

Not set up, up, degraded, down since when, unknown.
"""

from textual.content import Content

from bgconsole.backend.identity import IdpStatus
from bgconsole.policy.team import IdpState
from bgconsole.tui.kit.render.text import words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK


def idp_state(idp: IdpStatus, *, configured: bool, since: bool = True) -> Content:
    """Sign and word. `since`: say from when on it is down, or what it was when last seen."""
    if not configured:
        return words(f"{FULL.none} not set up", DIM)
    match idp.state:
        case IdpState.UP:
            return words(f"{FULL.passes} up", OK)
        case IdpState.DEGRADED:
            return words(f"{FULL.bad} degraded", CARE)
        case IdpState.DOWN:
            known = f" since {idp.since:%H:%M}" if since and idp.since is not None else ""
            return words(f"{FULL.fails} down{known}", f"bold {DANGER}")
        case IdpState.UNKNOWN:
            return words(f"{FULL.dot} unknown{_last_seen(idp) if since else ''}", DIM)


def _last_seen(idp: IdpStatus) -> str:
    if idp.measured is IdpState.UNKNOWN or idp.checked_at is None:
        return ""
    return f" (last seen {idp.measured.value} at {idp.checked_at:%H:%M})"

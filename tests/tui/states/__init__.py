"""Every screen in every state worth a picture.

The snapshot tests and `make screenshots` draw the same states.
"""

from tests.tui.states import (
    audit,
    dialogs,
    everywhere,
    line,
    main,
    members,
    outage,
    providers,
    set_up,
    sign_in,
    sso,
    who,
)
from tests.tui.states.scene import Dress, State, copy_of, sample_team

__all__ = ["STATES", "Dress", "State", "copy_of", "in_every_look", "sample_team"]

STATES = (
    *set_up.STATES,
    *sign_in.STATES,
    *main.STATES,
    *outage.STATES,
    *line.STATES,
    *dialogs.STATES,
    *audit.STATES,
    *everywhere.STATES,
    *who.STATES,
    *members.STATES,
    *providers.STATES,
    *sso.STATES,
)

_IN_EVERY_LOOK = frozenset({"sign-in-outage", "main-draft", "guard", "audit"})


def in_every_look(state: State) -> bool:
    """Whether its pictures are kept in every look: a few states show all that a look must do."""
    return state.name in _IN_EVERY_LOOK

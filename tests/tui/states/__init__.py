"""Every screen in every state worth a picture.

The snapshot tests and `make screenshots` draw the same states.
"""

from tests.tui.states import audit, dialogs, main, sign_in
from tests.tui.states.scene import State, copy_of, sample_team

__all__ = ["STATES", "State", "copy_of", "sample_team"]

STATES = (*sign_in.STATES, *main.STATES, *dialogs.STATES, *audit.STATES)

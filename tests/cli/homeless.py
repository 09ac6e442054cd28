"""The program under a user id that the password database does not know, as in a container."""

import os
import pwd
import sys
from typing import NoReturn

from bgconsole.cli.main import main


def unknown(uid: int) -> NoReturn:
    """Fail as the password database fails."""
    raise KeyError(f"getpwuid(): uid not found: {uid}")


pwd.getpwuid = unknown
if os.environ.get("PLANTED_FAULT"):
    from bgconsole import compose

    del compose.open_backend
sys.exit(main())

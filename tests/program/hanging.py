"""The program with one fault planted: ending its session hangs, and holds up everything else."""

import sys
import time

from bgconsole.cli.main import main
from bgconsole.tui.model.session import Session
from bgconsole.tui.terminal import driver


async def end(self: Session) -> None:
    """Never end it."""
    while True:
        time.sleep(1)  # noqa: ASYNC251 (it is a fault)


Session.end = end
driver._ENDS_WITHIN = 0.2
sys.exit(main())

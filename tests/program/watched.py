"""The program as it is, which also tells, when asked by a signal, what a fresh draw would write.

The answer is a file with Textual's own output for the whole screen: none of it went through what
the console makes of an update.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from textual._compositor import LayoutUpdate
from textual._context import visible_screen_stack

from bgconsole.cli.main import main
from bgconsole.tui.app import ConsoleApp

ANSWER = "WATCHED_ANSWER"
"""The variable that names the file."""

_as_it_is = ConsoleApp.on_mount


def _on_mount(self: ConsoleApp) -> None:
    _as_it_is(self)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _answer, self)


def _answer(app: ConsoleApp) -> None:
    if not app.screen_stack:
        # It is being left.
        return
    compositor = app.screen._compositor
    visible_screen_stack.set(app._background_screens)
    chops = compositor._render_chops(compositor.size.region, lambda _y: True)
    update = LayoutUpdate([chop.values() for chop in chops], compositor.size.region)
    answer = Path(os.environ[ANSWER])
    unfinished = answer.with_suffix(".unfinished")
    unfinished.write_text(update.render_segments(app.console))
    unfinished.rename(answer)


if __name__ == "__main__":
    ConsoleApp.on_mount = _on_mount
    sys.exit(main())

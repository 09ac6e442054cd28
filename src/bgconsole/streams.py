"""Output that nobody is there to read any more."""

import os
from typing import TextIO


def silence(*streams: TextIO | None) -> None:
    """Let everything written to these go nowhere.

    What still waits in them is flushed when the interpreter ends; where that fails, it would end
    with code 120 whatever the program said.
    """
    for stream in streams:
        try:
            descriptor = -1 if stream is None else stream.fileno()
        except (OSError, ValueError):
            continue
        if descriptor >= 0:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)

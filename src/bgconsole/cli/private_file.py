"""A private file that a command writes: what is there already is refused in a command's words."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from bgconsole.cli.errors import CommandError, Exit
from bgconsole.files import private_file


@contextmanager
def created(path: Path, *, room: int = 0) -> Generator[TextIO]:
    """As `private_file.created`, but raises CommandError when something is there already."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(private_file.created(path, room=room))
        except FileExistsError as error:
            raise CommandError(
                f"{path} already exists and is not overwritten", "Name another file", Exit.USAGE
            ) from error
        yield file

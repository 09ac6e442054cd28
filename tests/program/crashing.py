"""The program with one fault planted: a password makes the backend fail unexpectedly."""

import sys

from bgconsole.backend.local.backend import LocalBackend
from bgconsole.cli.main import main


async def sign_in(self: LocalBackend, caller: object, email: str, password: str) -> None:
    """Fail with the password in a local variable and in the error itself."""
    typed = f"{email} {password}"
    raise RuntimeError(typed)


LocalBackend.sign_in = sign_in  # pyright: ignore[reportAttributeAccessIssue]
sys.exit(main())

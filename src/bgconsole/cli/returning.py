"""Somebody who comes back to the team: the option to keep their password, and what is said."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from bgconsole.backend.values import Kept

F = TypeVar("F", bound=Callable[..., Any])

_NAMES: Final = {Kept.NAME: "their name", Kept.LAST_SIGN_IN: "their last sign-in"}


def keep_password_option(function: F) -> F:
    """Not starting afresh."""
    return click.option(
        "--keep-password",
        is_flag=True,
        help="Let a former member keep their password, without a one-time code.",
    )(function)


def kept_words(kept: Sequence[Kept]) -> str:
    """'Kept: their name, their last sign-in. Their old password no longer works.'"""
    names = [_NAMES[one] for one in kept if one in _NAMES]
    said = f"Kept: {', '.join(names)}. " if names else ""
    if Kept.PASSWORD in kept:
        return f"{said}They also keep their old password and can sign in at once."
    return f"{said}Their old password no longer works, and known addresses are forgotten."

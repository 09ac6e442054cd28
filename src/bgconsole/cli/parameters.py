"""Kinds of values on the command line, and the options that several commands share."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from bgconsole.backend.errors import RefusedError
from bgconsole.policy.audit import AuditHead
from bgconsole.policy.email import is_email
from bgconsole.policy.moments import parse_end, parse_moment
from bgconsole.policy.refusals import Code, refusal

F = TypeVar("F", bound=Callable[..., Any])

USUAL_SLUGS: Final = ("entra", "oidc")
"""The providers of a team just made; others are known to its database only."""


class Slug(click.ParamType[str]):
    """The short name of a provider."""

    name = "slug"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value).strip().casefold()

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(slug) for slug in USUAL_SLUGS if slug.startswith(incomplete)]


class Assignment(click.ParamType[tuple[str, str]]):
    """SLUG=STATE, with one of a few states."""

    name = "assignment"

    def __init__(self, states: Sequence[str]) -> None:
        self._states = tuple(states)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        slug, _, state = str(value).partition("=")
        slug, state = slug.strip().casefold(), state.strip().casefold()
        if not slug or state not in self._states:
            wanted = " or ".join(f"SLUG={known}" for known in self._states)
            self.fail(f"{value!r} is not {wanted}", param, ctx)
        return slug, state

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        known = (f"{slug}={state}" for slug in USUAL_SLUGS for state in self._states)
        return [CompletionItem(item) for item in known if item.startswith(incomplete)]


class Moment(click.ParamType[datetime]):
    """A moment in UTC, as `parse_moment` takes it: RFC 3339, a date, how long ago (2h, 7d), …

    With `ends` the moment before which everything is meant, so that a date means all of its day.
    """

    name = "when"

    def __init__(self, *, ends: bool = False) -> None:
        self._parse = parse_end if ends else parse_moment

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        text = str(value).strip()
        try:
            return self._parse(text, datetime.now(UTC))
        except ValueError:
            self.fail(
                (
                    f"{value!r} is not a time: write 2026-01-31, 2026-01-31T09:30:00Z, or 2h or 7d"
                    " for that long ago"
                ),
                param,
                ctx,
            )


class SeenRecord(click.ParamType[AuditHead]):
    """A record of the audit log by its number and its hash: SEQ:HASH."""

    name = "seq:hash"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> AuditHead:
        try:
            return AuditHead.parse(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is not SEQ:HASH, a number and 64 hex digits", param, ctx)


def slug_argument(function: F) -> F:
    """The provider a command is about."""
    return click.argument("slug", type=Slug(), help="The provider's short name, such as entra.")(
        function
    )


def override_option(function: F) -> F:
    """Doing what a guard against lock-out is against, with a reason."""
    reason = click.option(
        "--override-reason",
        metavar="TEXT",
        help=(
            "Do it even if an enforced provider is left without a usable break-glass user, or if no"
            " owner could sign in afterwards. The reason is recorded."
        ),
    )
    named = click.option(
        "--override",
        "overridden",
        type=Slug(),
        metavar="SLUG",
        multiple=True,
        help="The provider that the reason is for. Required if several are affected. Repeatable.",
    )
    return reason(named(function))


def yes_option(function: F) -> F:
    """Doing at once what a terminal asks about."""
    return click.option("--yes", is_flag=True, help="Do not ask for confirmation.")(function)


def demand_own_email(text: str) -> None:
    """Raise RefusedError `invalid_email` before a password is asked for that would be in vain."""
    if not is_email(text):
        remedy = (
            "Never put passwords or codes on the command line; bgconsole asks for them. If"
            " this was one, it may be in your shell's history"
        )
        raise RefusedError(refusal(Code.INVALID_EMAIL, remedy=remedy))

"""Which events of the audit log are wanted: the options, and the filter they make."""

import difflib
import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from bgconsole.cli.output import moment
from bgconsole.cli.parameters import Moment, Slug
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.system.streams import tell

R = TypeVar("R")

_TYPES: Final = {
    **{kind.value: kind for kind in EventType},
    **{kind.label.casefold(): kind for kind in EventType},
}


class EventKind(click.ParamType[str]):
    """An event's type, by its value (auth.login.success) or its label (Login Success)."""

    name = "type"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip().casefold()
        kind = _TYPES.get(text)
        if kind is None:
            near = [known for known in _TYPES if text in known and text][:3]
            near = near or difflib.get_close_matches(text, _TYPES, n=1)
            hint = f", did you mean {' or '.join(map(repr, near))}?" if near else ""
            self.fail(f"{value!r} is not an event type{hint}", param, ctx)
        return kind.value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [
            CompletionItem(kind.value, help=kind.label)
            for kind in EventType
            if kind.value.startswith(incomplete)
        ]


_OPTIONS: Final = (
    click.option(
        "--type",
        "types",
        type=EventKind(),
        multiple=True,
        help="Events of this type, such as auth.login.success or 'Login Success'. Repeatable.",
    ),
    click.option("--actor", metavar="EMAIL", help="Events by this person."),
    click.option("--provider", type=Slug(), metavar="SLUG", help="Events about this provider."),
    click.option("--break-glass", is_flag=True, help="Only break-glass logins and attempts."),
    click.option(
        "--since",
        type=Moment(),
        help="Events from this time on: 2026-01-31, RFC 3339, or 2h or 7d ago.",
    ),
    click.option(
        "--until",
        type=Moment(ends=True),
        help="Events before this time, in the same formats. A date includes all of that day.",
    ),
    click.option("--text", help="Events with this text in actor, target, description or source."),
)


def filter_options(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the options that choose events; it gets them as `wanted`, an AuditFilter."""

    @functools.wraps(function)
    def with_filter(
        *args: Any,
        types: tuple[str, ...],
        actor: str | None,
        provider: str | None,
        break_glass: bool,
        since: datetime | None,
        until: datetime | None,
        text: str | None,
        **others: Any,
    ) -> R:
        if since is not None and until is not None and since >= until:
            raise click.UsageError("--since is not before --until, so nothing can match")
        wanted = AuditFilter(
            types=types,
            actor=None if actor is None else actor.strip(),
            provider=provider,
            break_glass=break_glass,
            since=since,
            until=until,
            text=text or None,
        )
        return function(*args, wanted=wanted, **others)

    for option in reversed(_OPTIONS):
        with_filter = option(with_filter)
    return with_filter


def tell_last_moment(wanted: AuditFilter) -> None:
    """Say on stderr up to when events were looked for, where --until set an end."""
    if wanted.last_moment is not None:
        last = moment(wanted.last_moment, seconds=True)
        tell(f"bgconsole: Searched events up to {last} UTC.")

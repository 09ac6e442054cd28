"""Loading the team for the main screen: what is quick first, the members after."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import Member
from bgconsole.policy.audit import EventType
from bgconsole.policy.refusals import Code
from bgconsole.tui.model.state import ConsoleState

CHANGES: Final = frozenset(
    kind
    for kind in EventType
    if kind.startswith(("sso.", "break_glass.user.", "provider.", "member.", "idp.", "system."))
)
"""The events after which the team has to be read again."""


async def newest_record(backend: Backend, caller: Caller) -> int | None:
    """Where the log ends now; None for somebody who may not read it.

    Raises the other BackendErrors of `audit_page`.
    """
    try:
        return (await backend.audit_page(caller, limit=1)).head
    except NotAllowedError as error:
        if error.code is not Code.FORBIDDEN:
            raise
        return None


async def read_team(
    backend: Backend, caller: Caller, known: Mapping[str, Member]
) -> AsyncIterator[ConsoleState]:
    """The team with the members as `known` so far, then with the members as they are.

    Raises the BackendErrors of `me`, `providers` and `members`.
    """
    me = await backend.me(caller)
    providers = await backend.providers(caller)
    yield ConsoleState(me, providers, known)
    if me.role.administers:
        members = await backend.members(caller)
        yield ConsoleState(me, providers, {member.email: member for member in members})

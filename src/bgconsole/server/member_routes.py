"""Accounts and memberships."""

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.values import Member, MemberAddition, OneTimeCode, Removal
from bgconsole.backend.wire import MemberChangeBody, MembersBody, OverrideBody, received
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.team import Role
from bgconsole.server.call import Call
from bgconsole.server.operations import Routes
from bgconsole.server.provider_routes import override_of

routes = Routes("members")

_MANY = 4 << 20
"""Bytes: an import of some ten thousand people."""


@routes.add("GET", "/members")
async def list_members(call: Call) -> tuple[Member, ...]:
    """Every account, by email.

    Accounts outside the team have no role.
    """
    return await call.backend.members(call.caller)


@routes.add(
    "POST",
    "/members",
    status=201,
    keyed=True,
    limit=_MANY,
    refuses=(Code.INVALID_EMAIL, Code.DUPLICATE, Code.INVALID_VALUE),
)
async def add_members(call: Call, body: MembersBody) -> tuple[OneTimeCode, ...]:
    """Add people, all or none.

    A former member starts over, unless they keep their old password. `kept` lists what they still
    have. The codes are shown only once.
    """
    additions = [received(one, MemberAddition) for one in body.members]
    return await call.backend.add_members(call.caller, additions)


@routes.add(
    "PATCH",
    "/members/{email}",
    keyed=True,
    refuses=(
        Code.UNKNOWN_MEMBER,
        Code.LAST_OWNER,
        Code.WOULD_LOCK_OUT,
        Code.INVALID_EMAIL,
        Code.DUPLICATE,
        Code.INVALID_VALUE,
    ),
)
async def change_member(call: Call, body: MemberChangeBody) -> Member:
    """Change a role, an email or a name.

    One of them at a time. With another email a person keeps lists, sessions, tokens and history. An
    empty name removes the name. `warnings` say which lists the role makes worse, or what the email
    looks like.
    """
    match body:
        case MemberChangeBody(role=Role() as role, email=None, name=None):
            return await call.backend.set_role(call.caller, call.email, role)
        case MemberChangeBody(role=None, email=str() as email, name=None):
            return await call.backend.rename_member(call.caller, call.email, email)
        case MemberChangeBody(role=None, email=None, name=str() as name):
            return await call.backend.set_name(call.caller, call.email, name)
        case _:
            message = "Change exactly one of role, email and name at a time"
            raise RefusedError(refusal(Code.INVALID_VALUE, message, "Send one of them"))


@routes.add(
    "DELETE",
    "/members/{email}",
    keyed=True,
    refuses=(Code.UNKNOWN_MEMBER, Code.LAST_OWNER, Code.WOULD_LOCK_OUT),
)
async def remove_member(call: Call, body: OverrideBody | None) -> Removal:
    """Remove a member and everything that belongs to the membership.

    That is sessions, script tokens, one-time code, links to identity providers, and entries on
    every list. `warnings` say which lists that makes worse.
    """
    return await call.backend.remove_member(call.caller, call.email, override_of(body))


@routes.add(
    "POST",
    "/members/{email}/reset",
    keyed=True,
    refuses=(Code.UNKNOWN_MEMBER, Code.WOULD_LOCK_OUT),
)
async def reset_member(call: Call, body: OverrideBody | None) -> OneTimeCode:
    """Remove the password and create a one-time code.

    Ends the person's sessions. The code is shown only once.
    """
    return await call.backend.reset_member(call.caller, call.email, override_of(body))


@routes.add("POST", "/members/{email}/unpause", keyed=True, refuses=(Code.UNKNOWN_MEMBER,))
async def unpause_member(call: Call) -> None:
    """Forget the failures counted against an account."""
    await call.backend.unpause(call.caller, call.email)

"""Coming in, proving it, going out."""

from bgconsole.backend.identity import Me, SignedIn, Welcome
from bgconsole.backend.wire import LoginBody, PasswordBody, PasswordChangeBody, RedeemBody
from bgconsole.policy.refusals import Code
from bgconsole.server.call import Call
from bgconsole.server.operations import Admission, Routes
from bgconsole.server.settings import SMALL_BODY

routes = Routes("session")

_PASSWORD = (Code.PASSWORD_TOO_SHORT, Code.PASSWORD_TOO_LONG, Code.PASSWORD_COMMON)


@routes.add("GET", "/welcome", admission=Admission.ANYBODY)
async def welcome(call: Call) -> Welcome:
    """What the sign-in screen shows.

    The same for everyone. `team` is null until there is a team.
    """
    return await call.backend.welcome()


@routes.add(
    "POST",
    "/login",
    admission=Admission.EITHER,
    limit=SMALL_BODY,
    refuses=(Code.LOGIN_FAILED, Code.THROTTLED, Code.PAUSED),
)
async def login(call: Call, body: LoginBody) -> SignedIn:
    """Sign in with a password.

    A refusal is the same whatever the reason. A drill needs the token of the person who runs it;
    its session has ended by the time of the answer.
    """
    signed_in = await call.backend.sign_in(call.caller, body.email, body.password, body.purpose)
    call.facts.break_glass = signed_in.is_break_glass
    call.facts.let_in = True
    return signed_in


@routes.add("POST", "/logout", admission=Admission.EITHER)
async def logout(call: Call) -> None:
    """End this session.

    It is not an error if the session has already ended. A script's token is revoked by its creator
    or an admin (`DELETE /v1/tokens/{id}`), not by itself: 403.
    """
    await call.backend.sign_out(call.caller)


@routes.add("POST", "/reauth", refuses=(Code.LOGIN_FAILED, Code.THROTTLED, Code.PAUSED))
async def reauthenticate(call: Call, body: PasswordBody) -> None:
    """Re-authenticate.

    Unlocks an idle session and allows changes for five minutes.
    """
    await call.backend.reauthenticate(call.caller, body.password)


@routes.add(
    "POST",
    "/redeem",
    admission=Admission.ANYBODY,
    keyed=True,
    limit=SMALL_BODY,
    refuses=(Code.CODE_INVALID, Code.THROTTLED, *_PASSWORD),
)
async def redeem(call: Call, body: RedeemBody) -> None:
    """Exchange a one-time code for a password."""
    await call.backend.redeem(call.caller, body.email, body.code, body.password)


@routes.add(
    "PUT",
    "/me/password",
    keyed=True,
    refuses=(Code.LOGIN_FAILED, Code.THROTTLED, Code.PAUSED, *_PASSWORD),
)
async def change_password(call: Call, body: PasswordChangeBody) -> None:
    """Change your own password.

    Ends your other sessions.
    """
    await call.backend.change_password(call.caller, body.current, body.password)


@routes.add("GET", "/me")
async def me(call: Call) -> Me:
    """This session.

    Also works for a locked session.
    """
    return await call.backend.me(call.caller)


@routes.add("POST", "/me/touch")
async def touch(call: Call) -> None:
    """Report a key press: the session is not idle."""
    await call.backend.touch(call.caller)

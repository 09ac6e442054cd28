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

    The same for everybody, known or not; `team` is null while nothing is set up.
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
    """Open a session by password.

    A refusal says the same whatever the reason was. A drill is asked for with the token of whoever
    drills; its session has ended when the answer comes.
    """
    signed_in = await call.backend.sign_in(call.caller, body.email, body.password, body.purpose)
    call.facts.break_glass = signed_in.is_break_glass
    call.facts.let_in = True
    return signed_in


@routes.add("POST", "/logout", admission=Admission.EITHER)
async def logout(call: Call) -> None:
    """End the session that asks.

    One that has ended already is no error. A script's token is ended by its creator or another
    admin (`DELETE /v1/tokens/{id}`), never by itself: 403.
    """
    await call.backend.sign_out(call.caller)


@routes.add("POST", "/reauth", refuses=(Code.LOGIN_FAILED, Code.THROTTLED, Code.PAUSED))
async def reauthenticate(call: Call, body: PasswordBody) -> None:
    """Prove that it is still the same person.

    Unlocks an idle session, and opens the five minutes in which changes are allowed.
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
    """Turn a one-time code into a password."""
    await call.backend.redeem(call.caller, body.email, body.code, body.password)


@routes.add(
    "PUT",
    "/me/password",
    keyed=True,
    refuses=(Code.LOGIN_FAILED, Code.THROTTLED, Code.PAUSED, *_PASSWORD),
)
async def change_password(call: Call, body: PasswordChangeBody) -> None:
    """Change one's own password.

    Ends one's other sessions.
    """
    await call.backend.change_password(call.caller, body.current, body.password)


@routes.add("GET", "/me")
async def me(call: Call) -> Me:
    """The session that asks.

    A locked session may ask too.
    """
    return await call.backend.me(call.caller)


@routes.add("POST", "/me/touch")
async def touch(call: Call) -> None:
    """A key was pressed: the session is not idle."""
    await call.backend.touch(call.caller)

"""Looking after a server from afar: the line to it, who it is, its version; then what it finds."""

from collections.abc import AsyncIterator
from typing import Final

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.remote.answer import Answer
from bgconsole.backend.remote.asking import Asking
from bgconsole.backend.remote.credentials import Headers
from bgconsole.backend.remote.request import Kind, Request, path_of
from bgconsole.backend.values import Finding, Severity
from bgconsole.policy.refusals import Refusal

_LINE: Final = "line"


async def doctor(asking: Asking, headers: Headers, *, signed_in: bool) -> tuple[Finding, ...]:
    """What is and is not as it should be on the way to the server, and behind it.

    A server that cannot be reached is a finding; so is that it tells its own findings to owners
    and admins only.
    """
    return tuple([finding async for finding in _findings(asking, headers, signed_in=signed_in)])


async def _findings(asking: Asking, headers: Headers, *, signed_in: bool) -> AsyncIterator[Finding]:
    url = asking.link.url
    try:
        greeting = await asking.answer(Request(Kind.READ, "GET", "/welcome"))
    except BackendError as error:
        yield _problem(error.refusal)
        return
    yield Finding(_LINE, Severity.OK, f"The server at {url} answers")
    if url.startswith("https://"):
        yield Finding("tls", Severity.OK, "Its certificate is valid and from a trusted CA")
    else:
        yield Finding(
            "tls", Severity.OK, ("Not used: plain HTTP, which does not leave this machine")
        )
    yield _version(asking, greeting)
    if not signed_in:
        yield _more('Run "bgconsole sign-in EMAIL", then run this again')
        return
    try:
        request = Request(Kind.READ, "GET", path_of("doctor"), headers)
        behind = await asking.value(request, tuple[Finding, ...])
    except NotAllowedError as error:
        yield _more(error.refusal.remedy)
    except BackendError as error:
        yield _problem(error.refusal)
    else:
        for finding in behind:
            yield finding


def _version(asking: Asking, greeting: Answer) -> Finding:
    own, other = asking.link.version, greeting.version
    if own == other:
        return Finding("version", Severity.OK, f"{own} on both sides")
    told = f"The server is bgconsole {other[:40] or '(it does not say)'}, this is {own}"
    return Finding("version", Severity.NOTE, told, "Use the same version on both sides")


def _more(remedy: str) -> Finding:
    told = "The server shows what is behind it only to owners and admins"
    return Finding("server", Severity.NOTE, told, remedy)


def _problem(refused: Refusal) -> Finding:
    return Finding(_LINE, Severity.PROBLEM, refused.message, refused.remedy)

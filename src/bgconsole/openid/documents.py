"""JSON documents of a provider: read from an answer, and what is said of one that is none."""

import json
from typing import Any, Final, cast

from bgconsole.openid.errors import OpenIdError, SsoStep, quoted, unreachable
from bgconsole.openid.transport import HttpAnswer

Document = dict[str, Any]

_WORDS: Final = {
    SsoStep.DISCOVERY: "discovery document",
    SsoStep.KEYS: "key set",
    SsoStep.DEVICE: "answer to the device authorization request",
    SsoStep.TOKEN: "answer of the token endpoint",
    SsoStep.USERINFO: "answer of the UserInfo endpoint",
}
_CHECK: Final = "Check the issuer: with /.well-known/openid-configuration added it must give JSON"


def fetched(answer: HttpAnswer, step: SsoStep) -> Document:
    """The document in the answer to a GET. Raises OpenIdError unless it is there and complete."""
    what, status = _WORDS[step], answer.status
    if 300 <= status < 400:
        raise unreachable(
            step,
            f"The {what} is not at {quoted(answer.url)}: it redirects to {quoted(answer.location)}",
            "Redirects are not followed; write the issuer exactly as the provider states it",
        )
    if status == 404:
        raise unreachable(step, f"There is no {what} at {quoted(answer.url)} (404)", _CHECK)
    if status >= 500 or status == 429:
        raise overloaded(answer, step)
    if status != 200:
        raise unreachable(
            step, f"{quoted(answer.url)} answers with status {status} instead of a {what}", _CHECK
        )
    return parsed(answer, step)


def overloaded(answer: HttpAnswer, step: SsoStep) -> OpenIdError:
    """The provider answers that it cannot answer."""
    return unreachable(
        step,
        f"{quoted(answer.url)} reports an error (status {answer.status})",
        "Try again later; check the provider's status page",
        passing=True,
    )


def parsed(answer: HttpAnswer, step: SsoStep) -> Document:
    """The JSON object in the answer, whatever its status. Raises OpenIdError."""
    what = _WORDS[step]
    if not answer.is_json:
        kind = answer.content_type or "nothing it names"
        raise unreachable(
            step, f"The {what} at {quoted(answer.url)} is not JSON but {quoted(kind)}", _CHECK
        )
    try:
        found = json.loads(answer.body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise unreachable(
            step, f"The {what} at {quoted(answer.url)} is not valid JSON", _CHECK
        ) from error
    if not isinstance(found, dict):
        raise unreachable(
            step, f"The {what} at {quoted(answer.url)} is JSON, but not an object", _CHECK
        )
    return cast("Document", found)


def text(document: Document, name: str) -> str | None:
    """A member that is a text of reasonable length, or None."""
    found = document.get(name)
    return found if isinstance(found, str) and 0 < len(found) <= 8192 else None


def seconds(document: Document, name: str, default: int, most: int) -> int:
    """A member that is a whole, positive number of seconds, `most` at most."""
    found = document.get(name)
    if isinstance(found, str) and found.isdecimal() and len(found) < 10:
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or found <= 0:
        return default
    return int(min(found, most))


def _no_number(_text: str) -> None:
    raise ValueError("NaN and Infinity are not valid JSON")

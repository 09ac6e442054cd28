"""What a caller brings along: headers, made with care, since tokens and keys come from outside."""

import secrets
from typing import Final

from bgconsole.backend.errors import NotAllowedError, RefusedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.wire import IDEMPOTENCY_KEY, MAX_KEY, MIN_KEY, UNATTENDED
from bgconsole.policy.refusals import Code, refusal

Headers = tuple[tuple[str, str], ...]

_KEY_BYTES: Final = 24


def headers_of(caller: Caller) -> Headers:
    """The headers of `caller`'s requests. Raises NotAllowedError for what is no token at all."""
    headers: list[tuple[str, str]] = []
    if caller.token is not None:
        if not _is_visible(caller.token):
            raise NotAllowedError(refusal(Code.SIGNED_OUT))
        headers.append(("Authorization", f"Bearer {caller.token}"))
    if not caller.attended:
        headers.append((UNATTENDED, "1"))
    return tuple(headers)


def key_of(caller: Caller) -> Headers:
    """The header that names one change: the caller's key, or one made for it.

    Raises RefusedError `invalid_request` when the caller's is no key.
    """
    key = secrets.token_urlsafe(_KEY_BYTES) if caller.key is None else caller.key
    if not (MIN_KEY <= len(key) <= MAX_KEY and _is_visible(key)):
        raise RefusedError(
            refusal(
                Code.INVALID_REQUEST,
                f"A key has {MIN_KEY} to {MAX_KEY} ASCII characters without spaces",
            )
        )
    return ((IDEMPOTENCY_KEY, key),)


def _is_visible(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text

"""What was approved, denied or still waits: browser requests, codes and device codes.

All of it is in memory, expires, and has a bound: the oldest makes room for the newest.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Generic, TypeVar

from bgconsole.demo.identity_provider.authorization import AuthorizationRequest
from bgconsole.demo.identity_provider.protocol import OAuthError, ProtocolError
from bgconsole.demo.people import Colleague

_MOST_WAITING: Final = 200
"""Of each kind."""

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""Of user codes: no vowels, so no words; nothing that looks like a digit (RFC 8628 section 6.1)."""

_CODE_SECONDS: Final = 60.0
_SLOWER: Final = 5.0
"""How many seconds `slow_down` adds to the interval (RFC 8628 section 3.5)."""
_EARLY: Final = 0.2
"""A poll may come so much too early: the line does not take the same time each way."""


class GrantAnswer(Enum):
    """What the person at the page chose."""

    WAITING = auto()
    APPROVED = auto()
    DENIED = auto()


@dataclass(frozen=True, slots=True)
class Approval:
    """Who signed in, and when (Unix time)."""

    who: Colleague
    at: int
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    request: AuthorizationRequest
    approval: Approval


@dataclass(slots=True)
class Device:
    """A terminal that waits for somebody to approve it on the page. Times are monotonic seconds."""

    user_code: str
    interval: float
    asked_at: float = field(default=float("-inf"))
    answer: GrantAnswer = GrantAnswer.WAITING
    approval: Approval | None = None


T = TypeVar("T")


class _Waiting(Generic[T]):
    """Things that are found by a secret and expire."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, tuple[float, T]] = {}

    def add(self, key: str, thing: T) -> None:
        """Keep it, in place of the oldest where there are too many."""
        if len(self._kept) >= _MOST_WAITING:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (self._clock() + self._seconds, thing)

    def get(self, key: str) -> T | None:
        """What is there, unless it has expired."""
        ends, thing = self._kept.get(key, (0.0, None))
        return thing if thing is not None and self._clock() < ends else None

    def take(self, key: str) -> T | None:
        """What is there, unless it has expired; it is then gone."""
        thing = self.get(key)
        self._kept.pop(key, None)
        return thing

    def has_expired(self, key: str) -> bool:
        """Whether it was there, and its time is over."""
        return key in self._kept and self.get(key) is None


class Grants:
    """Everything that somebody may still approve, or a client may still redeem."""

    def __init__(
        self, lifetime: float, interval: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Requests wait `lifetime` seconds for somebody; devices poll every `interval` seconds."""
        self.lifetime = lifetime
        self.interval = interval
        self._clock = clock
        self._requests = _Waiting[AuthorizationRequest](lifetime, clock)
        self._codes = _Waiting[_Code](min(_CODE_SECONDS, lifetime), clock)
        self._devices = _Waiting[Device](lifetime, clock)
        self._by_user_code = _Waiting[Device](lifetime, clock)

    def keep(self, request: AuthorizationRequest) -> str:
        """Let a browser's request wait for an answer; what its page is to send back."""
        handle = secrets.token_urlsafe(24)
        self._requests.add(handle, request)
        return handle

    def answered(self, handle: str) -> AuthorizationRequest | None:
        """The request that is answered now, once; None: answered before, or too late."""
        return self._requests.take(handle)

    def give_code(self, request: AuthorizationRequest, who: Colleague) -> str:
        """A code that the client may redeem once, within a minute."""
        code = secrets.token_urlsafe(24)
        self._codes.add(code, _Code(request, Approval(who, int(time.time()), request.nonce)))
        return code

    def redeem_code(self, code: str, redirect_uri: str, verifier: str) -> Approval:
        """Who approved. A code is used up by the first try, also by one that fails."""
        kept = self._codes.take(code)
        if kept is None:
            raise ProtocolError(OAuthError.INVALID_GRANT, "The code is unknown, used or expired")
        if kept.request.redirect_uri != redirect_uri:
            raise ProtocolError(OAuthError.INVALID_GRANT, "The redirect address is not the same")
        if not secrets.compare_digest(_challenge(verifier), kept.request.challenge):
            raise ProtocolError(OAuthError.INVALID_GRANT, "The code verifier is not the right one")
        return kept.approval

    def add_device(self) -> tuple[str, Device]:
        """A terminal that waits: its device code, and what it shows."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        device = Device(f"{letters[:4]}-{letters[4:]}", self.interval)
        device_code = secrets.token_urlsafe(32)
        self._devices.add(device_code, device)
        self._by_user_code.add(letters, device)
        return device_code, device

    def device(self, user_code: str) -> Device | None:
        """The terminal that shows this code, however it was typed, if it still waits."""
        letters = "".join(char for char in user_code.upper() if char in _LETTERS)
        found = self._by_user_code.get(letters)
        return found if found is not None and found.answer is GrantAnswer.WAITING else None

    def answer_device(self, device: Device, who: Colleague | None) -> None:
        """Approve it as somebody, or deny it."""
        device.answer = GrantAnswer.DENIED if who is None else GrantAnswer.APPROVED
        device.approval = None if who is None else Approval(who, int(time.time()))

    def poll(self, device_code: str) -> Approval:
        """Who approved; RefusedError while nobody has, and where nobody will."""
        device = self._devices.get(device_code)
        if device is None:
            if self._devices.has_expired(device_code):
                raise ProtocolError(OAuthError.EXPIRED_TOKEN, "The device code has expired")
            raise ProtocolError(OAuthError.INVALID_GRANT, "The device code is unknown or used")
        if device.approval is not None:
            self._devices.take(device_code)
            return device.approval
        if device.answer is GrantAnswer.DENIED:
            raise ProtocolError(OAuthError.ACCESS_DENIED, "The person denied it")
        self._pace(device)
        raise ProtocolError(OAuthError.AUTHORIZATION_PENDING, "Nobody has approved it yet")

    def _pace(self, device: Device) -> None:
        now, before = self._clock(), device.asked_at
        device.asked_at = now
        if now - before < device.interval - _EARLY:
            device.interval += _SLOWER
            raise ProtocolError(OAuthError.SLOW_DOWN, f"Wait {device.interval:.0f} s between polls")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

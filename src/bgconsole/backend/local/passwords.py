"""Hashing and judging passwords: argon2id, a bounded number at a time."""

import base64
import os
import secrets
import sys
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, Protocol

from bgconsole.backend.errors import CrowdedError, RefusedError
from bgconsole.backend.strength import guessable
from bgconsole.policy.passwords import MAX_LENGTH, check_length, normalised
from bgconsole.policy.refusals import Code, refusal

MAX_TRIED = 4 * MAX_LENGTH
"""Code points of a password that is looked at when it is checked; a longer one is wrong."""

SLOTS = 2
"""Hashes at a time; all but one may be taken from sources that are not known."""

QUEUE = 8
"""How many may wait for a slot, counted apart for known and unknown sources."""

_LOWER: Final = 10
"""By how much the priority of what is hashed for unknown sources is lower (a nice value). A tenth
of a processor's time is theirs where others want it, all of it where nobody does."""


class Hasher(Protocol):
    """A password hash function with its parameters."""

    def hash(self, password: bytes) -> str:
        """The encoded hash, with salt and parameters in it."""
        ...

    def verify(self, encoded: str, password: bytes) -> bool:
        """Whether `password` belongs to `encoded`; costs one hash either way."""
        ...

    def needs_rehash(self, encoded: str) -> bool:
        """Whether `encoded` was made with other parameters."""
        ...

    def decoy(self) -> str:
        """A hash that no password belongs to, which costs as much to verify as a real one."""
        ...


class Argon2Hasher:
    """argon2id with argon2-cffi's default parameters (RFC 9106, low memory), unless given others.

    `memory_cost` is in KiB. Cheaper parameters are for sample data and tests.
    """

    def __init__(
        self,
        *,
        time_cost: int | None = None,
        memory_cost: int | None = None,
        parallelism: int | None = None,
    ) -> None:
        import argon2

        self._argon2 = argon2.PasswordHasher(
            time_cost=time_cost or argon2.DEFAULT_TIME_COST,
            memory_cost=memory_cost or argon2.DEFAULT_MEMORY_COST,
            parallelism=parallelism or argon2.DEFAULT_PARALLELISM,
        )

    def hash(self, password: bytes) -> str:
        return self._argon2.hash(password)

    def verify(self, encoded: str, password: bytes) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._argon2.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, encoded: str) -> bool:
        return self._argon2.check_needs_rehash(encoded)

    def decoy(self) -> str:
        own = self._argon2
        salt, digest = (
            base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
            for size in (own.salt_len, own.hash_len)
        )
        costs = f"m={own.memory_cost},t={own.time_cost},p={own.parallelism}"
        return f"$argon2id$v=19${costs}${salt}${digest}"


def crowded() -> CrowdedError:
    """Nobody more can be judged just now."""
    return CrowdedError(
        refusal(
            Code.UNAVAILABLE,
            "Too many people are signing in",
            "Try again in a few seconds",
        )
    )


class HashingSlots:
    """Lets so many hash at a time; one slot is kept for known sources, and each kind has its queue.

    Fails closed: past the queue nobody is hashed for.
    """

    def __init__(self, slots: int = SLOTS, queue: int = QUEUE) -> None:
        self._slots, self._queue = slots, queue
        self._free = threading.Condition()
        self._running = {True: 0, False: 0}
        self._waiting = {True: 0, False: 0}

    @contextmanager
    def taken(self, *, known: bool) -> Generator[None]:
        """Hold a slot. Raises CrowdedError when too many wait already."""
        with self._free:
            if not self._open(known):
                self._wait(known)
            self._running[known] += 1
        try:
            yield
        finally:
            with self._free:
                self._running[known] -= 1
                self._free.notify_all()

    def _wait(self, known: bool) -> None:
        if self._waiting[known] >= self._queue:
            raise crowded()
        self._waiting[known] += 1
        try:
            self._free.wait_for(lambda: self._open(known))
        finally:
            self._waiting[known] -= 1

    def _open(self, known: bool) -> bool:
        if sum(self._running.values()) >= self._slots:
            return False
        return known or self._running[False] < self._slots - 1


class Passwords:
    """The team's way with passwords. The hasher is made on first use, for its import is heavy."""

    def __init__(self, hasher: Hasher | None = None, slots: HashingSlots | None = None) -> None:
        self._given = hasher
        self._slots = slots or HashingSlots()
        self._decoy = ""
        self._lock = threading.Lock()
        self._giving_way = ThreadPoolExecutor(SLOTS - 1, "bgconsole-strangers-hash", _give_way)

    def check(self, encoded: str | None, password: str, *, known: bool) -> bool:
        """Whether `password` belongs to `encoded`; always costs one hash, also for None.

        Raises CrowdedError when too many hash already.
        """
        hasher = self._hasher()
        judged = encoded is not None and len(password) <= MAX_TRIED
        held = encoded if encoded is not None else self._decoy
        with self._slots.taken(known=known):
            tried = _bytes(password[:MAX_TRIED])
            if known:
                return hasher.verify(held, tried) and judged
            return self._giving_way.submit(hasher.verify, held, tried).result() and judged

    def hash(self, password: str, *, known: bool) -> str:
        """The hash to store. Raises CrowdedError when too many hash already."""
        hasher = self._hasher()
        with self._slots.taken(known=known):
            if known:
                return hasher.hash(_bytes(password))
            return self._giving_way.submit(hasher.hash, _bytes(password)).result()

    def needs_rehash(self, encoded: str) -> bool:
        """Whether a stored hash is weaker (or stronger) than what would be made now."""
        return self._hasher().needs_rehash(encoded)

    def _hasher(self) -> Hasher:
        with self._lock:
            if self._given is None:
                self._given = Argon2Hasher()
            if not self._decoy:
                self._decoy = self._given.decoy()
            return self._given


def _give_way() -> None:
    """Let this thread, and those that it begins to hash with, leave the processors to others.

    Only Linux has priorities of threads. A thread cannot be given back the one it had, and one that
    holds a lock must not wait for its turn: so this one does nothing but hash.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _LOWER)


def demand_length(password: str) -> None:
    """Raises RefusedError `password_too_short` or `password_too_long`."""
    refused = check_length(password)
    if refused is not None:
        raise RefusedError(refused)


def demand_strength(password: str, words: Sequence[str], *, listed: bool = False) -> None:
    """Raises RefusedError `password_common` when it is easy to guess for one who knows `words`.

    More is asked where it is of somebody on a break-glass list (`listed`).
    """
    refused = guessable(password, words, listed=listed)
    if refused is not None:
        raise RefusedError(refused)


def _bytes(password: str) -> bytes:
    return normalised(password).encode("utf-8", "surrogatepass")

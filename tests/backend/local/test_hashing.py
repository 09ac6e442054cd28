"""How passwords are hashed: at which cost, how many at a time, and how often."""

import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bgconsole.backend.errors import NotAllowedError, UnavailableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.passwords import Argon2Hasher, HashingSlots, Passwords
from bgconsole.policy.refusals import Code
from tests.backend.world import (
    CHEAP,
    CONSOLE,
    OWNER,
    PASSWORD,
    MovableClock,
    World,
    network,
    refused,
)


class CountingHasher:
    """The cheap hasher, which counts what it did."""

    def __init__(self, hasher: Argon2Hasher = CHEAP) -> None:
        self._hasher = hasher
        self.verified: list[str] = []
        self.hashed = 0

    def hash(self, password: bytes) -> str:
        self.hashed += 1
        return self._hasher.hash(password)

    def verify(self, encoded: str, password: bytes) -> bool:
        self.verified.append(encoded)
        return self._hasher.verify(encoded, password)

    def needs_rehash(self, encoded: str) -> bool:
        return self._hasher.needs_rehash(encoded)

    def decoy(self) -> str:
        return self._hasher.decoy()


def test_the_product_hashes_with_argon2id_at_the_library_s_default_cost() -> None:
    hasher = Argon2Hasher()
    encoded = hasher.hash(b"plum violin harbour staple")
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert hasher.verify(encoded, b"plum violin harbour staple")
    assert not hasher.needs_rehash(encoded)
    decoy = hasher.decoy()
    assert decoy.split("$")[:4] == encoded.split("$")[:4]
    assert [len(part) for part in decoy.split("$")] == [len(part) for part in encoded.split("$")]
    assert not hasher.verify(decoy, b"plum violin harbour staple")


def test_a_hash_that_cannot_be_read_is_no_password() -> None:
    assert not CHEAP.verify("", b"x")
    assert not CHEAP.verify("$argon2id$nonsense", b"x")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (OWNER, PASSWORD),
        (OWNER, "wrong"),
        (OWNER, ""),
        (OWNER, "x" * 1_000_000),
        ("nobody@acme.test", PASSWORD),
        ("no email", PASSWORD),
        ("sso@acme.test", PASSWORD),
        ("gone@acme.test", PASSWORD),
        ("plain@acme.test", PASSWORD),
    ],
)
async def test_every_login_costs_exactly_one_hash(
    world: World, path: Path, email: str, password: str
) -> None:
    await world.add("plain", "gone")
    await world.add("sso", password=None)
    await world.backend.remove_member(world.owner, "gone@acme.test")
    await world.enforce("entra", OWNER)
    hasher = CountingHasher()
    backend = LocalBackend.at(path, clock=world.clock, hasher=hasher)
    with suppress(NotAllowedError):
        await backend.sign_in(Caller(CONSOLE), email, password)
    await backend.close()
    assert (len(hasher.verified), hasher.hashed) == (1, 0)


async def test_a_throttled_attempt_costs_no_hash_known_email_or_not(
    world: World, path: Path
) -> None:
    hasher = CountingHasher()
    backend = LocalBackend.at(path, clock=world.clock, hasher=hasher)
    caller = Caller(network("192.0.2.1"))
    for email in (OWNER, "nobody@acme.test"):
        for _ in range(5):
            with refused(Code.LOGIN_FAILED):
                await backend.sign_in(caller, email, "wrong")
        hasher.verified.clear()
        with refused(Code.THROTTLED):
            await backend.sign_in(caller, email, PASSWORD)
        assert hasher.verified == []
    await backend.close()


async def test_a_hash_of_other_cost_is_renewed_by_a_success_only(world: World, path: Path) -> None:
    dearer = CountingHasher(Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1))
    backend = LocalBackend.at(path, clock=world.clock, hasher=dearer)
    with refused(Code.LOGIN_FAILED):
        await backend.sign_in(Caller(CONSOLE), OWNER, "wrong")
    assert dearer.hashed == 0
    for _ in range(2):
        await backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    await backend.close()
    assert dearer.hashed == 1
    assert "m=8,t=1" in dearer.verified[1]
    assert "m=16,t=2" in dearer.verified[2]


class _Prioritised:
    """Tells at which priority it was asked to hash."""

    def __init__(self) -> None:
        self.at: list[int] = []

    def hash(self, password: bytes) -> str:
        self._note()
        return CHEAP.hash(password)

    def verify(self, encoded: str, password: bytes) -> bool:
        self._note()
        return CHEAP.verify(encoded, password)

    def needs_rehash(self, encoded: str) -> bool:
        return CHEAP.needs_rehash(encoded)

    def decoy(self) -> str:
        return CHEAP.decoy()

    def _note(self) -> None:
        self.at.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_hashing_for_unknown_sources_gives_way_to_all_else() -> None:
    hasher = _Prioritised()
    passwords = Passwords(hasher)
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    encoded = passwords.hash(PASSWORD, known=True)
    assert passwords.check(encoded, PASSWORD, known=False)
    assert not passwords.check(None, PASSWORD, known=False)
    passwords.hash(PASSWORD, known=False)
    assert passwords.check(encoded, PASSWORD, known=True)
    assert hasher.at[1] > own
    assert hasher.at == [own, hasher.at[1], hasher.at[1], hasher.at[1], own]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


@contextmanager
def held(slots: HashingSlots, *, known: bool, times: int) -> Generator[list[str]]:
    """So many threads that hold a slot, or wait for one, until the block ends."""
    release = threading.Event()
    told: list[str] = []
    arrived = threading.Semaphore(0)

    def hold() -> None:
        try:
            arrived.release()
            with slots.taken(known=known):
                told.append("taken")
                release.wait()
        except UnavailableError:
            told.append("refused")

    threads = [threading.Thread(target=hold) for _ in range(times)]
    for thread in threads:
        thread.start()
        arrived.acquire()
    try:
        yield told
    finally:
        release.set()
        for thread in threads:
            thread.join()


def wait_until(slots: HashingSlots, *, waiting: int, known: bool) -> None:
    """Wait until so many stand in the queue."""
    while slots._waiting[known] < waiting:
        threading.Event().wait(0.001)


def test_strangers_never_take_the_last_slot_nor_the_known_ones_queue() -> None:
    slots = HashingSlots(slots=2, queue=3)
    with held(slots, known=False, times=4) as strangers:
        wait_until(slots, waiting=3, known=False)
        with pytest.raises(UnavailableError) as caught, slots.taken(known=False):
            pass
        assert caught.value.refusal.message == "Too many people are signing in"
        assert strangers == ["taken"]
        with slots.taken(known=True):
            pass
        with held(slots, known=True, times=2) as known:
            wait_until(slots, waiting=1, known=True)
            assert known == ["taken"]
    assert strangers == ["taken"] * 4
    assert known == ["taken"] * 2


def test_an_unknown_account_is_checked_against_a_decoy() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher)
    assert not passwords.check(None, PASSWORD, known=True)
    assert len(hasher.verified) == 1


async def test_reads_go_on_while_every_slot_is_taken(world: World, path: Path) -> None:
    clock = MovableClock()
    slots = HashingSlots(slots=2, queue=0)
    backend = LocalBackend.at(path, clock=clock, hasher=CHEAP)
    object.__setattr__(backend._parts, "passwords", Passwords(CHEAP, slots))
    with held(slots, known=True, times=2):
        with refused(Code.UNAVAILABLE):
            await backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
        assert (await backend.me(world.owner)).email == OWNER
    await backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    await backend.close()

"""What events say in words: whom, why, how it ended; and where they came from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bgconsole.policy.audit import AuditEvent, EventType, Outcome
from bgconsole.policy.event_source import source_words
from bgconsole.policy.event_words import Names, event_words, types_saying

SHORT = Names(lambda email: email.partition("@")[0], {"entra": "Entra"}.__getitem__)


def event(kind: EventType, description: str = "as stored", **told: object) -> AuditEvent:
    fields: dict[str, object] = {
        "actor": "olga@x.example",
        "target": None,
        "provider": None,
        "outcome": Outcome.SUCCESS,
        "metadata": {},
        "source": "10.2.0.14",
        **told,
    }
    at = datetime(2026, 11, 28, 3, tzinfo=UTC)
    return AuditEvent(seq=7, id="", at=at, type=kind, description=description, prev_hash="",
                      hash="", **fields)  # fmt: skip  # pyright: ignore[reportArgumentType]


INGRID = {"target": "ingrid@x.example", "provider": "entra"}


@pytest.mark.parametrize(
    ("kind", "told", "words"),
    [
        (EventType.ENTRY_REMOVED, INGRID, "removed ingrid from Entra"),
        (EventType.ENTRY_ADDED, {**INGRID, "target": "bo@x.example"}, "added bo to Entra"),
        (
            EventType.SESSION_REVOKED,
            {**INGRID, "metadata": {"reasonCode": "sso_required"}},
            "ended ingrid's session: sso_required",
        ),
        (
            EventType.SESSION_REVOKED,
            {"target": "olga@x.example"},
            "ended their own session",
        ),
        (
            EventType.GUARD_OVERRIDDEN,
            {"target": "Entra", "provider": "entra", "metadata": {"reason": "Entra is gone {0}"}},
            "overrode the lock-out guard of Entra: Entra is gone {0}",
        ),
        (
            EventType.MEMBER_ROLE_CHANGED,
            {**INGRID, "metadata": {"before": "member", "after": "admin"}},
            "made ingrid admin, was member",
        ),
        (
            EventType.PROVIDER_CHANGED,
            {"provider": "entra", "metadata": {"after": {"client_id": 1, "name{x}": 2}}},
            "changed client id, name{x} of Entra",
        ),
        (EventType.AUDIT_EXPORTED, {"metadata": {"count": 2093}}, "exported 2,093 events"),
        (EventType.IDP_UP, {"provider": "entra", "metadata": {"after": "degraded"}},
         "Entra is degraded"),
        (EventType.MEMBER_PASSWORD_SET, {"target": "olga@x.example"}, "as stored"),
        (EventType.UNKNOWN, {}, "as stored"),
    ],
)  # fmt: skip
def test_words_say_whom_and_why(kind: EventType, told: dict[str, Any], words: str) -> None:
    assert event_words(event(kind, **told), SHORT)[0] == words


def test_shorter_words_keep_whom_and_how_it_ended() -> None:
    failed = {
        "outcome": Outcome.FAILURE,
        "metadata": {"reasonCode": "throttled", "count": 1200, "isBreakGlassAccess": True},
    }
    found = event_words(event(EventType.LOGIN_FAILURE, "Login attempt failed", **failed), SHORT)
    assert found[0] == "Login attempt failed: throttled, 1,200 times"
    assert all("throttled" in form for form in found)
    assert all("ingrid" in form for form in event_words(event(EventType.ENTRY_REMOVED, **INGRID)))


@pytest.mark.parametrize("kind", EventType)
def test_every_type_has_words_whatever_is_stored(kind: EventType) -> None:
    for outcome in Outcome:
        for target in (None, "olga@x.example", "{whom}", "ingrid@x.example"):
            odd = {"before": ["{x}"], "after": {"{y": "}"}, "reason": 7, "count": "many"}
            found = event_words(event(kind, outcome=outcome, target=target, metadata=odd))
            assert found
            assert all(found)


def test_types_are_found_by_what_their_rows_say() -> None:
    assert types_saying("ENDED") == {EventType.SESSION_REVOKED, EventType.MEMBER_UNPAUSED}
    assert EventType.ENTRY_REMOVED in types_saying("removed")
    assert types_saying("whom") == frozenset()
    assert types_saying("no such words") == frozenset()


@dataclass(frozen=True)
class _Here:
    name: str = "vm"

    def user_name(self, uid: int) -> str | None:
        return {1000: "olga"}.get(uid)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("vm uid 0 pts/0", "this host (vm), user root"),
        ("vm uid 1000", "this host (vm), user olga"),
        ("vm uid 1001 tty1", "this host (vm), uid 1001"),
        ("db1 uid 1000 pts/0", "host db1, uid 1000"),
        ("db1 uid 0", "host db1, user root"),
        ("vm ssh 192.0.2.7 uid 0 pts/1", "192.0.2.7 over SSH, this host (vm), user root"),
        (
            "vm ssh 2001:db8::7 SHA256:abc uid 1000 pts/1",
            "2001:db8::7 over SSH, this host (vm), user olga",
        ),
        ("192.0.2.7", "192.0.2.7"),
        ("bgconsole", "bgconsole"),
        ("vm uid 0 pts/0 and more", "vm uid 0 pts/0 and more"),
        ("vm uid ٣", "vm uid ٣"),
        ("x" * 9_000 + " uid 0", "x" * 9_000 + " uid 0"),
        ("", ""),
    ],
)
def test_a_source_is_said_in_plain_words(source: str, words: str) -> None:
    assert source_words(source, _Here()) == words

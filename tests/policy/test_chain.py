"""The hash chain: RFC 8785 against another implementation, fixed vectors, and what breaks it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bgconsole.policy.audit import AuditEvent, EventType, Outcome
from bgconsole.policy.chain import (
    GENESIS,
    NotCanonicalError,
    canonical_json,
    chain_hash,
    event_fields,
    parse_timestamp,
    timestamp,
)
from tests.hostile.corpus import STORABLE, SURROGATES

MAX_SAFE = 2**53 - 1

scalars = st.none() | st.booleans() | st.integers(-MAX_SAFE, MAX_SAFE) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)

EVENT = AuditEvent(
    seq=1,
    id="019500a0-0000-7000-8000-000000000001",
    at=datetime(2026, 3, 1, 9, 30, 0, 5, tzinfo=UTC),
    type=EventType.LOGIN_SUCCESS,
    outcome=Outcome.SUCCESS,
    actor="olga@harbor.example",
    target=None,
    provider="entra",
    description="Break-glass user logged in via password",
    metadata={"isBreakGlassAccess": True, "idpState": "down"},
    source="bastion uid 1000",
    prev_hash=GENESIS,
    hash="",
)


@given(values)
def test_canonical_json_is_rfc_8785(value: Any) -> None:
    """Compared with the package `rfc8785`."""
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("text", STORABLE, ids=lambda text: ascii(text[:20]))
def test_canonical_json_of_hostile_text(text: str) -> None:
    value = {text: [text], "key": text}
    assert canonical_json(value) == rfc8785.dumps(value)
    assert json.loads(canonical_json(value)) == value


def test_canonical_json_examples_of_the_rfc() -> None:
    """RFC 8785, 3.2.2 (literals and strings) and 3.2.3 (order by UTF-16 code units)."""
    assert canonical_json([None, True, False]) == b"[null,true,false]"
    assert canonical_json('€$\x0f\nA\'B"\\\\"/') == rb'"' + (
        '€$\\u000f\\nA\'B\\"\\\\\\\\\\"/'.encode() + rb'"'
    )
    unordered = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(unordered))) == ordered


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        MAX_SAFE + 1,
        -MAX_SAFE - 1,
        b"bytes",
        {1: "a key that is no string"},
        {"deep": [{"er": 0.5}]},
        datetime(2026, 3, 1, tzinfo=UTC),
        {"set"},
        *SURROGATES,
        {SURROGATES[0]: 1},
    ],
    ids=repr,
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical_json(value)


def test_fixed_vector_of_the_first_event() -> None:
    """Made by hand from the format: any change of the format breaks every stored log."""
    body = (
        b'{"actor":"olga@harbor.example","at":"2026-03-01T09:30:00.000005Z",'
        b'"description":"Break-glass user logged in via password",'
        b'"id":"019500a0-0000-7000-8000-000000000001",'
        b'"metadata":{"idpState":"down","isBreakGlassAccess":true},"outcome":"success",'
        b'"provider":"entra","seq":1,"source":"bastion uid 1000","target":null,'
        b'"type":"auth.login.success"}'
    )
    assert canonical_json(event_fields(EVENT)) == body
    expected = hashlib.sha256(b"bgconsole.audit.v1\0" + bytes(32) + body).hexdigest()
    assert chain_hash(GENESIS, event_fields(EVENT)) == expected
    assert expected == "9a0c5d5bc3bc2f1794dd548bbf43d876abc655c5805ac4e41cab949d5a467619"


def test_fixed_vector_of_a_following_event() -> None:
    first = chain_hash(GENESIS, event_fields(EVENT))
    assert (
        chain_hash(first, {"seq": 2})
        == "bf316ea72ca12d2c529c83a98ee7ae865c952bbc6bae14d75e0c137356e3a160"
    )


@pytest.mark.parametrize("name", sorted(event_fields(EVENT)))
def test_every_field_is_hashed(name: str) -> None:
    fields = event_fields(EVENT)
    changed = {**fields, name: "something else"}
    assert chain_hash(GENESIS, changed) != chain_hash(GENESIS, fields)


def test_hash_depends_on_the_one_before() -> None:
    fields = event_fields(EVENT)
    assert chain_hash("1" * 64, fields) != chain_hash(GENESIS, fields)


@given(st.datetimes(timezones=st.just(UTC)))
def test_timestamp_comes_back_as_it_was(at: datetime) -> None:
    text = timestamp(at)
    assert len(text) == len("2026-03-01T09:30:00.000005Z")
    assert parse_timestamp(text) == at
    assert parse_timestamp(text).utcoffset() == timedelta(0)


@given(st.datetimes(), st.datetimes())
def test_timestamps_sort_as_texts(one: datetime, other: datetime) -> None:
    """Stored as text, compared by the database."""
    one, other = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)
    assert (one < other) is (timestamp(one) < timestamp(other))


def test_timestamp_is_in_utc_whatever_the_zone() -> None:
    at = datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert timestamp(at) == "2026-02-28T20:30:00.000000Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-03-01",
        "2026-03-01T09:30:00Z",
        "2026-03-01T09:30:00.5Z",
        "2026-03-01 09:30:00.000005Z",
        "2026-03-01T09:30:00.000005+00:00",
        "2026-03-01T09:30:00.000005",
        "2026-13-01T09:30:00.000005Z",
        "2026-03-01T09:30:00.000005z",
        "\uff12026-03-01T09:30:00.000005Z",
    ],
)  # fmt: skip
def test_another_spelling_of_a_moment_is_no_timestamp(text: str) -> None:
    """One moment has one text, so that a stored text cannot change unseen."""
    with pytest.raises(ValueError, match=r"timestamp|isoformat|month"):
        parse_timestamp(text)

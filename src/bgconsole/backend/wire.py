"""The HTTP contract's words, shared by the server and the remote backend: paths, bodies, headers.

Answers are the protocol's own values as JSON (snake_case, times RFC 3339 in UTC, a tuple as a
list); what has no answer is 204. Refusals are `Problem`s. A body refuses fields that it does not
know; `sent` and `received` turn values of the protocol into bodies and back.
"""

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

import msgspec

from bgconsole.backend.forecasts import Act
from bgconsole.backend.identity import Purpose
from bgconsole.policy.audit import AuditHead
from bgconsole.policy.login import Method
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.policy.team import IdpState, Role

PREFIX: Final = "/v1"
PROBLEM_TYPE: Final = "application/problem+json"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
REQUEST_ID: Final = "X-Request-ID"
VERSION_HEADER: Final = "X-Bgconsole-Version"
"""On every answer: the server's version, so that a client of another one can say so."""

UNATTENDED: Final = "X-Unattended"
"""Sent with any value where nobody pressed a key: the request does not keep the session awake."""

MIN_KEY, MAX_KEY = 16, 200
"""Characters of an Idempotency-Key (printable ASCII)."""

EVENT: Final = "audit"
"""The name of a server-sent event that carries one audit event; its id is the `seq`."""


Whole = Annotated[int, msgspec.Meta(ge=-(1 << 53) + 1, le=(1 << 53) - 1)]
"""A whole number that every reader of JSON reads exactly."""


class RequestObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """What a request sends."""

    def __repr__(self) -> str:
        # A body may hold a password, and a traceback shows it.
        return f"{type(self).__name__}(...)"


_BodyT = TypeVar("_BodyT", bound=RequestObject)
_ValueT = TypeVar("_ValueT")


def sent(value: object, kind: type[_BodyT]) -> _BodyT:
    """`value` as a body, without what the body does not carry."""
    return msgspec.convert(value, kind, from_attributes=True)


def received(body: RequestObject, kind: type[_ValueT]) -> _ValueT:
    """What a body says as a value of the protocol."""
    return msgspec.convert(body, kind, from_attributes=True)


class LoginBody(RequestObject, frozen=True):
    """`POST /login`. A drill is asked for with the token of whoever drills."""

    email: str
    password: str
    purpose: Purpose = Purpose.WORK


class PasswordBody(RequestObject, frozen=True):
    """`POST /reauth`."""

    password: str


class RedeemBody(RequestObject, frozen=True):
    """`POST /redeem`."""

    email: str
    code: str
    password: str


class PasswordChangeBody(RequestObject, frozen=True):
    """`PUT /me/password`."""

    current: str
    password: str


class ProviderBody(RequestObject, frozen=True):
    """`POST /providers`."""

    slug: str
    kind: ProviderKind
    name: str
    issuer: str | None = None


class Override(RequestObject, frozen=True):
    """Typed confirmations, the name or slug of each provider, and a reason for the record."""

    confirmations: tuple[str, ...]
    reason: str


class ProviderChangeBody(RequestObject, frozen=True):
    """`PATCH /providers/{slug}`: what is None or left out stays; "" and [] clear it."""

    name: str | None = None
    position: Whole | None = None
    issuer: str | None = None
    tenant: str | None = None
    client_id: str | None = None
    client_secret_file: str | None = None
    scopes: tuple[str, ...] | None = None
    email_domains: tuple[str, ...] | None = None
    internal: tuple[str, ...] | None = None
    trust_file: str | None = None
    override: Override | None = None


class SsoStartBody(RequestObject, frozen=True):
    """`POST /sso/{slug}/start`. `redirect_uri` is the client's own listener (browser flow)."""

    flow: Flow
    purpose: SsoPurpose = SsoPurpose.SIGN_IN
    redirect_uri: str | None = None
    login_hint: str | None = None


class SsoFinishBody(RequestObject, frozen=True):
    """`POST /sso/finish`: `code` or `denied` of the browser flow, `digits` of the server's page."""

    handle: str
    digits: str | None = None
    code: str | None = None
    denied: bool = False
    issuer: str | None = None


class OverrideBody(RequestObject, frozen=True):
    """What an override of the guard says, as the body of a removal or a reset."""

    override: Override | None = None


class SettingsBody(RequestObject, frozen=True):
    """`PUT /providers/{slug}/settings`, with If-Match: the version that it was made on."""

    enforced: bool
    emails: tuple[str, ...]
    override: Override | None = None


class EntriesBody(RequestObject, frozen=True):
    """`POST /providers/{slug}/entries`: additions, removals and the switch in one step."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    enforced: bool | None = None
    override: Override | None = None


class EmailBody(RequestObject, frozen=True):
    """`POST /providers/{slug}/check`."""

    email: str


class MemberBody(RequestObject, frozen=True):
    """One of `POST /members`. `line` is its place in an imported file (1-based).

    Who was in the team before starts afresh, with a code, unless `keep_password` is true.
    """

    email: str
    name: str = ""
    role: Role = Role.MEMBER
    sso_only: bool = False
    line: Whole | None = None
    keep_password: bool = False


class MembersBody(RequestObject, frozen=True):
    """`POST /members`: all of them or none."""

    members: tuple[MemberBody, ...]


class MemberChangeBody(RequestObject, frozen=True):
    """`PATCH /members/{email}`: exactly one of them; an empty name takes it away."""

    role: Role | None = None
    email: str | None = None
    name: str | None = None


class SimulationBody(RequestObject, frozen=True):
    """`POST /simulate`: slugs that are missing take what is saved or measured."""

    email: str
    method: Method = Method.PASSWORD
    provider: str | None = None
    enforced: dict[str, bool] = msgspec.field(default_factory=dict[str, bool])
    idp: dict[str, IdpState] = msgspec.field(default_factory=dict[str, IdpState])


class ForecastBody(RequestObject, frozen=True):
    """`POST /forecast`: `target` is a slug, or the email of a member; the rest is for `save`."""

    act: Act
    target: str
    enforced: bool | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class TokenBody(RequestObject, frozen=True):
    """`POST /tokens`."""

    days: Whole


class ExportBody(RequestObject, frozen=True):
    """`POST /audit/exports`: `count` events that the query's filter chose were taken out."""

    count: Whole


class RewindBody(RequestObject, frozen=True):
    """`POST /audit/rewinds`: the newest record seen before history went back; `reason` is why."""

    seq: Whole
    hash: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """The refusal of one item of a batch."""

    email: str
    code: str
    message: str
    remedy: str
    line: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Theirs:
    """Of a conflict: what is saved now, and by whom."""

    enforced: bool
    emails: tuple[str, ...]
    version: int
    saved_by: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457. `detail` is `message`; `wait` is in seconds; `theirs` comes with 412.

    `field` is the field of the body that is refused, where it is one alone.

    `seen` and `head` come with `log_rewound`: the record that was seen, and the newest one now.
    """

    status: int
    title: str
    code: str
    message: str
    remedy: str
    detail: str = ""
    type: str = "about:blank"
    request_id: str = ""
    errors: tuple[ItemProblem, ...] = ()
    wait: int | None = None
    theirs: Theirs | None = None
    seen: AuditHead | None = None
    head: AuditHead | None = None
    field: str | None = None

"""One example of everything that the interface takes and answers, for its document."""

from datetime import UTC, datetime
from typing import Final

from bgconsole.backend import wire
from bgconsole.backend.forecasts import Act, Forecast
from bgconsole.backend.identity import (
    IdpStatus,
    Me,
    SignedIn,
    SignInWay,
    SsoStart,
    SsoWaiting,
    Welcome,
)
from bgconsole.backend.values import (
    AuditPage,
    AuditReader,
    CheckStep,
    Entry,
    Finding,
    IdentityLink,
    IdpReport,
    IssuedToken,
    Member,
    OneTimeCode,
    ProviderCheck,
    ProviderDetail,
    Removal,
    ScriptToken,
    Severity,
    Verification,
)
from bgconsole.policy.audit import BREAK_GLASS_LOGIN, AuditEvent, AuditHead, EventType, Outcome
from bgconsole.policy.login import Check, CheckName, Decision, Method, MethodOutcome
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.sso import Flow
from bgconsole.policy.team import IdpState, Role

_MORNING: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_EVENING: Final = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
_ADA: Final = "ada@example.com"
_GRACE: Final = "grace@example.com"
_HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ISSUER: Final = "https://login.example.com"
_SHOWN_ONCE: Final = "(shown once)"
_OVERRIDE: Final = wire.Override(("entra",), "Incident 4711: nobody of the list can be reached")

BODIES: Final[dict[type, object]] = {
    wire.LoginBody: wire.LoginBody(_ADA, "several words of one's own"),
    wire.PasswordBody: wire.PasswordBody("several words of one's own"),
    wire.RedeemBody: wire.RedeemBody(_GRACE, "ABCD-EFGH-JKLM-NPQR", "several words of one's own"),
    wire.PasswordChangeBody: wire.PasswordChangeBody(
        "several words of one's own", "other words that belong to nobody"
    ),
    wire.ProviderBody: wire.ProviderBody("okta", ProviderKind.OIDC, "Okta", _ISSUER),
    wire.ProviderChangeBody: wire.ProviderChangeBody(name="Microsoft Entra ID", position=1),
    wire.OverrideBody: wire.OverrideBody(_OVERRIDE),
    wire.SettingsBody: wire.SettingsBody(enforced=True, emails=(_ADA, _GRACE)),
    wire.EntriesBody: wire.EntriesBody(add=(_GRACE,), remove=(), enforced=True),
    wire.EmailBody: wire.EmailBody(_GRACE),
    wire.MembersBody: wire.MembersBody((wire.MemberBody(_GRACE, "Grace", Role.ADMIN),)),
    wire.MemberChangeBody: wire.MemberChangeBody(Role.ADMIN),
    wire.SimulationBody: wire.SimulationBody(
        _GRACE, enforced={"entra": True}, idp={"entra": IdpState.DOWN}
    ),
    wire.ForecastBody: wire.ForecastBody(Act.REMOVE_PROVIDER, "entra"),
    wire.SsoStartBody: wire.SsoStartBody(Flow.DEVICE),
    wire.SsoFinishBody: wire.SsoFinishBody(_SHOWN_ONCE),
    wire.TokenBody: wire.TokenBody(30),
    wire.ExportBody: wire.ExportBody(250),
    wire.RewindBody: wire.RewindBody(57, _HASH, "Restored the backup of last night"),
}

_PROVIDER: Final = ProviderDetail(
    slug="entra",
    kind=ProviderKind.ENTRA,
    name="Microsoft Entra ID",
    position=1,
    issuer=_ISSUER,
    enforced=True,
    version=3,
    entries=(Entry(_ADA, _GRACE, _MORNING, None),),
    listed_me=True,
    idp=IdpStatus(IdpState.UP, _MORNING, _EVENING),
    saved_by=_GRACE,
    saved_at=_MORNING,
)
_MEMBER: Final = Member(
    email=_GRACE,
    name="Grace",
    role=Role.ADMIN,
    has_password=True,
    password_set_at=_MORNING,
    code_expires_at=None,
    last_sign_in=_MORNING,
    paused=False,
    lists=("entra",),
)
_EVENT: Final = AuditEvent(
    seq=42,
    id="019aaf3e-7c00-7000-8000-000000000042",
    at=_MORNING,
    type=EventType.LOGIN_SUCCESS,
    outcome=Outcome.SUCCESS,
    actor=_ADA,
    target=_ADA,
    provider=None,
    description=BREAK_GLASS_LOGIN,
    metadata={"isBreakGlassAccess": True},
    source="192.0.2.7",
    prev_hash="0" * 64,
    hash=_HASH,
)

ANSWERS: Final[dict[object, object]] = {
    Welcome: Welcome("Example", True, (SignInWay("entra", "Entra", True, IdpStatus()),)),
    SignedIn: SignedIn(_SHOWN_ONCE, _ADA, Role.OWNER, _EVENING, is_break_glass=False),
    Me: Me(
        "Example", _ADA, "Ada", Role.OWNER, Method.PASSWORD, False, _EVENING, _MORNING, locked=False
    ),
    ProviderDetail: _PROVIDER,
    Removal: Removal(
        "entra", ("SSO enforcement for Microsoft Entra ID ends; nothing else is enforced",)
    ),
    tuple[ProviderDetail, ...]: (_PROVIDER,),
    SsoStart: SsoStart(
        _SHOWN_ONCE,
        Flow.DEVICE,
        expires_in=600,
        interval=5,
        verification_uri="https://login.example.com/device",
        verification_uri_complete="https://login.example.com/device?user_code=WDJB-MJHT",
        user_code="WDJB-MJHT",
    ),
    SsoWaiting: SsoWaiting(5),
    tuple[IdpReport, ...]: (
        IdpReport(
            "entra",
            "Microsoft Entra ID",
            configured=True,
            status=IdpStatus(IdpState.UP, _MORNING, _EVENING, "", IdpState.UP),
            step=None,
            latency_ms=38,
            certificate_until=_EVENING,
            proven_at=_MORNING,
            proven_by=_ADA,
            recent=(41, 38),
        ),
    ),
    ProviderCheck: ProviderCheck(
        ok=True,
        steps=(CheckStep("discovery", ok=True, ms=38, detail="The document is for this issuer"),),
        flows=(Flow.DEVICE, Flow.BROWSER),
        certificate_until=_EVENING,
    ),
    tuple[IdentityLink, ...]: (
        IdentityLink("entra", _ISSUER, "2f5c", _ADA, linked_at=_MORNING, last_used_at=_MORNING),
    ),
    Decision: Decision(
        allowed=True,
        reason=None,
        is_break_glass=True,
        via=("entra",),
        methods=(MethodOutcome(Method.PASSWORD, None, allowed=True),),
        trace=(Check(CheckName.ACCOUNT, passed=True, detail="found"),),
        warnings=(),
    ),
    Forecast: Forecast(
        effect=(
            f"1 of 3 people loses password login: {_GRACE}",
            "Their password sessions end",
            f"1 of 3 people can still get in if Generic OIDC is down: {_ADA}",
        ),
        loses=(_GRACE,),
        gains=(),
        shut_out=(),
        needs_override=(),
    ),
    Member: _MEMBER,
    tuple[Member, ...]: (_MEMBER,),
    OneTimeCode: OneTimeCode(_GRACE, _SHOWN_ONCE, _EVENING),
    tuple[OneTimeCode, ...]: (OneTimeCode(_GRACE, _SHOWN_ONCE, _EVENING),),
    AuditPage: AuditPage((_EVENT,), head=42, more=True, head_hash=_HASH, log=_HASH),
    AuditReader: AuditReader(_ADA, "k3v9"),
    Verification: Verification(True, 42, AuditHead(42, _HASH), None),
    tuple[ScriptToken, ...]: (
        ScriptToken("k3v9", _ADA, _MORNING, _EVENING, last_used_at=None, revoked=False),
    ),
    IssuedToken: IssuedToken("k3v9", _SHOWN_ONCE, _EVENING),
    tuple[Finding, ...]: (Finding("schema", Severity.OK, "at this version"),),
}

THEIRS: Final = wire.Theirs(enforced=True, emails=(_ADA,), version=4, saved_by=_ADA)
"""What a conflict tells of."""

HEAD: Final = AuditHead(42, _HASH)
"""One of the two heads that `log_rewound` tells of."""

EVENT_STREAM: Final = "event: audit\nid: 42\ndata: {…}\n\n: still here\n\n"

"""Finishing a sign-in at a provider: its answer verified, the person found, the session opened."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, SignedIn, SsoAnswer, SsoWaiting
from bgconsole.backend.local import (
    accounts,
    identities,
    sessions,
    sso_attempts,
    sso_failures,
    throttle,
)
from bgconsole.backend.local import transaction as transactions
from bgconsole.backend.local.accounts import Account, Snapshot, StoredProvider
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.identities import Subject
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account, provider
from bgconsole.backend.local.sessions import Opening
from bgconsole.backend.local.sso_attempts import DENIED, DONE, MAX_WRONG_DIGITS, SsoAttempt
from bgconsole.backend.local.sso_failures import FLOW_KEY, Failure
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.audit import (
    BREAK_GLASS_KEY,
    IDP_STATE_KEY,
    SSO_LOGIN,
    EventType,
)
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.idp_words import idp_states
from bgconsole.policy.login import Attempt, Method, decide
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import Flow, SsoPurpose, SsoReason
from bgconsole.policy.team import IdpState

if TYPE_CHECKING:
    from bgconsole.openid.provider import IdentityProvider
    from bgconsole.openid.values import VerifiedIdentity


@dataclass(frozen=True, slots=True)
class _Finishing:
    """A sign-in under way, with who asks after it and the provider it is at."""

    parts: Parts
    caller: Caller
    attempt: SsoAttempt
    stored: StoredProvider

    def failed(self, failure: Failure) -> NotAllowedError:
        """End it and record this failure; returns the error for the person."""
        return sso_failures.put_on_record(
            self.parts, self.caller, self.attempt, self.stored, failure
        )


def finish_sso(
    parts: Parts, caller: Caller, handle: str, answer: SsoAnswer
) -> SignedIn | SsoWaiting | None:
    """What became of a sign-in. See `SessionOperations.finish_sso`."""
    from bgconsole.openid.errors import OpenIdError

    with parts.database.read() as connection:
        now = parts.clock()
        attempt = sso_attempts.find(connection, handle, now)
        stored = _provider(accounts.snapshot(connection, now), attempt.provider_id)
        if attempt.ended:
            return _again(connection, attempt, parts)
    finishing = _Finishing(parts, caller, attempt, stored)
    try:
        idp = parts.idps.of(stored)
        id_token = _answered(finishing, idp, answer)
        if isinstance(id_token, SsoWaiting):
            return id_token
        proves = attempt.purpose is SsoPurpose.REAUTHENTICATE
        claims = idp.verify(
            id_token,
            nonce=None if attempt.flow is Flow.DEVICE else attempt.secrets.nonce,
            authenticated_after=attempt.created_at if proves else None,
        )
        who = idp.identity(claims)
    except OpenIdError as error:
        raise finishing.failed(sso_failures.of_openid(error)) from error
    if proves:
        _prove(finishing, who)
        return None
    return _sign_in(finishing, who)


def sso_callback(parts: Parts, state: str, answer: SsoAnswer, look: bool) -> str:
    """A browser came back to the server. See `SessionOperations.sso_callback`."""
    with transactions.begin(parts.database, parts.clock()) as tx:
        digits = sso_attempts.called_back(tx, state, answer)
        if not look:
            tx.commit()
    if digits is None:
        raise NotAllowedError(refusal(Code.SSO_DENIED))
    return digits


def _again(connection: Connection, attempt: SsoAttempt, parts: Parts) -> SignedIn | None:
    """The answer once more, for somebody who lost it. Raises NotAllowedError `sso_expired`."""
    token = sessions.new_token(sessions.SESSION_PREFIX, attempt.secrets.session)
    found = sessions.find(connection, token, parts.clock())
    if attempt.answer == DONE and attempt.purpose is SsoPurpose.REAUTHENTICATE:
        return None
    if attempt.answer != DONE or found is None:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))
    return SignedIn(token, found.email, found.role, found.expires_at, is_break_glass=False)


def _answered(
    finishing: _Finishing, idp: "IdentityProvider", answer: SsoAnswer
) -> str | SsoWaiting:
    """The provider's id_token, or how long to wait. Raises OpenIdError, NotAllowedError."""
    attempt, kept = finishing.attempt, finishing.attempt.secrets
    if attempt.flow is Flow.DEVICE:
        return _asked(finishing, idp)
    if attempt.flow is Flow.BROWSER and answer.denied:
        raise finishing.failed(Failure(SsoReason.SSO_DENIED))
    code = answer.code if attempt.flow is Flow.BROWSER else _called_back(finishing, answer)
    if isinstance(code, SsoWaiting):
        return code
    if code is None:
        return SsoWaiting(attempt.interval or _PACE)
    if code == DENIED:
        raise finishing.failed(Failure(SsoReason.SSO_DENIED))
    by = answer.issuer if attempt.flow is Flow.BROWSER else attempt.answer_issuer
    redirect_uri = kept.redirect_uri or ""
    tokens = idp.exchange(code, redirect_uri=redirect_uri, verifier=kept.verifier, issuer=by)
    return tokens.id_token


def _asked(finishing: _Finishing, idp: "IdentityProvider") -> str | SsoWaiting:
    """Ask the provider after a device code, at the pace that it set."""
    from bgconsole.openid.values import Waiting

    attempt = finishing.attempt
    if attempt.asked_at is not None:
        since = (finishing.parts.clock() - attempt.asked_at).total_seconds()
        if 0 <= since < attempt.interval:
            return SsoWaiting(attempt.interval)
    found = idp.poll_device(attempt.secrets.device_code or "")
    if not isinstance(found, Waiting):
        return found.id_token
    interval = attempt.interval + found.interval_step
    with transactions.begin(finishing.parts.database, finishing.parts.clock()) as tx:
        sso_attempts.asked(tx, attempt, interval)
        tx.commit()
    return SsoWaiting(interval)


def _called_back(finishing: _Finishing, answer: SsoAnswer) -> str | SsoWaiting | None:
    """The code that came to the server, once the digits of its page are given."""
    attempt = finishing.attempt
    if attempt.answer is None or attempt.answer == DENIED:
        return attempt.answer
    if answer.digits is None:
        return SsoWaiting(_PACE, digits_needed=True)
    if sso_attempts.digits_fit(attempt, answer.digits):
        return attempt.answer
    with transactions.begin(finishing.parts.database, finishing.parts.clock()) as tx:
        wrong = sso_attempts.count_wrong_digits(tx, attempt)
        tx.commit()
    if wrong >= MAX_WRONG_DIGITS:
        raise finishing.failed(Failure(SsoReason.SSO_DENIED, check="digits"))
    return SsoWaiting(_PACE, digits_needed=True)


def _sign_in(finishing: _Finishing, who: "VerifiedIdentity") -> SignedIn:
    """Open the session of whom the provider vouched for, or refuse it on record."""
    attempt, stored, source = finishing.attempt, finishing.stored, finishing.caller.source
    with transactions.begin(finishing.parts.database, finishing.parts.clock()) as tx:
        if not sso_attempts.end(tx, attempt, DONE):
            raise NotAllowedError(refusal(Code.SSO_EXPIRED))
        found = _person(tx, stored, who)
        if isinstance(found, Failure):
            sso_failures.record(tx, finishing.caller, attempt, stored, found)
            sso_attempts.refuse(tx, attempt)
            tx.commit()
            raise sso_failures.told(stored, found)
        email = found.person.email
        snapshot = accounts.snapshot(tx.connection, tx.now, (email,))
        role = found.person.role
        assert role is not None  # noqa: S101 (`_person` finds members only)
        _link(tx, finishing, who, found)
        tx.record(_success(finishing, snapshot, email))
        mine = update(account).where(account.c.id == found.id)
        tx.change(mine.values(last_sign_in_at=tx.now))
        by_it = update(provider).where(provider.c.id == stored.id)
        tx.change(by_it.values(proven_at=tx.now, proven_by=email))
        throttle.learn_source(tx, found.id, source)
        opening = Opening(found.id, provider_id=stored.id)
        token, expires_at = sessions.open_session(tx, source, opening, attempt.secrets.session)
        tx.commit()
    return SignedIn(token, email, role, expires_at, is_break_glass=False)


def _person(tx: Transaction, stored: StoredProvider, who: "VerifiedIdentity") -> Account | Failure:
    """The member whom the provider vouched for: by identity, or once by verified email."""
    subject = Subject(stored.id, who.issuer, who.subject)
    account_id = identities.account_id_of(tx.connection, subject)
    email = _email(who)
    if account_id is None:
        if email is None or not who.email_verified:
            return Failure(SsoReason.SSO_EMAIL_UNVERIFIED, email=None)
        known = email
    else:
        query = select(account.c.email).where(account.c.id == account_id)
        known = tx.connection.execute(query).scalar_one()
    snapshot = accounts.snapshot(tx.connection, tx.now, (known,))
    found = snapshot.account(known)
    if found is None:
        return Failure(SsoReason.SSO_NO_ACCOUNT, email=email)
    if account_id is None and identities.is_linked(tx.connection, stored.id, found.id):
        # The email was changed or given to somebody else at the provider: it opens nothing.
        return Failure(SsoReason.SSO_NO_ACCOUNT, check="sub", email=email)
    decision = decide(
        Attempt(
            email=found.person.email,
            person=found.person,
            # What a probe measured never decides a real sign-in.
            providers=tuple(replace(p, idp=IdpState.UP) for p in snapshot.team.providers),
            method=Method.SSO,
            provider=stored.detail.slug,
        )
    )
    if decision.reason is not None:
        return Failure(decision.reason, email=found.person.email)
    return found


def _link(tx: Transaction, finishing: _Finishing, who: "VerifiedIdentity", found: Account) -> None:
    """Bind the account to the identity at the first sign-in; note its use at every other."""
    stored = finishing.stored
    if identities.is_linked(tx.connection, stored.id, found.id):
        identities.used(tx, stored.id, found.id)
        return
    subject = Subject(stored.id, who.issuer, who.subject)
    identities.link(tx, subject, found.id, _email(who))
    tx.record(
        EventDraft(
            EventType.IDENTITY_LINKED,
            "Identity linked",
            actor=found.person.email,
            source=finishing.caller.source.label,
            target=found.person.email,
            provider=stored.detail.slug,
        )
    )


def _prove(finishing: _Finishing, who: "VerifiedIdentity") -> None:
    """Prove the session that asked, if the provider vouched for its own person."""
    attempt, stored = finishing.attempt, finishing.stored
    subject = Subject(stored.id, who.issuer, who.subject)
    with transactions.begin(finishing.parts.database, finishing.parts.clock()) as tx:
        token = finishing.caller.token or ""
        found = sessions.find(tx.connection, token, tx.now)
        if found is None or found.token_hash != attempt.session_hash:
            raise NotAllowedError(refusal(Code.SIGNED_OUT))
        if not sso_attempts.end(tx, attempt, DONE):
            raise NotAllowedError(refusal(Code.SSO_EXPIRED))
        if identities.account_id_of(tx.connection, subject) != found.account_id:
            failure = Failure(SsoReason.SSO_TOKEN_INVALID, check="sub")
            sso_failures.record(tx, finishing.caller, attempt, stored, failure)
            sso_attempts.refuse(tx, attempt)
            tx.commit()
            raise sso_failures.told(stored, failure)
        sessions.prove(tx, found)
        identities.used(tx, stored.id, found.account_id)
        tx.record(
            EventDraft(
                EventType.REAUTH_SUCCESS,
                "Proof of identity given",
                actor=found.email,
                source=finishing.caller.source.label,
                provider=stored.detail.slug,
                metadata={"method": Method.SSO.value, FLOW_KEY: attempt.flow.value},
            )
        )
        tx.commit()


def _success(finishing: _Finishing, snapshot: Snapshot, email: str) -> EventDraft:
    states = idp_states(snapshot.team.providers)
    return EventDraft(
        EventType.LOGIN_SUCCESS,
        SSO_LOGIN,
        actor=email,
        source=finishing.caller.source.label,
        provider=finishing.stored.detail.slug,
        metadata={
            "method": Method.SSO.value,
            FLOW_KEY: finishing.attempt.flow.value,
            BREAK_GLASS_KEY: False,
            IDP_STATE_KEY: states,
        },
    )


def _email(who: "VerifiedIdentity") -> str | None:
    try:
        return None if who.email is None else canonical_email(who.email)
    except InvalidEmailError:
        return None


def _provider(snapshot: Snapshot, provider_id: int) -> StoredProvider:
    found = next((p for p in snapshot.providers if p.id == provider_id), None)
    if found is None:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))
    return found


_PACE = 2
"""Seconds between two questions after a browser that has not come back."""

"""The one seam between the program and the team's data.

Every method authorises by `caller.token`, does its change and its audit event in one transaction,
and raises only `BackendError`s (the tree is in `errors.py`). Besides what is said at each method:

- any method may raise UnreachableError, UnavailableError or SchemaError;
- any method that takes a token may raise NotAllowedError: `signed_out`; `reauth_required` when the
  session is locked (15 minutes idle) or, for a change, when its last proof is older than 5 minutes;
  `forbidden` when the role does not allow it.
- any change may be asked for with `caller.key`: asked for again with the same key within 24 hours,
  by the same person (of `redeem`: for the same email), it is not done again, and the answer tells
  what stands by then (RefusedError `unknown_provider` when its provider is gone since). The same
  key for anything else: RefusedError `key_reused`. A refusal leaves its key free. `change_password`
  is asked for again with the session that it was done with.

A cancelled call may still commit: ask again with the same key, or look before trying again.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from bgconsole.backend.forecasts import Forecast, ProposedChange
from bgconsole.backend.identity import (
    Caller,
    Me,
    Purpose,
    SignedIn,
    SsoAnswer,
    SsoRequest,
    SsoStart,
    SsoWaiting,
    Welcome,
)
from bgconsole.backend.line import LineListener
from bgconsole.backend.values import (
    AuditPage,
    AuditReader,
    Finding,
    IdentityLink,
    IdpReport,
    IssuedToken,
    Member,
    MemberAddition,
    OneTimeCode,
    ProviderAddition,
    ProviderChange,
    ProviderCheck,
    ProviderDetail,
    Removal,
    ScriptToken,
    SettingsSave,
    Simulation,
    Verification,
)
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter, AuditHead
from bgconsole.policy.guard import Override
from bgconsole.policy.login import Decision
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role

NO_ANSWER = SsoAnswer()


class SessionOperations(Protocol):
    """Coming in, proving it, going out."""

    async def welcome(self) -> Welcome:
        """What the sign-in screen shows. Needs no token."""
        ...

    async def initialise(self, caller: Caller, team: str, owner: str, password: str) -> SignedIn:
        """Make the team with its first owner and two providers, and open the owner's session.

        Raises RefusedError: `already_initialised`, `invalid_email`, `invalid_value`,
        `password_too_short`, `password_too_long`, `password_common`; through a server always
        NotAllowedError `forbidden`.
        """
        ...

    async def sign_in(
        self, caller: Caller, email: str, password: str, purpose: Purpose = Purpose.WORK
    ) -> SignedIn:
        """Open a session by password. Every refusal is on record with its exact reason.

        A drill needs the token of whom it tests, whom the record names; its session has ended
        when this returns. Raises NotAllowedError `login_failed`, the same whatever the reason, or
        ThrottledError.
        """
        ...

    async def start_sso(self, caller: Caller, slug: str, request: SsoRequest) -> SsoStart:
        """Begin a sign-in at a provider, or a proof by it (which needs the session's token).

        Raises RefusedError `unknown_provider`, `sso_unconfigured`, `invalid_email` (of the login
        hint), `invalid_value` (a flow that cannot be had), NotAllowedError `idp_unreachable`,
        ThrottledError.
        """
        ...

    async def finish_sso(
        self, caller: Caller, handle: str, answer: SsoAnswer = NO_ANSWER
    ) -> SignedIn | SsoWaiting | None:
        """What became of it: a session, not yet anything, or None for a proof that is given.

        Raises NotAllowedError `sso_denied`, `sso_expired`, `sso_token_invalid`, `idp_unreachable`,
        `login_failed` (the same with no account, and with one that may not sign in this way).
        """
        ...

    async def sso_callback(self, state: str, answer: SsoAnswer, *, look: bool = False) -> str:
        """The provider sent a browser back to the server; three digits for its person to type.

        With `look` nothing is stored: the answer is of the same kind, and its digits fit nothing.
        Raises NotAllowedError `sso_expired`, `sso_denied`.
        """
        ...

    async def sign_out(self, caller: Caller) -> None:
        """End the caller's session. Ending one that has ended already is no error.

        Raises NotAllowedError `forbidden` for a script's token, which `revoke_token` ends.
        """
        ...

    async def reauthenticate(self, caller: Caller, password: str) -> None:
        """Prove that it is still the same person; unlocks an idle session.

        Raises NotAllowedError `login_failed` or ThrottledError.
        """
        ...

    async def redeem(self, caller: Caller, email: str, code: str, password: str) -> None:
        """Turn a one-time code into a password. Needs no token.

        Raises RefusedError `code_invalid`, `password_too_short`, `password_too_long`,
        `password_common`; ThrottledError.
        """
        ...

    async def change_password(self, caller: Caller, current: str, password: str) -> None:
        """Change one's own password; ends one's other sessions.

        Raises NotAllowedError `login_failed` when `current` is wrong, ThrottledError, and
        RefusedError as `redeem` does.
        """
        ...

    async def me(self, caller: Caller) -> Me:
        """The session that asks. A locked session may ask too (`Me.locked`)."""
        ...

    async def touch(self, caller: Caller) -> None:
        """A key was pressed: the session is not idle. Written once a minute at most."""
        ...

    async def has_account(self, caller: Caller, email: str) -> bool:
        """Whether `recover` would find an account of `email`, rather than make one.

        Raises NotAllowedError `forbidden` without the database's own rights, RefusedError
        `invalid_email`.
        """
        ...

    async def recover(self, caller: Caller, email: str, password: str) -> SignedIn:
        """Make `email` an owner with a new password by the database's own rights.

        Adds the account and membership where missing, lifts its pause, and opens a session past
        enforcement. Raises NotAllowedError `forbidden` without those rights, RefusedError as
        `initialise` does (but `already_initialised`).
        """
        ...


class ProviderOperations(Protocol):
    """Providers, their switches and lists."""

    async def providers(self, caller: Caller) -> tuple[ProviderDetail, ...]:
        """Every provider in the order of tabs. A member sees no entries."""
        ...

    async def add_provider(self, caller: Caller, addition: ProviderAddition) -> ProviderDetail:
        """Add a provider. Raises RefusedError `invalid_value` (slug taken or malformed, …)."""
        ...

    async def change_provider(
        self, caller: Caller, slug: str, change: ProviderChange
    ) -> ProviderDetail:
        """Rename, reorder or set up a provider.

        Raises RefusedError `unknown_provider`, `invalid_value`, `would_lock_out` where no owner
        could get in afterwards; ConflictError when it was made on a version, and that moved.
        """
        ...

    async def remove_provider(
        self, caller: Caller, slug: str, override: Override | None = None
    ) -> Removal:
        """Remove a provider with its list; what that does to people is in `warnings`.

        Raises RefusedError `unknown_provider`, `would_lock_out`.
        """
        ...

    async def save_settings(self, caller: Caller, slug: str, save: SettingsSave) -> ProviderDetail:
        """Save switch and list as a whole, made on `save.version`; all or nothing.

        `warnings` of the answer say whom it leaves without a way in.

        Raises ConflictError when the version moved; BatchRefusedError when added emails are
        refused; RefusedError `would_lock_out`, `not_enforced`, `unknown_provider`.
        """
        ...

    async def apply_delta(
        self, caller: Caller, slug: str, delta: Delta, override: Override | None = None
    ) -> ProviderDetail:
        """Add, remove and switch in one step, on whatever is saved by then; never a conflict.

        An email to add that is listed already is refused (`duplicate`), one to remove that is not
        there is refused (`unknown_member`). Raises as `save_settings` does, but ConflictError.
        """
        ...

    async def check_entry(self, caller: Caller, slug: str, email: str) -> None:
        """Whether `email` could be added, enforced or not.

        Raises RefusedError with the first of the six checks that fails, or `unknown_provider`.
        """
        ...

    async def check_provider(self, caller: Caller, slug: str) -> ProviderCheck:
        """Try every step that a sign-in by this provider takes, for real.

        Raises RefusedError `unknown_provider`, `sso_unconfigured`.
        """
        ...

    async def idps(self, caller: Caller) -> tuple[IdpReport, ...]:
        """What is known of each provider's IdP, in the order of tabs."""
        ...

    async def watch_idps(self) -> None:
        """Probe the providers that no other process probes, until cancelled.

        Behind a server nothing: the server does it.
        """
        ...

    async def simulate(self, caller: Caller, question: Simulation) -> Decision:
        """Ask the rules; records nothing. A member may ask about themselves only.

        Raises RefusedError `unknown_provider`, `invalid_email`.
        """
        ...

    async def forecast(self, caller: Caller, proposed: ProposedChange) -> Forecast:
        """What a change would do to people; changes and records nothing.

        Whether it would be refused for another reason than a guard is not said.
        Raises RefusedError `unknown_provider`, `unknown_member`, `invalid_email`.
        """
        ...


class MemberOperations(Protocol):
    """Accounts and memberships."""

    async def members(self, caller: Caller) -> tuple[Member, ...]:
        """Every account, by email; those outside the team have no role."""
        ...

    async def add_members(
        self, caller: Caller, additions: Sequence[MemberAddition]
    ) -> tuple[OneTimeCode, ...]:
        """Add people, all or none; an account outside the team gets its membership (back).

        It starts afresh, without the password of before, unless `keep_password`; `kept` of the
        answer says what it still has (not when it is asked for again with the same key).

        Raises BatchRefusedError: `invalid_email`, `duplicate` (a member already, or twice in the
        batch), `invalid_value`; NotAllowedError `forbidden` for owners and admins unless an owner
        asks.
        """
        ...

    async def reset_member(
        self, caller: Caller, email: str, override: Override | None = None
    ) -> OneTimeCode:
        """Take the password away and give a one-time code; ends the person's sessions.

        Raises RefusedError `unknown_member`, `would_lock_out`.
        """
        ...

    async def set_role(self, caller: Caller, email: str, role: Role) -> Member:
        """Change a role. Raises RefusedError `unknown_member`, `last_owner`."""
        ...

    async def rename_member(self, caller: Caller, email: str, becomes: str) -> Member:
        """Give a person another email; lists, sessions, tokens, links and history stay theirs.

        The failures counted against the old one count against the other. Both are on record.
        Raises RefusedError `unknown_member`, `invalid_email`, `duplicate`: another account has it,
        in any spelling; NotAllowedError `forbidden` for owners and admins unless an owner asks.
        """
        ...

    async def set_name(self, caller: Caller, email: str, name: str) -> Member:
        """Give a person another name; "" for none.

        Raises RefusedError `unknown_member`, `invalid_value`; NotAllowedError as `rename_member`.
        """
        ...

    async def unpause(self, caller: Caller, email: str) -> None:
        """Forget the failures counted against an account; owners only.

        Raises RefusedError `unknown_member`.
        """
        ...

    async def identities(self, caller: Caller, email: str) -> tuple[IdentityLink, ...]:
        """Who a person is at the providers. Raises RefusedError `unknown_member`."""
        ...

    async def unlink(
        self, caller: Caller, email: str, slug: str, override: Override | None = None
    ) -> None:
        """Forget who a person is at a provider, and end the sessions opened by it.

        Raises RefusedError `unknown_member`, `unknown_provider`, `unknown_identity`,
        `would_lock_out` where no owner could get in afterwards.
        """
        ...

    async def remove_member(
        self, caller: Caller, email: str, override: Override | None = None
    ) -> Removal:
        """End a membership and what hangs on it, each on record: sessions, tokens for scripts, the
        one-time code, links to providers, entries on every list. Known sources are forgotten.

        Raises RefusedError `unknown_member`, `last_owner`, `would_lock_out`.
        """
        ...


class AuditOperations(Protocol):
    """Reading what is on record. A locked session may go on reading."""

    async def audit_page(
        self,
        caller: Caller,
        wanted: AuditFilter = ALL_EVENTS,
        *,
        limit: int = 100,
        before: int | None = None,
        after: int | None = None,
        seen: AuditHead | None = None,
    ) -> AuditPage:
        """Up to `limit` matching events, newest first, below `before` or above `after` (by seq).

        With `after`, the oldest ones above it are taken, still given newest first; `more` then
        says that newer ones match beyond. Costs the same wherever in the log it is. Raises
        LogRewoundError where the log does not reach `after`, or no longer holds the record `seen`.
        """
        ...

    def audit_follow(
        self,
        caller: Caller,
        after: int,
        wanted: AuditFilter = ALL_EVENTS,
        seen: AuditHead | None = None,
    ) -> AsyncIterator[tuple[AuditEvent, ...]]:
        """Matching events above `after` as they come, oldest first, from any process within 400 ms.

        Ends with NotAllowedError when the session ends, and with LogRewoundError when the log no
        longer holds `seen` or what was given since. Reading does not keep a session awake.
        """
        ...

    async def audit_verify(
        self, caller: Caller, progress: Callable[[int, int], None] | None = None
    ) -> Verification:
        """Check the whole chain. `progress` gets (checked, total), maybe in another thread."""
        ...

    async def audit_reader(self, caller: Caller) -> AuditReader:
        """Who the caller is as a reader of the log."""
        ...

    async def record_export(self, caller: Caller, wanted: AuditFilter, count: int) -> None:
        """Put on record that `count` events were taken out of the log.

        Raises ThrottledError after 60 within an hour by scripts of one person.
        """
        ...

    async def acknowledge_rewind(self, caller: Caller, seen: AuditHead, reason: str) -> None:
        """Put on record that history went back, past the record `seen`, and why; owners only.

        Raises RefusedError `invalid_value`: no reason, or the log still holds that record.
        """
        ...

    async def tokens(self, caller: Caller) -> tuple[ScriptToken, ...]:
        """The scripts' tokens, newest first."""
        ...

    async def create_token(self, caller: Caller, days: int) -> IssuedToken:
        """A token that may read the audit log for so many days (1 to 400).

        Raises RefusedError `invalid_value`.
        """
        ...

    async def revoke_token(self, caller: Caller, token_id: str) -> None:
        """End a script's token. Raises RefusedError `unknown_token`."""
        ...


class Backend(SessionOperations, ProviderOperations, MemberOperations, AuditOperations, Protocol):
    """All of it, and the place it lives in."""

    @property
    def label(self) -> str:
        """What the title line says of the place ('local · sqlite')."""
        ...

    @property
    def target(self) -> str:
        """Where tokens of this backend belong to: the database's URL, without secrets."""
        ...

    def on_line(self, listener: LineListener) -> None:
        """Tell `listener` of the line from now on; a backend without one never does.

        It is called at once if the connection is down.
        """
        ...

    async def doctor(self, caller: Caller) -> tuple[Finding, ...]:
        """What is, and is not, as it should be. Tells no names.

        Needs no token where the database is. Through a server it also tells of the line, which is
        all that it tells without the token of an owner or admin.
        """
        ...

    async def upgrade(self) -> str:
        """Bring the schema up to this version; says from which to which. A copy is made first.

        Only where the database is: raises NotAllowedError `forbidden` elsewhere.
        """
        ...

    async def close(self) -> None:
        """Let go of connections. Running calls end first."""
        ...

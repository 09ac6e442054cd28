"""Who may call what: one table, asked by every operation before it does anything."""

from dataclasses import dataclass
from enum import Enum

from bgconsole.policy.permissions import Capability


@dataclass(frozen=True, slots=True)
class Demand:
    """What an operation asks of its caller.

    `changes`: refused by a read-only console. `proof`: within the last five minutes. `locked`: an
    idle session may do it. `script`: a script's token may. `awake`: it shows that somebody is
    there.
    """

    capability: Capability
    changes: bool = False
    proof: bool = False
    locked: bool = False
    script: bool = False
    awake: bool = True


def _administration(capability: Capability = Capability.ADMINISTER) -> Demand:
    return Demand(capability, changes=True, proof=True)


def _audit_reading() -> Demand:
    return Demand(Capability.SEE_AUDIT, locked=True, script=True, awake=False)


class Operation(Enum):
    """Every call that takes a token, with what it demands."""

    ME = "me"
    TOUCH = "touch"
    REAUTHENTICATE = "reauthenticate"
    CHANGE_PASSWORD = "change_password"
    PROVIDERS = "providers"
    ADD_PROVIDER = "add_provider"
    CHANGE_PROVIDER = "change_provider"
    REMOVE_PROVIDER = "remove_provider"
    SAVE_SETTINGS = "save_settings"
    APPLY_DELTA = "apply_delta"
    CHECK_ENTRY = "check_entry"
    SIMULATE = "simulate"
    FORECAST = "forecast"
    DRILL = "drill"
    MEMBERS = "members"
    ADD_MEMBERS = "add_members"
    RESET_MEMBER = "reset_member"
    SET_ROLE = "set_role"
    RENAME_MEMBER = "rename_member"
    SET_NAME = "set_name"
    UNPAUSE = "unpause"
    REMOVE_MEMBER = "remove_member"
    UNLINK = "unlink"
    IDPS = "idps"
    CHECK_PROVIDER = "check_provider"
    PROVE_BY_SSO = "prove_by_sso"
    AUDIT_PAGE = "audit_page"
    AUDIT_FOLLOW = "audit_follow"
    AUDIT_VERIFY = "audit_verify"
    AUDIT_READER = "audit_reader"
    ACKNOWLEDGE_REWIND = "acknowledge_rewind"
    RECORD_EXPORT = "record_export"
    TOKENS = "tokens"
    CREATE_TOKEN = "create_token"
    REVOKE_TOKEN = "revoke_token"


DEMANDS: dict[Operation, Demand] = {
    Operation.ME: Demand(Capability.SIGNED_IN, locked=True, awake=False),
    Operation.TOUCH: Demand(Capability.SIGNED_IN),
    Operation.REAUTHENTICATE: Demand(Capability.SIGNED_IN, locked=True, awake=False),
    Operation.CHANGE_PASSWORD: Demand(Capability.SIGNED_IN, changes=True),
    Operation.PROVIDERS: Demand(Capability.SIGNED_IN),
    Operation.ADD_PROVIDER: _administration(),
    Operation.CHANGE_PROVIDER: _administration(),
    Operation.REMOVE_PROVIDER: _administration(),
    Operation.SAVE_SETTINGS: _administration(),
    Operation.APPLY_DELTA: _administration(),
    Operation.CHECK_ENTRY: Demand(Capability.SEE_LISTS),
    Operation.SIMULATE: Demand(Capability.SIGNED_IN),
    Operation.FORECAST: Demand(Capability.SEE_LISTS),
    Operation.DRILL: Demand(Capability.SIGNED_IN, changes=True),
    Operation.MEMBERS: Demand(Capability.SEE_LISTS),
    Operation.ADD_MEMBERS: _administration(),
    Operation.RESET_MEMBER: _administration(),
    Operation.SET_ROLE: _administration(),
    Operation.RENAME_MEMBER: _administration(),
    Operation.SET_NAME: _administration(),
    Operation.UNPAUSE: _administration(Capability.MAKE_ADMINS),
    Operation.REMOVE_MEMBER: _administration(),
    Operation.UNLINK: _administration(),
    Operation.IDPS: Demand(Capability.SIGNED_IN, locked=True, awake=False),
    Operation.CHECK_PROVIDER: Demand(Capability.ADMINISTER),
    Operation.PROVE_BY_SSO: Demand(Capability.SIGNED_IN, locked=True, awake=False),
    Operation.AUDIT_PAGE: _audit_reading(),
    Operation.AUDIT_FOLLOW: _audit_reading(),
    Operation.AUDIT_VERIFY: _audit_reading(),
    Operation.AUDIT_READER: _audit_reading(),
    # Records that the log was read: every reader may (and must) do it, read-only or not.
    Operation.RECORD_EXPORT: _audit_reading(),
    Operation.ACKNOWLEDGE_REWIND: _administration(Capability.MAKE_ADMINS),
    Operation.TOKENS: Demand(Capability.ADMINISTER),
    Operation.CREATE_TOKEN: _administration(),
    Operation.REVOKE_TOKEN: _administration(),
}

"""Which role may do what. A member sees their own access and nothing else."""

from enum import StrEnum

from bgconsole.policy.team import Role


class Capability(StrEnum):
    """Something an operation asks of the role that calls it."""

    SIGNED_IN = "signed_in"
    SEE_LISTS = "see_lists"
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"
    MAKE_ADMINS = "make_admins"


_ADMIN = frozenset(
    {Capability.SIGNED_IN, Capability.SEE_LISTS, Capability.SEE_AUDIT, Capability.ADMINISTER}
)
_GRANTS: dict[Role, frozenset[Capability]] = {
    Role.OWNER: _ADMIN | {Capability.MAKE_ADMINS},
    Role.ADMIN: _ADMIN,
    Role.MEMBER: frozenset({Capability.SIGNED_IN}),
}


def allows(role: Role, capability: Capability) -> bool:
    """Whether `role` carries `capability`."""
    return capability in _GRANTS[role]


def may_change_role(actor: Role, was: Role | None, becomes: Role | None) -> bool:
    """Whether `actor` may turn a membership from `was` into `becomes` (None: no membership).

    Only an owner makes or unmakes owners and admins.
    """
    touches_admins = any(role is not None and role.administers for role in (was, becomes))
    needed = Capability.MAKE_ADMINS if touches_admins else Capability.ADMINISTER
    return allows(actor, needed)

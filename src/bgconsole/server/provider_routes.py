"""Providers, their switches and lists, and what the rules would say."""

import re
from dataclasses import replace
from typing import Final

from bgconsole.backend.forecasts import Forecast, ProposedChange
from bgconsole.backend.values import (
    ProviderAddition,
    ProviderChange,
    ProviderDetail,
    Removal,
    SettingsSave,
    Simulation,
)
from bgconsole.backend.wire import (
    EmailBody,
    EntriesBody,
    ForecastBody,
    OverrideBody,
    ProviderBody,
    ProviderChangeBody,
    SettingsBody,
    SimulationBody,
    received,
)
from bgconsole.policy.guard import Override
from bgconsole.policy.login import Decision
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta, Settings
from bgconsole.server.call import Call
from bgconsole.server.operations import Routes
from bgconsole.server.problems import RequestError

routes = Routes("providers")

_ADDITION: Final = (
    Code.INVALID_EMAIL,
    Code.DUPLICATE,
    Code.LIMIT_REACHED,
    Code.UNKNOWN_ACCOUNT,
    Code.NO_PASSWORD,
    Code.NOT_A_MEMBER,
)
_SAVE: Final = (Code.UNKNOWN_PROVIDER, Code.WOULD_LOCK_OUT, Code.NOT_ENFORCED, *_ADDITION)
_NO_VERSION: Final = -1
_STRONG_TAG: Final = re.compile(r'"(0|[1-9][0-9]{0,14})"')
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')


@routes.add("GET", "/providers")
async def list_providers(call: Call) -> tuple[ProviderDetail, ...]:
    """Every provider, in the order of tabs.

    A member sees no entries, only whether they are listed themselves.
    """
    return await call.backend.providers(call.caller)


@routes.add(
    "POST", "/providers", status=201, keyed=True, versioned=True, refuses=(Code.INVALID_VALUE,)
)
async def add_provider(call: Call, body: ProviderBody) -> ProviderDetail:
    """Add a provider.

    It comes last in the order of tabs.
    """
    return await call.backend.add_provider(call.caller, received(body, ProviderAddition))


@routes.add(
    "PATCH",
    "/providers/{slug}",
    keyed=True,
    matched=True,
    any_version=True,
    versioned=True,
    refuses=(
        Code.VERSION_CONFLICT,
        Code.UNKNOWN_PROVIDER,
        Code.INVALID_VALUE,
        Code.WOULD_LOCK_OUT,
    ),
)
async def change_provider(call: Call, body: ProviderChangeBody) -> ProviderDetail:
    """Rename, reorder or set up a provider.

    Null and missing fields stay unchanged; empty ones are cleared. `tenant` is for Entra and
    becomes the issuer. The change is based on the version in If-Match; * changes any version.
    """
    version = None if _asks_for_any(call) else _version(call)
    change = replace(received(body, ProviderChange), version=version)
    return await call.backend.change_provider(call.caller, call.slug, change)


@routes.add(
    "DELETE",
    "/providers/{slug}",
    keyed=True,
    refuses=(Code.UNKNOWN_PROVIDER, Code.WOULD_LOCK_OUT),
)
async def remove_provider(call: Call, body: OverrideBody | None) -> Removal:
    """Remove a provider and its list.

    `warnings` say what that does to enforcement and to people, by name; `POST /v1/forecast` says it
    before.
    """
    return await call.backend.remove_provider(call.caller, call.slug, override_of(body))


@routes.add(
    "PUT",
    "/providers/{slug}/settings",
    keyed=True,
    matched=True,
    versioned=True,
    refuses=(Code.VERSION_CONFLICT, *_SAVE),
)
async def save_settings(call: Call, body: SettingsBody) -> ProviderDetail:
    """Save enforcement and list as a whole, based on the version in If-Match.

    All or nothing. If the version has changed, the problem contains what is saved now (`theirs`).
    `warnings` say who has no way in then: no owner, you yourself, all but a few.
    """
    save = SettingsSave(received(body, Settings), _version(call), override_of(body))
    return await call.backend.save_settings(call.caller, call.slug, save)


@routes.add(
    "POST",
    "/providers/{slug}/entries",
    keyed=True,
    versioned=True,
    refuses=(Code.UNKNOWN_MEMBER, *_SAVE),
)
async def change_entries(call: Call, body: EntriesBody) -> ProviderDetail:
    """Add, remove and switch enforcement in one step, based on what is saved now.

    Never a conflict.
    """
    delta, override = received(body, Delta), override_of(body)
    return await call.backend.apply_delta(call.caller, call.slug, delta, override)


@routes.add(
    "DELETE",
    "/providers/{slug}/entries/{email}",
    keyed=True,
    versioned=True,
    refuses=(Code.UNKNOWN_PROVIDER, Code.UNKNOWN_MEMBER, Code.WOULD_LOCK_OUT, Code.INVALID_EMAIL),
)
async def remove_entry(call: Call, body: OverrideBody | None) -> ProviderDetail:
    """Remove one person from the list, based on what is saved now."""
    delta = Delta(remove=(call.email,))
    return await call.backend.apply_delta(call.caller, call.slug, delta, override_of(body))


@routes.add("POST", "/providers/{slug}/check", refuses=(Code.UNKNOWN_PROVIDER, *_ADDITION))
async def check_entry(call: Call, body: EmailBody) -> None:
    """Whether somebody can be added to the list, enforced or not.

    The problem is the first of the six checks that fails.
    """
    await call.backend.check_entry(call.caller, call.slug, body.email)


@routes.add("POST", "/simulate", refuses=(Code.UNKNOWN_PROVIDER, Code.INVALID_EMAIL))
async def simulate(call: Call, body: SimulationBody) -> Decision:
    """Simulate a login. Nothing is recorded.

    A member can only simulate themselves. Slugs missing from `enforced` and `idp` use what is saved
    or measured.
    """
    question = Simulation(
        body.email,
        body.method,
        body.provider,
        tuple(body.enforced.items()),
        tuple(body.idp.items()),
    )
    return await call.backend.simulate(call.caller, question)


@routes.add(
    "POST",
    "/forecast",
    refuses=(Code.UNKNOWN_PROVIDER, Code.UNKNOWN_MEMBER, Code.INVALID_EMAIL),
)
async def forecast(call: Call, body: ForecastBody) -> Forecast:
    """Say what a change would do to people. Nothing is changed or recorded.

    Ask before a provider is removed, SSO is cleared, enforcement or a list is saved, or a member is
    removed or reset: it names who loses and who gains password login, who loses the last way in,
    whose sessions end, who can still get in, and the providers that an override has to name.
    """
    proposed = ProposedChange(body.act, body.target, Delta(body.enforced, body.add, body.remove))
    return await call.backend.forecast(call.caller, proposed)


def override_of(body: OverrideBody | SettingsBody | EntriesBody | None) -> Override | None:
    """The override of a change, if there is one."""
    said = None if body is None else body.override
    return None if said is None else received(said, Override)


def _asks_for_any(call: Call) -> bool:
    return [tag.strip() for tag in call.request.headers.getlist("if-match")] == ["*"]


def _version(call: Call) -> int:
    """The version in If-Match. A tag that no version ever had matches none: a conflict."""
    given = call.request.headers.getlist("if-match")
    if not given:
        raise RequestError(
            428,
            "This change needs the header If-Match",
            'Send the version that it is based on, such as If-Match: "3"',
        )
    tag = given[0].strip()
    strong = _STRONG_TAG.fullmatch(tag)
    if len(given) == 1 and strong is not None:
        return int(strong[1])
    if len(given) == 1 and _TAG.fullmatch(tag):
        return _NO_VERSION
    raise RequestError(422, 'If-Match must be one version, such as "3"')

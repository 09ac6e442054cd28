"""Sets SSO up for a provider: how bgconsole is registered, what is wrong beside each field."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from textual.app import ComposeResult

from bgconsole.backend.values import ProviderChange, SsoSettings
from bgconsole.policy.issuers import InvalidSettingError
from bgconsole.policy.kind_facts import KindSetting
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.tui.kit.form import FieldSpec
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.providers.form_dialog import ProviderForm, Send
from bgconsole.tui.providers.render import dialogs as render

_REGISTRATION: Final = ("client_id", "client_secret_file", "trust_file")
_LISTS: Final = ("scopes", "email_domains", "internal")
_FIELDS: Final = {
    "client_id": ("Client ID", "The client ID that bgconsole has there"),
    "client_secret_file": ("Secret file", "A path; empty for a public client with PKCE"),
    "email_domains": ("Email domains", "Domains it may vouch for, such as example.com"),
    "scopes": ("Scopes", "Empty: openid email profile"),
    "internal": (
        "Internal hosts", "Private hosts it may contact; usually empty"
    ),
    "trust_file": ("Trust file", "The path of an additional CA; usually empty"),
}  # fmt: skip
"""The registration: the label of each field, and what is said below it."""

_COLUMN: Final = 16
"""Cells of the labels."""

_RAW: Final = KindSetting("issuer", "issuer", None, "https://login.example.com", "Empty: no SSO")


class ProviderSetUpDialog(ProviderForm[ProviderChange]):
    """One form for all kinds: the kind's own settings first, then the registration."""

    HEADING = "Set SSO up"
    KIND = "provider-form provider-set-up"
    MISSING = "Change something first"

    def __init__(self, send: Send[ProviderChange], view: ProviderView) -> None:
        self._view = view
        detail = view.detail
        self._kind = detail.kind.facts
        values = self._kind.values(detail.issuer) if detail.issuer else {}
        # An issuer of another form is shown as it is.
        made = bool(values) or not detail.issuer or not self._kind.settings
        self._settings = self._kind.settings if made else (_RAW,)
        self._invalid: InvalidSettingError | None = None
        values = values if made else {"issuer": detail.issuer or ""}
        super().__init__(send, tuple(_specs(self._settings, values, detail.sso)), _COLUMN)

    def body(self) -> ComposeResult:
        yield Pane(id="provider-effect")
        yield from self.fields

    @property
    def wanted(self) -> ProviderChange | None:
        """What is other than it is stored."""
        detail = self._view.detail
        self._invalid = None
        try:
            issuer = self._issuer()
        except InvalidSettingError as error:
            self._invalid, issuer = error, detail.issuer or ""
        texts = {name: self.fields.typed(name) for name in _REGISTRATION}
        lists = {
            name: tuple(filter(None, re.split(r"[\s,]+", self.fields.typed(name))))
            for name in _LISTS
        }
        sso = detail.sso
        change = ProviderChange(
            issuer=issuer if issuer != (detail.issuer or "") else None,
            client_id=_other(texts["client_id"], sso.client_id),
            client_secret_file=_other(texts["client_secret_file"], sso.client_secret_file),
            trust_file=_other(texts["trust_file"], sso.trust_file),
            scopes=lists["scopes"] if lists["scopes"] != sso.scopes else None,
            email_domains=lists["email_domains"]
            if lists["email_domains"] != sso.email_domains
            else None,
            internal=lists["internal"] if lists["internal"] != sso.internal else None,
        )
        changed = any(getattr(change, one.name) is not None for one in dataclasses.fields(change))
        return change if changed or self._invalid is not None else None

    def _issuer(self) -> str:
        """What the kind makes of its settings; "" where nothing is typed."""
        typed = {setting.name: self.fields.typed(setting.name) for setting in self._settings}
        given = any(typed.values()) if typed else bool(self.fields.typed("client_id"))
        if not given:
            return ""
        if self._settings == (_RAW,):
            if typed["issuer"] == self._view.detail.issuer:
                return typed["issuer"]
            self._kind.demand(typed["issuer"])
            return typed["issuer"]
        return self._kind.issuer(typed)

    def action_send(self) -> None:
        """Say what is wrong with the kind's own settings, else save."""
        wanted = self.wanted
        invalid = self._invalid
        if wanted is None or invalid is None or self.busy:
            super().action_send()
            return
        self.refuse(refusal(Code.INVALID_VALUE, invalid.message, invalid.remedy), invalid.setting)

    def redraw(self) -> None:
        names = [setting.name for setting in self._settings] or ["client_id"]
        cleared = not any(self.fields.typed(name) for name in names)
        effect = partial(render.set_up, self._view, self._kind.steps, cleared=cleared)
        self.query_one("#provider-effect", Pane).show(effect)
        super().redraw()


def _specs(
    settings: Sequence[KindSetting], values: Mapping[str, str], sso: SsoSettings
) -> Iterator[FieldSpec]:
    # What the kind makes of its settings is an issuer to the backend.
    about = (RequestField.ISSUER, RequestField.TENANT)
    for one in settings:
        label = one.label[:1].upper() + one.label[1:]
        hint = render.hint(f"Such as {one.example}", _COLUMN)
        yield FieldSpec(one.name, label, value=values.get(one.name, ""), hint=hint, about=about)
    for name, (label, told) in _FIELDS.items():
        stored = getattr(sso, name)
        value = " ".join(stored) if name in _LISTS else stored or ""
        hint = render.hint(told, _COLUMN)
        yield FieldSpec(name, label, value=value, hint=hint, about=() if settings else about)


def _other(typed: str, stored: str | None) -> str | None:
    """What is typed, where that is not what is stored."""
    return typed if typed != (stored or "") else None

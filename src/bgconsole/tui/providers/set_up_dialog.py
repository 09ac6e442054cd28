"""Sets SSO up for a provider: how bgconsole is registered, what is wrong beside each field."""

import re
from dataclasses import fields
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult

from bgconsole.backend.values import ProviderChange
from bgconsole.policy.issuers import InvalidSettingError
from bgconsole.policy.kind_facts import KindSetting
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.providers.form_dialog import ProviderForm, Send
from bgconsole.tui.providers.render import dialogs as render

_REGISTRATION: Final = ("client_id", "client_secret_file", "trust_file")
_LISTS: Final = ("scopes", "email_domains", "internal")
_LABELS: Final = {
    "client_id": "Client ID",
    "client_secret_file": "Secret file",
    "email_domains": "Email domains",
    "scopes": "Scopes",
    "internal": "Internal hosts",
    "trust_file": "Trust file",
}
_SAID: Final = {
    "The client id": "client_id",
    "The file of the client secret": "client_secret_file",
    "The file of certificates": "trust_file",
    "A scope": "scopes",
    "An email domain": "email_domains",
    "An internal host": "internal",
}
"""How the refusals of each field begin."""

_RAW: Final = KindSetting("issuer", "issuer", None, "https://login.example.com", "Empty: no SSO")


class ProviderSetUpDialog(ProviderForm[ProviderChange]):
    """One form for all kinds: the kind's own settings first, then the registration."""

    COLUMN = 16
    HINTS: ClassVar[dict[str, str]] = {
        "client_id": "Which client bgconsole is there",
        "client_secret_file": "A path; empty for a public client with PKCE",
        "email_domains": "Whose emails it may vouch for, such as example.com",
        "scopes": "Empty: openid email profile",
        "internal": "Private hosts or networks that may be contacted; usually empty",
        "trust_file": "The path of an additional CA; usually empty",
    }

    def __init__(self, send: Send[ProviderChange], view: ProviderView) -> None:
        super().__init__(send)
        self._view = view
        detail = view.detail
        self._kind = detail.kind.facts
        values = self._kind.values(detail.issuer) if detail.issuer else {}
        # An issuer of another form is shown as it is.
        made = bool(values) or not detail.issuer or not self._kind.settings
        self._settings = self._kind.settings if made else (_RAW,)
        self._values = values if made else {"issuer": detail.issuer or ""}
        self._invalid: InvalidSettingError | None = None

    @property
    def heading(self) -> str:
        return "Set SSO up"

    @property
    def fields(self) -> tuple[str, ...]:
        return (*(setting.name for setting in self._settings), *_LABELS)

    def hint(self, name: str) -> str:
        setting = next((one for one in self._settings if one.name == name), None)
        return f"Such as {setting.example}" if setting is not None else self.HINTS[name]

    def field_of(self, refused: Refusal) -> str:
        if self._invalid is not None and refused.message == self._invalid.message:
            return self._invalid.setting
        if refused.code is not Code.INVALID_VALUE:
            return ""
        first = self.fields[0]
        return next(
            (name for said, name in _SAID.items() if refused.message.startswith(said)), first
        )

    def form(self) -> ComposeResult:
        yield Pane(id="provider-effect")
        for setting in self._settings:
            label = setting.label[:1].upper() + setting.label[1:]
            yield from self.row(label, setting.name, self._values.get(setting.name, ""))
        sso = self._view.detail.sso
        for name, label in _LABELS.items():
            stored = " ".join(getattr(sso, name)) if name in _LISTS else getattr(sso, name)
            yield from self.row(label, name, stored or "")

    def on_mount(self) -> None:
        self.query_one(".dialog").add_class("provider-set-up")
        super().on_mount()

    @property
    def wanted(self) -> ProviderChange | None:
        """What is other than it is stored."""
        detail = self._view.detail
        self._invalid = None
        try:
            issuer = self._issuer()
        except InvalidSettingError as error:
            self._invalid, issuer = error, detail.issuer or ""
        texts = {name: self.typed(name).strip() for name in _REGISTRATION}
        lists = {
            name: tuple(filter(None, re.split(r"[\s,]+", self.typed(name)))) for name in _LISTS
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
        changed = any(getattr(change, one.name) is not None for one in fields(change))
        return change if changed or self._invalid is not None else None

    def _issuer(self) -> str:
        """What the kind makes of its settings; "" where nothing is typed."""
        typed = {setting.name: self.typed(setting.name).strip() for setting in self._settings}
        given = any(typed.values()) if typed else bool(self.typed("client_id").strip())
        if not given:
            return ""
        if self._settings == (_RAW,):
            if typed["issuer"] == self._view.detail.issuer:
                return typed["issuer"]
            self._kind.demand(typed["issuer"])
            return typed["issuer"]
        return self._kind.issuer(typed)

    def disabled_reason(self, action: str) -> str | None:
        reason = super().disabled_reason(action)
        return reason and (reason if self._busy else "Change something first")

    def action_send(self) -> None:
        """Say what is wrong with the kind's own settings, else save."""
        wanted = self.wanted
        invalid = self._invalid
        if wanted is None or invalid is None or self._busy:
            super().action_send()
            return
        self._refused = refusal(Code.INVALID_VALUE, invalid.message, invalid.remedy)
        if invalid.setting in self.fields:
            self.field(invalid.setting).focus()
        self.draw()

    def draw(self) -> None:
        names = [setting.name for setting in self._settings] or ["client_id"]
        cleared = not any(self.typed(name).strip() for name in names)
        effect = partial(render.set_up, self._view, self._kind.steps, cleared=cleared)
        self.query_one("#provider-effect", Pane).show(effect)
        super().draw()


def _other(typed: str, stored: str | None) -> str | None:
    """What is typed, where that is not what is stored."""
    return typed if typed != (stored or "") else None

"""The pages of the demo's provider: plain HTML that works without scripts."""

import base64
import hashlib
from html import escape
from typing import Final

from bgconsole.demo.identity_provider.protocol import Path
from bgconsole.demo.people import EVERYBODY, KEN, Colleague

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1.1rem/1.5 system-ui, sans-serif; }
body { max-width: 38rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 2.4rem; line-height: 1.15; }
label { display: block; margin-bottom: .25rem; }
select, input { font: inherit; padding: .4rem .6rem; max-width: 100%; }
"""

STYLE_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""What the content security policy allows."""

_WHAT_IT_IS: Final = (
    "<p>It takes the place of Microsoft Entra ID for the sample team of"
    " <code>bgconsole demo</code>, on this machine only. Sign in as any of its people, or deny.</p>"
)


def request_page(handle: str, origin: str, login_hint: str) -> str:
    """Somebody chooses who they are for a client that waits at `origin`."""
    hidden = f'<input type="hidden" name="request" value="{escape(handle)}">'
    goes_to = f"<p>You then return to <code>{escape(origin)}</code>.</p>"
    return _page(
        f'{goes_to}<form method="post" action="{Path.AUTHORIZE}">{hidden}{_choice(login_hint)}'
    )


def device_page(user_code: str, fault: str = "") -> str:
    """Somebody types the code that their terminal shows, and chooses who they are."""
    words = f"<p><strong>{escape(fault)}</strong></p>" if fault else ""
    code = (
        '<p><label for="user_code">The code that your terminal shows</label> '
        f'<input id="user_code" name="user_code" value="{escape(user_code)}" required'
        ' maxlength="32" size="12" autocomplete="off" autocapitalize="characters"></p>'
    )
    return _page(f'{words}<form method="post" action="{Path.DEVICE}">{code}{_choice("")}')


def message_page(message: str) -> str:
    """One sentence, and nothing to do."""
    return _page(f"<p><strong>{escape(message)}</strong></p>", what_it_is="")


def _choice(login_hint: str) -> str:
    """The people and the two buttons, and the end of the form around them."""
    hinted = next((who for who in EVERYBODY if who.email == login_hint.casefold()), KEN)
    people = "".join(_option(who, chosen=who is hinted) for who in EVERYBODY)
    return (
        '<p><label for="person">Person</label> '
        f'<select id="person" name="person">{people}</select></p>'
        '<p><input type="submit" id="approve" name="approve" value="Sign in as this person">'
        ' <input type="submit" id="deny" name="deny" value="Deny" formnovalidate></p></form>'
    )


def _option(who: Colleague, *, chosen: bool) -> str:
    left = " – no longer in the team" if who.left is not None else ""
    label = escape(f"{who.name} – {who.email}{left}")
    selected = " selected" if chosen else ""
    return f'<option value="{escape(who.email)}"{selected}>{label}</option>'


def _page(content: str, what_it_is: str = _WHAT_IT_IS) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Demo identity provider</title><style>{_STYLE}</style></head><body>"
        "<h1>This is the demo's identity provider. It checks no password.</h1>"
        f"{what_it_is}{content}</body></html>\n"
    )

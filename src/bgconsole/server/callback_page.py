"""The page that a browser shows when an identity provider has sent it back to the server."""

from html import escape
from http import HTTPStatus
from typing import Final

from starlette.responses import HTMLResponse

from bgconsole.policy.refusals import Refusal

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>bgconsole</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em}}
strong{{display:block;font:700 64px/1.4 ui-monospace,monospace;letter-spacing:.3em}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""


def digits(shown: str) -> HTMLResponse:
    """The three digits that the console asks for."""
    body = (
        f"<p>Type these digits into the console:</p><p><strong>{escape(shown)}</strong></p>"
        "<p>You did not start this sign-in yourself? Then close this page: without the digits"
        " nobody gets in.</p>"
    )
    return HTMLResponse(_PAGE.format(title="One more step", body=body), headers=_HEADERS)


def refused(why: Refusal) -> HTMLResponse:
    """Why there are none."""
    body = f"<p>{escape(why.message)}.</p><p>{escape(why.remedy)}.</p>"
    page = _PAGE.format(title="Not signed in", body=body)
    return HTMLResponse(page, HTTPStatus.FORBIDDEN, headers=_HEADERS)

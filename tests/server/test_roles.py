"""Who may do what over raw HTTP: every operation by every role, and none of it wrong."""

from dataclasses import dataclass, field

import pytest

from bgconsole.server.app import OPERATIONS
from bgconsole.server.operations import Admission
from tests.backend.world import OWNER, PASSWORD
from tests.server.site import ADMIN, MEMBER, SOMEBODY, Site

EVERYBODY = ("nobody", "script", "member", "admin", "owner")
SIGNED_IN = {"member", "admin", "owner"}
ADMINISTRATORS = {"admin", "owner"}
OWNERS = {"owner"}
READERS = {"script", "admin", "owner"}

OWN_EMAIL = {"member": MEMBER, "admin": ADMIN, "owner": OWNER}


@dataclass(frozen=True)
class Row:
    """One request and who may make it. `name` is the operation's; OWN stands for one's own email.

    `case` tells apart several requests of one operation.
    """

    name: str
    method: str
    path: str
    allowed: set[str]
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    case: str = ""


MATCH = {"If-Match": '"1"'}
ROWS = [
    Row("me", "GET", "/me", SIGNED_IN),
    Row("touch", "POST", "/me/touch", SIGNED_IN),
    Row("reauthenticate", "POST", "/reauth", SIGNED_IN, {"password": PASSWORD}),
    Row(
        "change_password",
        "PUT",
        "/me/password",
        SIGNED_IN,
        {"current": PASSWORD, "password": "quite another set of words"},
    ),
    Row("list_providers", "GET", "/providers", SIGNED_IN),
    Row(
        "add_provider",
        "POST",
        "/providers",
        ADMINISTRATORS,
        {"slug": "okta", "kind": "oidc", "name": "Okta"},
    ),
    Row("change_provider", "PATCH", "/providers/entra", ADMINISTRATORS, {"name": "Entra"}, MATCH),
    Row("remove_provider", "DELETE", "/providers/oidc", ADMINISTRATORS),
    Row(
        "save_settings",
        "PUT",
        "/providers/entra/settings",
        ADMINISTRATORS,
        {"enforced": True, "emails": [OWNER]},
        MATCH,
    ),
    Row(
        "change_entries",
        "POST",
        "/providers/entra/entries",
        ADMINISTRATORS,
        {"add": [OWNER], "enforced": True},
    ),
    Row("remove_entry", "DELETE", f"/providers/entra/entries/{OWNER}", ADMINISTRATORS),
    Row("check_provider", "POST", "/providers/entra/probe", ADMINISTRATORS),
    Row("list_idps", "GET", "/idp", SIGNED_IN),
    Row("list_identities", "GET", f"/members/{SOMEBODY}/identities", ADMINISTRATORS),
    Row("unlink_identity", "DELETE", f"/members/{SOMEBODY}/identities/entra", ADMINISTRATORS),
    Row("check_entry", "POST", "/providers/entra/check", ADMINISTRATORS, {"email": OWNER}),
    Row("simulate", "POST", "/simulate", SIGNED_IN, {"email": "OWN"}, case="oneself"),
    Row("simulate", "POST", "/simulate", ADMINISTRATORS, {"email": SOMEBODY}, case="others"),
    Row(
        "forecast",
        "POST",
        "/forecast",
        ADMINISTRATORS,
        {"act": "remove_provider", "target": "entra"},
    ),
    Row("list_members", "GET", "/members", ADMINISTRATORS),
    Row(
        "add_members",
        "POST",
        "/members",
        ADMINISTRATORS,
        {"members": [{"email": "more@acme.test"}]},
        case="members",
    ),
    Row(
        "add_members",
        "POST",
        "/members",
        OWNERS,
        {"members": [{"email": "more@acme.test", "role": "admin"}]},
        case="admins",
    ),
    Row("change_member", "PATCH", f"/members/{SOMEBODY}", OWNERS, {"role": "admin"}, case="role"),
    Row(
        "change_member",
        "PATCH",
        f"/members/{SOMEBODY}",
        ADMINISTRATORS,
        {"name": "Some Body"},
        case="name",
    ),
    Row(
        "change_member",
        "PATCH",
        f"/members/{ADMIN}",
        OWNERS,
        {"email": "other@acme.test"},
        case="email",
    ),
    Row("reset_member", "POST", f"/members/{SOMEBODY}/reset", ADMINISTRATORS, case="member"),
    Row("reset_member", "POST", f"/members/{ADMIN}/reset", OWNERS, case="admin"),
    Row("unpause_member", "POST", f"/members/{SOMEBODY}/unpause", OWNERS),
    Row("remove_member", "DELETE", f"/members/{SOMEBODY}", ADMINISTRATORS, case="member"),
    Row("remove_member", "DELETE", f"/members/{ADMIN}", OWNERS, case="admin"),
    Row("list_events", "GET", "/audit", READERS),
    Row("follow_events", "GET", "/audit/stream", READERS),
    Row("verify", "GET", "/audit/verify", READERS),
    Row("audit_reader", "GET", "/audit/reader", READERS),
    Row("record_export", "POST", "/audit/exports", READERS, {"count": 3}),
    Row(
        "acknowledge_rewind",
        "POST",
        "/audit/rewinds",
        OWNERS,
        {"seq": 9_999, "hash": "0" * 64, "reason": "Restored a backup"},
    ),
    Row("list_tokens", "GET", "/tokens", ADMINISTRATORS),
    Row("create_token", "POST", "/tokens", ADMINISTRATORS, {"days": 3}),
    Row("revoke_token", "DELETE", "/tokens/nosuch", ADMINISTRATORS),
    Row("doctor", "GET", "/doctor", ADMINISTRATORS),
]


def test_the_table_has_every_operation_that_asks_for_a_session() -> None:
    asking = {one.name for one in OPERATIONS if one.admission is Admission.SESSION}
    assert {row.name for row in ROWS} == asking


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.case}".rstrip("-"))
async def test_an_operation_is_open_to_those_it_is_for_and_to_nobody_else(
    site: Site, row: Row
) -> None:
    # A stream would never end; so it is refused last, for a reason of its own.
    site.app.state.streams.stop()
    for who in EVERYBODY:
        before = await site.head()
        body = {"email": OWN_EMAIL.get(who, OWNER)} if row.body == {"email": "OWN"} else row.body
        answer = await site.call(row.method, f"/v1{row.path}", body, by=who, headers=row.headers)
        told = f"{who}: {answer.status_code} {answer.text}"
        if who in row.allowed:
            assert answer.status_code not in {401, 403}, told
            continue
        expected = (401, "signed_out") if who == "nobody" else (403, "forbidden")
        assert (answer.status_code, answer.json()["code"]) == expected, told
        assert await site.head() == before, told


@pytest.mark.parametrize("who", ["member", "admin"])
async def test_a_removed_persons_next_request_is_refused(site: Site, who: str) -> None:
    await site.call("DELETE", f"/v1/members/{OWN_EMAIL[who]}")
    answer = await site.call("GET", "/v1/me", by=who)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


async def test_a_member_sees_no_lists(site: Site) -> None:
    body = {"add": [OWNER, MEMBER], "enforced": True}
    await site.call("POST", "/v1/providers/entra/entries", body)
    (entra, *_) = (await site.call("GET", "/v1/providers")).json()
    assert [entry["email"] for entry in entra["entries"]] == [OWNER, MEMBER]
    (entra, *_) = (await site.call("GET", "/v1/providers", by="member")).json()
    assert (entra["entries"], entra["listed_me"]) == ([], True)


async def test_what_nobody_may_do_over_http_has_no_address(site: Site) -> None:
    for path in ("/v1/initialise", "/v1/recover", "/v1/upgrade", "/docs", "/redoc", "/metrics"):
        assert (await site.call("POST", path, {})).status_code == 404

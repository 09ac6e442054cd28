"""Reading what is on record, live or by pages, and the tokens that scripts do it with."""

from starlette.responses import Response

from bgconsole.backend.values import (
    AuditPage,
    AuditReader,
    Finding,
    IssuedToken,
    ScriptToken,
    Verification,
)
from bgconsole.backend.wire import ExportBody, RewindBody, TokenBody
from bgconsole.policy.audit import AuditHead
from bgconsole.policy.refusals import Code
from bgconsole.server.audit_query import (
    AFTER,
    FILTER,
    PAGE,
    SEEN,
    page_size,
    position,
    seen_record,
    seq_of,
    wanted_events,
)
from bgconsole.server.audit_stream import AuditStream
from bgconsole.server.call import Call
from bgconsole.server.operations import Routes
from bgconsole.server.problems import RequestError

routes = Routes("audit")

LAST_EVENT_ID = "Last-Event-ID"


@routes.add("GET", "/audit", query=PAGE, refuses=(Code.LOG_REWOUND,))
async def list_events(call: Call) -> AuditPage:
    """A page of matching events, newest first.

    Events below `before` or above `after`, by `seq`. With `after`, the oldest events above it are
    returned, still newest first. Every page costs the same. If the log does not reach `after`, or
    no longer contains the record `seen`, an older copy was restored: `log_rewound`.
    """
    return await call.backend.audit_page(
        call.caller,
        wanted_events(call.query),
        limit=page_size(call.query),
        before=position(call.query, "before"),
        after=position(call.query, "after"),
        seen=seen_record(call.query),
    )


@routes.add(
    "GET",
    "/audit/stream",
    query=(*FILTER, AFTER, SEEN),
    media="text/event-stream",
    refuses=(Code.LOG_REWOUND,),
)
async def follow_events(call: Call) -> Response:
    """Matching events as they happen, oldest first, as server-sent events.

    Each event named `audit` contains one event, with its `seq` as ID. A comment is sent every 15
    seconds. The stream starts after Last-Event-ID, otherwise after `after`, otherwise with the next
    event. When the session ends, an event named `problem` gives the reason, and the stream ends.
    The same happens with `log_rewound` when an older copy of the log is restored. If the start is
    beyond the end of the log, or the log does not contain the record in `seen`, the answer is
    `log_rewound`.
    """
    wanted = wanted_events(call.query)
    after = _beginning(call)
    # Asked now, so that a refusal is an answer of its own and not an event.
    page = await call.backend.audit_page(
        call.caller, limit=1, after=after, seen=seen_record(call.query)
    )
    reader = await call.backend.audit_reader(call.caller)
    call.streams.check(reader)
    beginning = page.head if after is None else after
    events = call.backend.audit_follow(call.caller, beginning, wanted, page.newest)
    return AuditStream(call, reader, events)


@routes.add("GET", "/audit/verify")
async def verify(call: Call) -> Verification:
    """Verify the chain of hashes."""
    return await call.backend.audit_verify(call.caller)


@routes.add("GET", "/audit/reader")
async def audit_reader(call: Call) -> AuditReader:
    """Who reads the log with this token.

    A person, or, in `script`, the ID of the script's token.
    """
    return await call.backend.audit_reader(call.caller)


@routes.add("POST", "/audit/exports", query=FILTER, refuses=(Code.INVALID_VALUE, Code.THROTTLED))
async def record_export(call: Call, body: ExportBody) -> None:
    """Record that events were exported.

    The query is the filter that selected them. The scripts of one person can record 60 exports an
    hour.
    """
    if body.count < 0:
        raise RequestError(422, "count must not be negative")
    await call.backend.record_export(call.caller, wanted_events(call.query), body.count)


@routes.add("POST", "/audit/rewinds", status=204, keyed=True, refuses=(Code.INVALID_VALUE,))
async def acknowledge_rewind(call: Call, body: RewindBody) -> None:
    """Record that history went back, and why.

    `seq` and `hash` are those of the newest record seen before. For owners.
    """
    await call.backend.acknowledge_rewind(call.caller, AuditHead(body.seq, body.hash), body.reason)


@routes.add("GET", "/tokens")
async def list_tokens(call: Call) -> tuple[ScriptToken, ...]:
    """The scripts' tokens, newest first."""
    return await call.backend.tokens(call.caller)


@routes.add("POST", "/tokens", status=201, keyed=True, refuses=(Code.INVALID_VALUE,))
async def create_token(call: Call, body: TokenBody) -> IssuedToken:
    """Create a token that can read the audit log.

    It is shown only once.
    """
    return await call.backend.create_token(call.caller, body.days)


@routes.add("DELETE", "/tokens/{id}", keyed=True, refuses=(Code.UNKNOWN_TOKEN,))
async def revoke_token(call: Call) -> None:
    """Revoke a script's token."""
    await call.backend.revoke_token(call.caller, call.parts["id"])


@routes.add("GET", "/doctor")
async def doctor(call: Call) -> tuple[Finding, ...]:
    """What is right and wrong with the database.

    For owners and admins.
    """
    # Where the database is, anybody may ask; so here it is asked first what they alone may see.
    await call.backend.tokens(call.caller)
    return await call.backend.doctor(call.caller)


def _beginning(call: Call) -> int | None:
    """The `seq` to go on from; None begins with what comes next."""
    after = position(call.query, "after")
    given = call.request.headers.get(LAST_EVENT_ID)
    return after if given is None else seq_of(LAST_EVENT_ID, given)

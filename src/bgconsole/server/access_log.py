"""The access log: one line of JSON for each request, with nothing secret or personal in it."""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime

from bgconsole.server.edge import Exchange


def write(exchange: Exchange) -> None:
    """Put a request on standard output.

    Neither path nor query are told, only the route, so no email, token or search text is. Fails
    open: a log that cannot be written stops no request; what is done is on the audit record.
    """
    line = json.dumps(
        {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "request_id": exchange.request_id,
            "source": exchange.source,
            "method": exchange.method,
            "route": exchange.route,
            "status": exchange.status,
            "ms": round(exchange.seconds * 1000, 1),
        }
    )
    with suppress(OSError, ValueError):
        # In one piece, for several processes write to it.
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

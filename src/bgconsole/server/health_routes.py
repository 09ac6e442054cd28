"""Whether the process is alive, and whether it can do its work; outside of /v1."""

from dataclasses import dataclass

from bgconsole.server.call import Call
from bgconsole.server.operations import Admission, Routes

routes = Routes("health", prefix="")


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of a process that is well."""

    status: str = "ok"


@routes.add("GET", "/healthz", admission=Admission.ANYBODY)
async def healthz(call: Call) -> Health:
    """The process is running.

    Does not check the database.
    """
    return Health()


@routes.add("GET", "/readyz", admission=Admission.ANYBODY)
async def readyz(call: Call) -> Health:
    """The database answers, and its schema is this version's."""
    await call.backend.welcome()
    return Health()

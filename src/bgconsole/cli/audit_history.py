"""Whether the log went back to an older copy since this user saw it last, said on the way."""

from dataclasses import replace
from typing import Final

from bgconsole.backend.errors import BackendError, LogRewoundError
from bgconsole.backend.values import Finding, Severity
from bgconsole.cli.context import OpenTeam
from bgconsole.cli.errors import complain
from bgconsole.log_history.history import LogHistory

REMEDY: Final = 'An owner records why with "bgconsole audit acknowledge --reason TEXT"'


async def look(history: LogHistory) -> LogRewoundError | None:
    """What `LogHistory.look` finds, told on stderr, and so is what is in its way."""
    rewound = await history.look()
    if rewound is not None:
        complain(f"WARNING: {rewound.refusal.message}", REMEDY)
    if history.fault is not None:
        complain(f"Cannot save which record of the log you saw last: {history.fault.strerror}")
    return rewound


def warned_of_history(team: OpenTeam) -> LogRewoundError | None:
    """Whether the log went back, which is told on stderr. Raises as `audit_page` does."""
    return team.run(look(LogHistory(team.backend, team.caller)))


def history_finding(team: OpenTeam, token: str | None) -> list[Finding]:
    """What `doctor` says of it; nothing where nobody is signed in who may read the log."""
    if token is None:
        return []
    history = LogHistory(team.backend, replace(team.caller, token=token))
    try:
        rewound = team.run(history.look())
    except BackendError:
        # Who asks may not read the log, or the findings before say what is wrong.
        return []
    if rewound is None:
        return []
    return [Finding("history", Severity.PROBLEM, rewound.refusal.message, REMEDY)]

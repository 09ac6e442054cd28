"""Whether the log went back to an older copy since this user saw it last.

The newest record seen is kept between runs. When the log no longer holds it, history went back:
that is told until an owner has put on record why (`audit.rewound`), wherever they did.
"""

from dataclasses import dataclass, field
from typing import Final

from bgconsole.backend.errors import LogRewoundError
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import AuditPage
from bgconsole.log_history import seen_heads
from bgconsole.log_history.seen_heads import SeenHead
from bgconsole.policy.audit import AuditFilter, AuditHead, EventType

_KNOWN: Final = 20
"""Acknowledgements that are remembered, the newest of a log."""

ACKNOWLEDGED: Final = AuditFilter(types=(EventType.AUDIT_REWOUND.value,))


@dataclass(slots=True)
class LogHistory:
    """What one reader of a log saw of it, now and before."""

    backend: Backend
    caller: Caller
    fault: OSError | None = None
    """Why nothing can be kept; in memory it goes on."""
    _log: str = ""
    _kept: dict[str, SeenHead] = field(default_factory=dict[str, SeenHead])

    async def look(self) -> LogRewoundError | None:
        """What is missing of the log, unless that was acknowledged; else what it is now is kept.

        Raises the BackendErrors of `audit_page`.
        """
        page = await self.backend.audit_page(self.caller, ACKNOWLEDGED, limit=_KNOWN)
        if not seen_heads.is_log(page.log):
            return None
        self._log = page.log
        acknowledged = tuple(event.hash for event in page.events)
        kept = self._load()
        if kept is not None:
            lost = await self._lost(kept.head, page)
            # An older copy holds older acknowledgements: they are of what was lost before.
            if lost is not None and set(acknowledged) <= set(kept.acknowledged):
                return lost
        now = SeenHead(page.newest, acknowledged)
        if now != kept:
            self._save(now)
        return None

    def lost(self, error: LogRewoundError) -> None:
        """Keep what a follower saw last, which the log does not hold any more."""
        if not self._log or not error.seen.hash:
            return
        # Another process of this user may have seen an acknowledgement since.
        kept = self._load()
        self._save(SeenHead(error.seen, () if kept is None else kept.acknowledged))

    async def _lost(self, seen: AuditHead, page: AuditPage) -> LogRewoundError | None:
        if seen == page.newest:
            return None
        try:
            await self.backend.audit_page(self.caller, limit=1, seen=seen)
        except LogRewoundError as error:
            return error
        return None

    def _load(self) -> SeenHead | None:
        try:
            return seen_heads.load(self._log) or self._kept.get(self._log)
        except OSError as error:
            self.fault = error
            return self._kept.get(self._log)

    def _save(self, seen: SeenHead) -> None:
        self._kept[self._log] = seen
        try:
            seen_heads.save(self._log, seen)
        except OSError as error:
            self.fault = error

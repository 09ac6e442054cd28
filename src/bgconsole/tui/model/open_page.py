"""What the page of the open provider and the simulator show."""

from dataclasses import dataclass
from datetime import datetime

from bgconsole.tui.model.outages import Outage, Usage
from bgconsole.tui.model.state import ProviderView


@dataclass(frozen=True, slots=True, eq=False)
class OpenPage:
    """`view` None: there is no provider. `outage` is the provider's own, if it has one.

    `why_no_change` says why nothing can be changed here now; None where it can.
    """

    view: ProviderView | None
    administers: bool
    why_no_change: str | None
    usage: Usage
    outage: Outage | None
    now: datetime

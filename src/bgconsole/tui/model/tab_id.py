"""The parts of the main screen."""

from enum import StrEnum
from typing import Final

COLUMNS: Final = 100
ROWS: Final = 30
"""A terminal smaller than this shows the parts one at a time."""


class TabId(StrEnum):
    """What can be in front. A large terminal shows page, simulator and audit together."""

    PAGE = "page"
    SIMULATOR = "simulator"
    AUDIT = "audit"
    WHO = "who"
    MEMBERS = "members"
    PROVIDERS = "providers"

"""The parts of the main screen."""

from enum import StrEnum


class Part(StrEnum):
    """What can be in front. A large terminal shows page, simulator and audit together."""

    PAGE = "page"
    SIMULATOR = "simulator"
    AUDIT = "audit"
    WHO = "who"
    MEMBERS = "members"
    PROVIDERS = "providers"

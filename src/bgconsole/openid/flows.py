"""Which flows a provider can serve, and why it cannot serve the others."""

from bgconsole.openid.values import Metadata
from bgconsole.policy.sso import Flow


def offered(metadata: Metadata) -> tuple[Flow, ...]:
    """The flows that the provider has endpoints for, in the order in which to offer them."""
    without = unavailable(metadata)
    return tuple(flow for flow in Flow if flow not in without)


def unavailable(metadata: Metadata) -> dict[Flow, str]:
    """Why a flow cannot be offered, in a sentence."""
    found: dict[Flow, str] = {}
    if metadata.device_authorization_endpoint is None:
        found[Flow.DEVICE] = "The provider's discovery document has no device endpoint"
    if metadata.authorization_endpoint is None:
        why = "The provider's discovery document has no sign-in page for browsers"
        found[Flow.BROWSER] = found[Flow.SERVER] = why
    return found

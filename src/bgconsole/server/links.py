"""What can be done next with an answer: OpenAPI links, which tools follow to test in sequence."""

from typing import Any, Final

from bgconsole.server.operations import HttpOperation

_SLUG: Final = {"slug": "$response.body#/slug"}
_SAVE: Final = {**_SLUG, "header.If-Match": "$response.header.ETag"}
_EMAIL: Final = {"email": "$response.body#/email"}
_FIRST: Final = {"email": "$response.body#/0/email"}
_TOKEN: Final = {"id": "$response.body#/id"}

_LINKS: Final[dict[str, dict[str, dict[str, str]]]] = {
    "add_provider": {"change_provider": _SAVE, "save_settings": _SAVE, "remove_provider": _SLUG},
    "change_provider": {"save_settings": _SAVE, "change_entries": _SLUG},
    "save_settings": {"save_settings": _SAVE, "check_entry": _SLUG},
    "change_entries": {"save_settings": _SAVE},
    "add_members": {"change_member": _FIRST, "reset_member": _FIRST, "remove_member": _FIRST},
    "change_member": {"reset_member": _EMAIL, "remove_member": _EMAIL},
    "reset_member": {"unpause_member": _EMAIL},
    "create_token": {"revoke_token": _TOKEN},
}


def links_of(operation: HttpOperation) -> dict[str, Any]:
    """The links of an operation's answer, by the name of what they lead to."""
    return {
        name: {"operationId": name, "parameters": parameters}
        for name, parameters in _LINKS.get(operation.name, {}).items()
    }

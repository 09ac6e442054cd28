"""bgconsole: a full-screen terminal console for emergency access past single sign-on."""

from typing import Final

__all__ = ["__version__"]

# A literal, because reading it from the installed metadata costs 34 ms at every start.
# The distribution test compares it with the metadata.
__version__: Final = "0.1.0"

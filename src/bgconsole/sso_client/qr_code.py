"""An address as a QR code for a terminal, two of its rows in each line, or in plain ASCII."""

from enum import Enum
from typing import Final

QUIET: Final = 2
"""Empty modules around the code; four are the standard's, two are enough on a screen."""

_HALVES: Final = {
    (False, False): " ",
    (True, False): "▀",
    (False, True): "▄",
    (True, True): "█",
}


class QrStyle(Enum):
    """How a module is drawn; dark on light either way, so set dark ink on a light ground."""

    HALF_BLOCKS = "half_blocks"
    ASCII = "ascii"


def qr_rows(text: str, style: QrStyle = QrStyle.HALF_BLOCKS) -> tuple[str, ...]:
    """The lines of the code for `text`, all of one width, with an empty margin."""
    # Imported by those who sign in by SSO alone.
    import segno

    code = segno.make(text, error="l", micro=False, boost_error=False)
    modules = [[bool(module) for module in row] for row in code.matrix_iter(scale=1, border=QUIET)]
    if style is QrStyle.ASCII:
        return tuple("".join("##" if dark else "  " for dark in row) for row in modules)
    if len(modules) % 2:
        modules.append([False] * len(modules[0]))
    pairs = zip(modules[::2], modules[1::2], strict=True)
    return tuple(
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs
    )

"""Collects the bytes of a bracketed paste until its end, which may come in pieces."""

from typing import Final

__all__ = ["PASTE_LIMIT", "Pasting"]

PASTE_LIMIT: Final = 65_536
"""Bytes of a paste that are kept; what is beyond is dropped."""


class Pasting:
    """One paste. `csi` is how its begin was introduced: its end is introduced the same way."""

    def __init__(self, csi: bytes) -> None:
        self._end = csi + b"201~"
        self._bytes = bytearray()

    @property
    def text(self) -> bytes:
        """What came so far, up to the limit."""
        return bytes(self._bytes[:PASTE_LIMIT])

    def take(self, data: bytes, at: int) -> int | None:
        """Take what belongs to the paste of `data` from `at` on; where that ends, if it ends."""
        before = len(self._bytes)
        self._bytes += data[at:]
        end = self._bytes.find(self._end, max(0, before - len(self._end)))
        if end < 0:
            # The last bytes may be a piece of the end, whatever is dropped before them.
            del self._bytes[PASTE_LIMIT : -len(self._end)]
            return None
        del self._bytes[end:]
        return at + end + len(self._end) - before

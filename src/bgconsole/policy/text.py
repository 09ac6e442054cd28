"""Text from outside, made harmless for a terminal without losing what it says."""


def visible(text: str) -> str:
    r"""`text` with every character that is not printable as an escape one can see (``\x1b``).

    Control bytes, line ends, direction overrides, invisible and unassigned characters and lone
    surrogates are all unprintable to `str.isprintable`; spaces and other scripts stay as they are.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in text)


def _escape(code: int) -> str:
    if code <= 0xFF:
        return f"\\x{code:02x}"
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"

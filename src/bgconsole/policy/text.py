"""Text from outside made harmless for a terminal."""


def visible(text: str) -> str:
    r"""`text` with every character that is not printable as an escape (`\x1b`, `\u202e`).

    Control characters, bidi controls, zero-width characters and lone surrogates are not
    printable; what a terminal would act on or hide is thereby seen. The stored text stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    point = ord(character)
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"

"""Strings that text from outside may hold: what terminals obey, what hides, what looks otherwise.

Every text a person can store (a name, a description, a reason, a local part) is tried with these.
"""

ESCAPES = (
    "\x1b[2J\x1b[H",  # clears the screen
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;cHduZWQ=\x07",  # writes the clipboard
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",  # asks the terminal to answer as if somebody typed
    "\x1b[6n",
    "\x1b[?1049l",
    "\x1bc",
    "\x1b",
    "end\x1b",
)
"""Sequences that begin with ESC."""

CONTROLS = (
    "\x9b31mred",  # CSI as one C1 character
    "\x9d52;c;cHduZWQ=\x9c",
    "\x90q\x9c",
    "\x85next line",
    "\x00nul",
    "\x07bell",
    "back\x08\x08\x08\x08over",
    "carriage\rreturn",
    "two\nlines",
    "\ttab\ttab",
    "\x0bvertical\x0cfeed",
    "\x0e\x0fshift",
    "\x11\x13flow",
    "\x7fdelete",
    "".join(map(chr, range(0x20))),
    "".join(map(chr, range(0x7F, 0xA0))),
)
"""C0 and C1 characters without ESC."""

HIDDEN = (
    "\u202eniatpac\u202c",  # right-to-left override
    "\u2066isolate\u2069",
    "\u200e\u200f\u061c",
    "zero\u200bwidth\u200cand\u200djoiners",
    "\ufeffbom",
    "soft\u00adhyphen",
    "\u2028line\u2029paragraph",
    "tag\U000e0041\U000e0042",
    "variation\ufe0f\U000e0100",
    "\u2800braille blank\u3164filler",
    "private\ue000\U0010fffd",
    "unassigned\u0378\U0001fffe",
)
"""Format, private and unassigned characters: unseen, or moving what is seen."""

WIDE = (
    "a" + "\u0301" * 500,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "\u0301leading mark",
    "👩\u200d👩\u200d👧\u200d👦 family",
    "🏳\ufe0f\u200d🌈 🇩🇪 1\ufe0f\u20e3",
    "漢字かな交じり文",
    "ﷺ﷽",
    "שלום עולם",
    "مرحبا بالعالم",
    "\uff46\uff55\uff4c\uff4c\uff57\uff49\uff44\uff54\uff48",  # full width
    "x" * 10_000,
    "漢" * 3_000,
    "word " * 2_000,
)
"""Legitimate or at least printable text whose width, height or direction surprises."""

MARKUP = (
    "[@click=app.quit]x[/]",
    "[@click=app.bell()]press[/]",
    "bad[/]",
    "[/not-open]",
    "[",
    "]",
    "[[",
    "\\[",
    "[b",
    "[$error]red[/]",
    "[link='https://evil.example']x[/link]",
    "[bold red on white]x",
    "{name} {0} %s %n ${HOME}",
    ":smile: &amp; <script>alert(1)</script>",
    "`id` $(id) ; id | id",
    "=1+1",
    "@SUM(1+1)",
    "+1",
    "-1",
    '"quoted", with, commas',
    "'; DROP TABLE account; --",
    "../../etc/passwd",
    "NULL",
    "--help",
)
"""What a markup, format, shell, spreadsheet or SQL interpreter would act on."""

SURROGATES = ("\ud800", "half \udc9b pair", "\udcff\udc1b[2J")
"""Lone surrogates: a `str` that has no UTF-8 form (names decoded with surrogateescape)."""

BLANK = ("", " ", "\u00a0", "\u3000")
"""Nothing to see."""

STORABLE = (*ESCAPES, *CONTROLS, *HIDDEN, *WIDE, *MARKUP, *BLANK)
"""Everything that has a UTF-8 form."""

HOSTILE = (*STORABLE, *SURROGATES)
"""All of it."""


def foreign_controls(raw: bytes) -> list[str]:
    """What an output of plain lines should not hold: anything unprintable but the line's end.

    Takes raw bytes: ESC, C0, C1, invisible and bidirectional characters, bytes that are no UTF-8.
    """
    text = raw.decode("utf-8", "surrogateescape")
    return [repr(char) for char in text if not char.isprintable() and char != "\n"]

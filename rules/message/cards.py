"""Calendars and visiting cards as text: their lines unfolded and unescaped.

Promises: total, linear; the first reading is the standard's, the others are those of older cards.
"""

from __future__ import annotations

import binascii
import re

# RFC 5545 §3.1 and RFC 6350 §3.2: line end and one white space away. vCard 2.1 kept the white space.
_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_ESCAPE = re.compile(r"\\([\\;,:\"])")


def unfolded(text: str) -> tuple[str, ...]:
    """The standard reading, then others where the text shows signs of them."""
    plain = _ESCAPE.sub(r"\1", _FOLD.sub("", text)).replace("\\n", "\n").replace("\\N", "\n")
    if "QUOTED-PRINTABLE" not in text.upper():
        return (plain,)
    decoded = binascii.a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return plain, decoded

"""Calendars and visiting cards as text: their lines unfolded and unescaped.

Promises: total, linear; the first reading is the standard's, the others are those of older cards.
"""

from __future__ import annotations

import binascii
import html
import re

from rules.message.embedded import card_values

# RFC 5545 §3.1 and RFC 6350 §3.2: line end and one white space away. vCard 2.1 kept the white space.
_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_ESCAPE = re.compile(r"\\([\\;,:\"@])")
_TAG = re.compile(r"<[^<>]*>")


def unfolded(text: str) -> tuple[str, ...]:
    """The standard reading, then others where the text shows signs of them."""
    plain = _ESCAPE.sub(r"\1", _FOLD.sub("", text)).replace("\\n", "\n").replace("\\N", "\n")
    others = list(card_values(plain))
    if "<" in plain:
        # Outlook shows X-ALT-DESC, which is HTML, instead of the description.
        others.append(html.unescape(_TAG.sub("", plain)))
    if "QUOTED-PRINTABLE" in text.upper():
        others.append(binascii.a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace"))
    return (plain, *others)

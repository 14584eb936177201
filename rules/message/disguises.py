"""Other readings of a text: what it says once undone from a coding its label does not name.

Promises: linear; each reading costs a substring search unless its sign is there. Readings are unproven: they are only
worth showing if they hold an address the text itself does not.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator

from rules.text.charsets import whole_letters
from rules.text.percent import undo_percent
from rules.text.words import decode_words

_ENTITY = re.compile(r"&#|&commat;|&period;|&amp;", re.IGNORECASE)
# JSON and scripts, RTF, RFC 6533; a style sheet's escape only where it stands for `@` or a dot.
_ESCAPE = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|'([0-9a-fA-F]{2})|[ux]\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})"
    r"|(000040|00002[eE]|0{0,3}(?:40|2[eE])(?![0-9a-fA-F]))[ \t\r\n\f]?|(@))"
)
# 'jan' + '@' + 'x.nl' in a script.
_JOINED = re.compile(r"[\"'][ \t]?\+[ \t]?[\"']")
_FLOWED_BREAK = re.compile(r" ?\r?\n(?:>+ ?)*")
# A domain cut at its first dot: what stands before the cut can't be a whole one.
_CUT_DOMAIN = re.compile(r"(@[\w-]{1,63})(?:\.\r?\n|\r?\n\.)(?=[^\W\d_])")
_UTF7_AT = "+AEA-"
# RFC 3461 §4: a recipient in a delivery report.
_XTEXT_AT = re.compile(r"\+40(?=[^\W_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RIGHT_TO_LEFT = "\u202e"


def readings(text: str, *, flowed: bool = False) -> Iterator[str]:
    """What else the text may say, cheapest first."""
    if "%" in text:
        yield undo_percent(text)
    if "=40" in text or "=2E" in text or "=\n" in text or "=\r" in text:
        yield binascii.a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    if "&" in text and _ENTITY.search(text):
        yield html.unescape(html.unescape(text))
    if "\\" in text:
        yield whole_letters(_ESCAPE.sub(_unescaped, text))
    if "+" in text:
        yield from _with_plus(text)
    if "=?" in text:
        yield decode_words(text.encode("utf-8", "replace"))
    if flowed:
        yield _FLOWED_BREAK.sub("", text)
    if "@" in text:
        if _CONTROL.search(text):
            yield _CONTROL.sub("", text)
        if "\n" in text and _CUT_DOMAIN.search(text):
            yield _CUT_DOMAIN.sub(r"\1.", text)
    if not text.isascii() and _RIGHT_TO_LEFT in text:
        yield text[::-1]


def _with_plus(text: str) -> Iterator[str]:
    if _UTF7_AT in text:
        yield whole_letters(text.encode("ascii", "ignore").decode("utf-7", "ignore"))
    if "+40" in text:
        yield _XTEXT_AT.sub("@", text)
    if _JOINED.search(text):
        yield _JOINED.sub("", text)


def _unescaped(found: re.Match[str]) -> str:
    written = "".join(filter(None, found.groups()))
    code = int(written, 16) if written != "@" else ord("@")
    return chr(code) if code <= 0x10FFFF else found.group()

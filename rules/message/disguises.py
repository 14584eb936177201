"""Other readings of a text: what it says once undone from a coding its label does not name.

Promises: linear; each reading costs a substring search unless its sign is there. Readings are unproven: they are only
worth showing if they hold an address the text itself does not.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from rules.message.payload import decode_base64, uu_files
from rules.text.charsets import decode_bytes

_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_ENTITY = re.compile(r"&#|&commat;|&period;", re.IGNORECASE)
_SCRIPT_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|'([0-9a-fA-F]{2}))")
_FLOWED_BREAK = re.compile(r" ?\r?\n(?:>+ ?)*")
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}\r?\Z")
# Shorter lines without a space are words and numbers.
BASE64_LINE_MIN = 16
_UTF7_AT = "+AEA-"


def readings(text: str, *, flowed: bool = False) -> Iterator[str]:
    """What else the text may say, cheapest first."""
    if "\0" in text:
        yield text.replace("\0", "")
    if "%" in text:
        yield unquote(unquote(text))
    if "=40" in text or "=2E" in text or "=\n" in text or "=\r" in text:
        yield binascii.a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    if "&" in text and _ENTITY.search(text):
        yield html.unescape(text)
    if "\\" in text:
        yield _SCRIPT_ESCAPE.sub(lambda found: chr(int("".join(filter(None, found.groups())), 16)), text)
    if _UTF7_AT in text:
        yield text.encode("ascii", "ignore").decode("utf-7", "ignore")
    if flowed:
        yield _FLOWED_BREAK.sub("", text)
    yield from _embedded(text)


def _embedded(text: str) -> Iterator[str]:
    """Files written into the text: uuencoded, or lines of base64."""
    if "begin " in text:
        for _, content in uu_files(text.encode("utf-8", "replace")):
            yield decode_bytes(content, None)[0]
    if len(text) < BASE64_LINE_MIN:
        return
    block: list[str] = []
    for line in (*text.split("\n"), ""):
        if " " not in line and (len(line) >= BASE64_LINE_MIN or block) and _BASE64_LINE.match(line):
            block.append(line)
        elif block:
            yield decode_bytes(decode_base64("".join(block).encode("ascii")), None)[0]
            block = []

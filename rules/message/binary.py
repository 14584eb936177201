"""Addresses in files that are no text: what `strings` would show around every `@`.

Promises: linear, bounded windows; ASCII and UTF-16 letters. This reads no format: the text of attachments is extracted
elsewhere.
"""

from __future__ import annotations

import re

from rules.text.charsets import guess

_SNIFF_BYTES = 1024
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes([*range(9), 11, *range(14, 32)])
_DOMAIN = re.compile(rb"@[A-Za-z0-9][A-Za-z0-9-]*\.[A-Za-z0-9.-]{2,}")
_WINDOW = 80
# A last letter without its zero: the higher octet comes first, or the text ends there.
_WIDE_DOMAIN = re.compile(rb"@\0[A-Za-z0-9]\0(?:[A-Za-z0-9-]\0)*\.\0(?:[A-Za-z0-9.-]\0)+[A-Za-z0-9]?")
_WIDE_BACKWARDS = re.compile(rb"(?:\0[!-?A-~])+")
_LETTERS_BACKWARDS = re.compile(rb"[!-?A-~]+")  # each `@` has a window of its own


def is_text(data: bytes) -> bool:
    """Whether a file's first bytes are letters in any encoding we know."""
    if data.startswith(_MARKS):
        return True
    middle = len(data) // 2
    sample = data[:_SNIFF_BYTES] + data[middle : middle + _SNIFF_BYTES] + data[-_SNIFF_BYTES:]
    if sample.translate(None, _CONTROLS) == sample:
        return True
    # UTF-16 without a mark has zeros, and letters once decoded.
    plain = guess(data[: _SNIFF_BYTES // 4])
    return sum(map(str.isprintable, plain)) + 2 * plain.count("\n") > 0.95 * len(plain)


def strings(data: bytes) -> str:
    """The letters around every `@` that has a domain behind it, one a line."""
    found = _around(data)
    if b"@\0" in data or b"\0@" in data:
        found += _around(data.translate(None, b"\0"))
    return "\n".join(found)


def loose(data: bytes) -> str:
    """The same for a short value of which only the whole says what it is: letters of two octets stand where they begin.

    `strings` takes zeros away, which joins a wide text to what happens to stand before it.
    """
    found = _around(data)
    for match in _WIDE_DOMAIN.finditer(data):
        start = match.start()
        window = data[max(0, start - 2 * _WINDOW) : start][::-1]
        before = _WIDE_BACKWARDS.match(window)
        if before is not None:
            wide = before.group()[::-1] + match.group()
            found.append(wide.translate(None, b"\0").decode("ascii"))
    return "\n".join(found)


def _around(data: bytes) -> list[str]:
    found = []
    for match in _DOMAIN.finditer(data):
        start = match.start()
        before = _LETTERS_BACKWARDS.match(data[max(0, start - _WINDOW) : start][::-1])
        if before is not None:
            found.append((before.group()[::-1] + match.group()).decode("ascii"))
    return found

"""BER elements, as far as a reader of signed mail needs them: one element, the next one, an octet string in pieces.

Promises: total and linear: no recursion, no byte read more than a few times, whatever the nesting. What is cut off, of
endless length or of too many pieces is None, and the caller says "damaged".
Source: ITU-T X.690 §8.1 (identifier, length, end-of-contents) and §8.7 (octet strings).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CONSTRUCTED = 0x20
OCTET_STRING, OID, SEQUENCE = 0x04, 0x06, 0x30
# [0] EXPLICIT, as CMS writes it.
CONTEXT_0 = 0xA0
# Eight octets hold any length there is; BER allows 126 with zeros in front, which nobody writes.
_LENGTH_OCTETS_MAX = 8
_INDEFINITE = -1
_END_OF_CONTENTS = 0
# Writers that stream cut at 1 KB or more; the largest message has 25 000 of these.
PIECES_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its first identifier octet, where its content stands, and where the next element begins."""

    tag: int
    start: int
    end: int
    after: int


def element(data: bytes, position: int, end: int) -> Element | None:
    """The element at `position`, all of it before `end`; None if there is no whole one."""
    head = _head(data, position, end)
    if head is None:
        return None
    tag, start, length = head
    if length == _INDEFINITE:
        closing = _closing(data, start, end)
        return None if closing < 0 else Element(tag, start, closing, closing + 2)
    return Element(tag, start, start + length, start + length) if start + length <= end else None


def children(data: bytes, parent: Element, most: int) -> Iterator[Element]:
    """The first elements inside a constructed one, `most` at most; ends early where none can be read."""
    position = parent.start
    for _ in range(most):
        if position >= parent.end or (found := element(data, position, parent.end)) is None:
            return
        yield found
        position = found.after


def octets(data: bytes, string: Element) -> bytes | None:
    """The octets of a string that may be in pieces, and the pieces in pieces."""
    if not string.tag & CONSTRUCTED:
        return data[string.start : string.end]
    out = bytearray()
    position = string.start
    for _ in range(PIECES_MAX):
        if position >= string.end:
            return bytes(out)
        head = _head(data, position, string.end)
        if head is None:
            return None
        tag, position, length = head
        if tag == OCTET_STRING and position + length <= string.end:
            out += data[position : position + length]
            position += length
        elif tag != OCTET_STRING | CONSTRUCTED and (tag, length) != (_END_OF_CONTENTS, 0):
            return None
    return None


def first_oid(data: bytes) -> bytes:
    """The object identifier a sequence begins with, of which only the beginning need be there; b"" if there is none."""
    head = _head(data, 0, len(data))
    if head is None or head[0] != SEQUENCE:
        return b""
    inner = _head(data, head[1], len(data))
    return data[inner[1] : inner[1] + inner[2]] if inner is not None and inner[0] == OID else b""


def _head(data: bytes, position: int, end: int) -> tuple[int, int, int] | None:
    """First identifier octet, where the content starts, its length or _INDEFINITE."""
    if position + 2 > end:
        return None
    tag = data[position]
    position += 1
    if tag & 0x1F == 0x1F:
        while position < end and data[position] & 0x80:
            position += 1
        position += 1
        if position >= end:
            return None
    length = data[position]
    position += 1
    if length < 0x80:
        return tag, position, length
    if length == 0x80:
        return (tag, position, _INDEFINITE) if tag & CONSTRUCTED else None
    count = length & 0x7F
    if count > _LENGTH_OCTETS_MAX or position + count > end:
        return None
    return tag, position + count, int.from_bytes(data[position : position + count], "big")


def _closing(data: bytes, position: int, end: int) -> int:
    """Where the end-of-contents octets stand that close what begins here; -1 if nothing closes it."""
    depth = 1
    while (head := _head(data, position, end)) is not None:
        tag, start, length = head
        if tag == _END_OF_CONTENTS:
            depth -= 1
            if length or not depth:
                return -1 if length else position
            position = start
        elif length == _INDEFINITE:
            depth += 1
            position = start
        else:
            position = start + length
    return -1

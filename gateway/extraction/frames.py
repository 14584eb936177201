"""What goes over the socket between a reader and the gateway: lengths and JSON, read as hostile input.

Promises: `Frames` is total: bytes become values or Garbled, and no more than the limit is ever kept. Nothing of a frame
is believed but its types: a reader that was taken over can lie about its file, and about nothing else.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.extraction.files import LETTERS_MAX
from rules.case import Extract, Unread
from rules.text.charsets import whole_letters

HEAD = struct.Struct("<I")
# JSON writes a letter outside ASCII as six octets, one outside the first plane as twelve.
ANSWER_BYTES_MAX = 8 * LETTERS_MAX
REASONS = frozenset({"encrypted", "damaged", "too_deep", "too_big", "unknown", "image_only"})
_WHERE_LETTERS = 400
_DONE = "done"


class Garbled(Exception):
    """What came is no answer of ours."""


def frame(piece: Extract | Unread | None) -> bytes:
    """One piece as octets; None says that a file is done."""
    value: list[object]
    if piece is None:
        value = [_DONE]
    elif isinstance(piece, Unread):
        value = [piece.where, piece.why]
    else:
        value = [piece.where, piece.text, piece.table, piece.first_column]
    body = json.dumps(value).encode()
    return HEAD.pack(len(body)) + body


@dataclass(slots=True)
class Frames:
    """Octets in, pieces out."""

    left: int = ANSWER_BYTES_MAX
    _buffer: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[Extract | Unread | None]:
        """The pieces that are complete now; raises Garbled."""
        self.left -= len(data)
        if self.left < 0:
            raise Garbled
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= HEAD.size:
            (size,) = HEAD.unpack_from(self._buffer, at)
            end = at + HEAD.size + size
            if len(self._buffer) < end:
                break
            yield _piece(bytes(self._buffer[at + HEAD.size : end]))
            at = end
        del self._buffer[:at]


def _piece(body: bytes) -> Extract | Unread | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Garbled from exc
    match value:
        case ["done"]:
            return None
        case [str(where), str(why)] if why in REASONS:
            return Unread(whole_letters(where[:_WHERE_LETTERS]), why)
        case [str(where), str(text), bool(table), int(first)] if 0 <= first < 1 << 20:
            return Extract(whole_letters(where[:_WHERE_LETTERS]), whole_letters(text), table, first)
    raise Garbled

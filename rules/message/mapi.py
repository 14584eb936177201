"""Property lists as Outlook packs them into TNEF (MS-OXTNEF §2.1.3.4): what a message or a file is and says.

Promises: total, linear; counts and lengths are believed only as far as there are bytes. Whatever ends a list before its
count is damage, told to the caller; what was read until then stays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ULONG = struct.Struct("<I")
_TAG = struct.Struct("<HH")
_MULTIPLE = 0x1000
_NAMED_FROM = 0x8000
_GUID_BYTES = 16
# MS-OXCDATA §2.11.1: the types, and how many octets a value of fixed size takes here, its padding included.
STRING8, UNICODE, BINARY, OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_VARIABLE: Final = frozenset({STRING8, UNICODE, BINARY, OBJECT})
_FIXED: Final = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4,  # short, long, float, error, boolean
    0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8,  # double, currency, two kinds of time, long long
    0x0048: 16,
}  # fmt: skip
# Of one stream, their values counted too. Outlook writes about a hundred for a message, a few dozen for a recipient.
PROPERTIES_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `type` is without the bit for several values; `name` is that of a named one, if it is a text.

    `values` are the octets of each value; those of several numbers stand in one.
    """

    id: int
    type: int
    name: str
    values: tuple[bytes, ...]


class Damage(Exception):
    """The bytes are not what the format says."""


class Reader:
    """Walks over one attribute's property lists. It reads no more than `left` lists, properties and values."""

    def __init__(self, data: bytes, left: int) -> None:
        self.data = data
        self.left = left
        self.position = 0
        self.whole = True

    @property
    def rest(self) -> bytes:
        """What was not read."""
        return self.data[self.position :]

    def properties(self) -> Iterator[Property]:
        """One list, as far as it goes."""
        try:
            self._count()
            for _ in range(self._ulong()):
                yield self._property()
        except Damage:
            self.whole = False

    def rows(self) -> Iterator[Property]:
        """A table: a list for each row, here one behind the other."""
        try:
            for _ in range(self._ulong()):
                yield from self.properties()
                if not self.whole:
                    return
        except Damage:
            self.whole = False

    def _property(self) -> Property:
        start = self.position
        try:
            return self._read_property()
        except Damage:
            self.position = start  # all of it belongs to the rest
            raise

    def _read_property(self) -> Property:
        self._count()
        kind, number = _TAG.unpack(self._take(_TAG.size))
        name = self._name() if number >= _NAMED_FROM else ""
        plain = kind & ~_MULTIPLE
        if plain in _VARIABLE:
            values = tuple(self._sized() for _ in range(self._ulong()))
        elif (size := _FIXED.get(plain)) is not None:
            values = (self._take(size * self._ulong() if kind & _MULTIPLE else size),)
        else:
            raise Damage
        return Property(number, plain, name, values)

    def _name(self) -> str:
        """A name's text, "" for a number: behind the name space it belongs to."""
        self._take(_GUID_BYTES)
        if self._ulong() == 0:
            self._ulong()
            return ""
        return self._sized().decode("utf-16-le", "replace").strip("\0")

    def _count(self) -> None:
        if not self.left:
            raise Damage
        self.left -= 1

    def _sized(self) -> bytes:
        self._count()
        length = self._ulong()
        value = self._take(length)
        self.position += -length % 4
        return value

    def _ulong(self) -> int:
        number: int = _ULONG.unpack(self._take(_ULONG.size))[0]
        return number

    def _take(self, length: int) -> bytes:
        end = self.position + length
        if end > len(self.data):
            raise Damage
        value = self.data[self.position : end]
        self.position = end
        return value

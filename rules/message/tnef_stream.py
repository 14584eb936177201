"""The stream of attributes that TNEF is (MS-OXTNEF §2.1.1): levels, identifiers, lengths, check sums.

Promises: total, linear, at most ATTRIBUTES_MAX attributes. What is not as the format says is named, and what could not
be taken apart comes back as it is; a wrong check sum damages nothing but trust.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
# Signature and key, then attributes: level, identifier, length; behind the data the sum of its octets.
_START_BYTES = 6
_HEAD = struct.Struct("<BHHI")
_SUM = struct.Struct("<H")
# A message has about twenty, and seven for each file.
ATTRIBUTES_MAX = 10_000
# What transport adds to a file's end.
_FILL = b"\0\r\n\t "

# MS-OXTNEF §2.1.3.3: attributes, by the half of the identifier that is not their type.
OWNER, SENT_FOR, DELEGATE, FROM, SUBJECT, CLASS, BODY = 0x0000, 0x0001, 0x0002, 0x8000, 0x8004, 0x8008, 0x800C
MESSAGE_ID, PARENT_ID, CONVERSATION_ID = 0x8009, 0x800A, 0x800B
PROPERTIES, RECIPIENTS, CODEPAGE = 0x9003, 0x9004, 0x9007
FILE_STARTS, FILE_DATA, FILE_TITLE, FILE_NAME, FILE_PICTURE, FILE_PROPERTIES = (
    0x9002, 0x800F, 0x8010, 0x9001, 0x8011, 0x9005
)  # fmt: skip
OF_FILES: Final = frozenset(
    {FILE_STARTS, FILE_DATA, FILE_TITLE, FILE_NAME, FILE_PICTURE, FILE_PROPERTIES, 0x8012, 0x8013}
)
# All there are; the other ones are dates, numbers and marks. The format has been closed for decades.
KNOWN: Final = OF_FILES | {
    OWNER, SENT_FOR, DELEGATE, FROM, SUBJECT, CLASS, BODY, MESSAGE_ID, PARENT_ID, CONVERSATION_ID, PROPERTIES,
    RECIPIENTS, CODEPAGE, 0x0006, 0x0007, 0x0008, 0x0009, 0x8005, 0x8006, 0x8007, 0x800D, 0x8020, 0x9006,
}  # fmt: skip
_MESSAGE, _FILE = 1, 2


@dataclass(frozen=True, slots=True)
class Stream:
    """`attributes` are names and data, in order; `rest` is what none of them holds."""

    attributes: tuple[tuple[int, bytes], ...]
    damage: tuple[str, ...] = ()
    rest: bytes = b""


def read_stream(data: bytes) -> Stream:
    """The attributes, as far as they go."""
    if not data.startswith(SIGNATURE) or len(data) < _START_BYTES:
        return Stream((), ("signature",), data)
    found: list[tuple[int, bytes]] = []
    damage: dict[str, None] = {}
    position, end = _START_BYTES, len(data)
    while position + _HEAD.size <= end and len(found) < ATTRIBUTES_MAX:
        level, name, _, length = _HEAD.unpack_from(data, position)
        if level not in {_MESSAGE, _FILE}:
            break
        start = position + _HEAD.size
        stop = start + length
        value = data[start:stop]
        if stop + _SUM.size > end:
            damage["length"] = None
        elif _SUM.unpack_from(data, stop)[0] != _sum(value):
            damage["check sum"] = None
        if name not in KNOWN:
            damage["unknown"] = None
        if (level == _FILE) is not (name in OF_FILES):
            # Some readers go by the level, others by the name.
            damage["level"] = None
        found.append((name, value))
        position = stop + _SUM.size
    rest = data[position:].strip(_FILL)
    if rest:
        damage["attributes"] = None
    return Stream(tuple(found), tuple(damage), rest)


def _sum(value: bytes) -> int:
    """The sum of the octets modulo 65536; Adler's lower half is one more than that of at most 256 octets."""
    return sum((zlib.adler32(value[at : at + 256]) & 0xFFFF) - 1 for at in range(0, len(value), 256)) & 0xFFFF

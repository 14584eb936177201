"""What property values say: letters in a code page or of two octets, and the addresses in entries.

Promises: total, linear. Where a code page takes an `@` away, what the octets say without it stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.message.binary import loose
from rules.message.mapi import STRING8, UNICODE
from rules.text.charsets import decode_bytes, guess

WIDE: Final = "utf-16le"
# MS-OXCDATA §2.2.5.1: an address that stands in no directory; then version and flags, then name, kind and address.
_ONE_OFF = bytes.fromhex("812b1fa4bea310199d6e00dd010f5402")
_FLAGS_BYTES = 4
_ONE_OFF_WIDE = 0x80
_PARTING = dict.fromkeys({*range(32), 127} - {ord(mark) for mark in "\t\r\n"}, "\n")


def texts_of(kind: int, value: bytes, charset: str) -> Iterator[str]:
    """One value of a property of this type; `charset` is that of letters of one octet."""
    if kind == STRING8:
        yield decoded(value, charset)
    elif kind == UNICODE:
        yield decoded(without_end(value, UNICODE), WIDE)
    else:
        yield loose(value)
        for entry in value.split(_ONE_OFF)[1:]:
            wide = entry[_FLAGS_BYTES - 1 : _FLAGS_BYTES] >= bytes((_ONE_OFF_WIDE,))
            yield decoded(entry[_FLAGS_BYTES:], WIDE if wide else charset)


def decoded(value: bytes, charset: str) -> str:
    """The letters; zeros part texts."""
    text = decode_bytes(value, charset)[0]
    if value.count(b"@") > text.count("@"):
        # The code page is not what it says: without it there is more to read.
        text = f"{text}\n{guess(value)}\n{value.decode('latin-1')}"
    return clean(text)


def clean(text: str) -> str:
    """Zeros end a text, and they and other marks may part several."""
    return text.strip("\0").translate(_PARTING)


def without_end(value: bytes, kind: int) -> bytes:
    """A text's octets without the zeros that end it."""
    if kind == STRING8:
        return value.rstrip(b"\0")
    end = len(value.rstrip(b"\0"))
    return value[: end + end % 2] if kind == UNICODE else value

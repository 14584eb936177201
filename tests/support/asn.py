"""Cryptographic messages built by hand: BER in all its spellings, right and wrong."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable

DATA, SIGNED, ENVELOPED, SIGNED_ENVELOPED, DIGESTED, ENCRYPTED = (
    bytes.fromhex("2a864886f70d0107") + bytes((arc,)) for arc in range(1, 7)
)
RECEIPT, AUTHENTICATED, COMPRESSED, AUTH_ENVELOPED = (
    bytes.fromhex("2a864886f70d01091001") + bytes((arc,)) for arc in (1, 2, 9, 23)
)
ZLIB = bytes.fromhex("2a864886f70d0109100308")
Wrap = Callable[[int, bytes], bytes]


def der(tag: int, content: bytes) -> bytes:
    """The shortest definite form."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def long_form(tag: int, content: bytes) -> bytes:
    """A definite form with zeros in front of the length, which BER allows."""
    return bytes((tag, 0x84)) + len(content).to_bytes(4, "big") + content


def open_ended(tag: int, content: bytes) -> bytes:
    """The indefinite form; a primitive has none."""
    return bytes((tag, 0x80)) + content + b"\0\0" if tag & 0x20 else der(tag, content)


def in_pieces(content: bytes, size: int, wrap: Wrap = open_ended, depth: int = 1) -> bytes:
    """A constructed octet string, its pieces in strings that are constructed too."""
    pieces = b"".join(der(0x04, content[at : at + size]) for at in range(0, len(content), size))
    for _ in range(depth):
        pieces = wrap(0x24, pieces)
    return pieces


def info(kind: bytes, content: bytes, wrap: Wrap = der) -> bytes:
    return wrap(0x30, der(0x06, kind) + wrap(0xA0, content))


def body(string: bytes | None, inner: bytes = DATA, wrap: Wrap = der, algorithm: bytes = b"") -> bytes:
    """Version, algorithms and what is wrapped, which begin SignedData and its like; then what may follow."""
    content = b"" if string is None else wrap(0xA0, string)
    middle = der(0x30, der(0x06, algorithm)) if algorithm else der(0x31, b"")
    return wrap(0x30, der(0x02, b"\x01") + middle + wrap(0x30, der(0x06, inner) + content) + der(0x31, b""))


def signed(content: bytes, wrap: Wrap = der, inner: bytes = DATA, piece: int = 0) -> bytes:
    string = in_pieces(content, piece, wrap) if piece else der(0x04, content)
    return info(SIGNED, body(string, inner, wrap), wrap)


def compressed(content: bytes, algorithm: bytes = ZLIB, inner: bytes = DATA, *, raw: bool = False) -> bytes:
    packed = content if raw else zlib.compress(content)
    return info(COMPRESSED, body(der(0x04, packed), inner, algorithm=algorithm))


def shut(kind: bytes = ENVELOPED) -> bytes:
    return info(kind, der(0x30, der(0x02, b"\x00") + der(0x31, b"nobody")))


def mime(data: bytes, kind: str = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m") -> bytes:
    """The fields and body of a part that holds these bytes."""
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(
        data
    ).replace(b"\n", b"\r\n")

"""Cryptographic messages (S/MIME): what kind they are, and the content that needs no key to be read.

Promises: total, linear, bounded: opened content is never longer than it came, but for compressed content, which may be
EXPANSION_MAX times as long, once. Nothing is verified: a wrong signature hides nothing. What can't be taken apart is
DAMAGED, never empty.
Source: RFC 5652 (CMS), RFC 2315 (PKCS #7), RFC 3274 (compressed), RFC 5083 (authenticated), RFC 8551 (S/MIME).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from enum import Enum

from rules.message import ber
from rules.message.payload import decode_base64

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME = bytes.fromhex("2a864886f70d01091001")
_DATA = _PKCS7 + b"\x01"
# Version, algorithms, then what is wrapped: the same three fields begin all of these.
_SIGNED, _DIGESTED, _COMPRESSED = _PKCS7 + b"\x02", _PKCS7 + b"\x05", _SMIME + b"\x09"
# Enveloped, signed and enveloped, encrypted, authenticated, authenticated-enveloped: a key or its holder is named.
_SHUT = frozenset({*(_PKCS7 + bytes((arc,)) for arc in (3, 4, 6)), *(_SMIME + bytes((arc,)) for arc in (2, 23))})
_WRAPPERS = frozenset({_SIGNED, _DIGESTED, _COMPRESSED})
_KNOWN = _WRAPPERS | _SHUT | {_DATA}
# Mail text and its markup shrink to a third or a fifth; more than this is made to cost time.
EXPANSION_MAX = 8
# Nobody signs what is signed and compressed more often than this.
_LAYERS_MAX = 8
_ARMOUR = re.compile(rb"\s*(?:-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s*)?(?=M[A-Za-z0-9+/\s]{30})")
# What decides whether it is one at all stands in the first thirty octets, in base64 or not.
HEAD_BYTES = 128


class State(Enum):
    """How much of it can be read."""

    OPEN = "open"  # signed, digested, compressed or plain: `content` is there
    EMPTY = "empty"  # signatures or certificates alone
    SHUT = "shut"  # needs a key
    DAMAGED = "damaged"
    TOO_BIG = "too_big"


@dataclass(frozen=True, slots=True)
class Cms:
    """One cryptographic message. `unpacked`: the content was compressed."""

    state: State
    content: bytes = field(default=b"", repr=False)
    unpacked: bool = False


def is_cms(head: bytes) -> bool:
    """Whether what begins so is one, whatever its label says; HEAD_BYTES are enough."""
    return ber.first_oid(_bare(head[:HEAD_BYTES])) in _KNOWN


def read_cms(data: bytes, *, unpack: bool = True) -> Cms:
    """Take it apart. Without `unpack` compressed content is TOO_BIG: it lies in compressed content already."""
    data = _bare(data)
    outer = ber.element(data, 0, len(data))
    if outer is None or data[outer.after :].strip(b"\0\r\n\t "):
        return _DAMAGED
    kind, found, _ = _wrapped(data, outer)
    if kind in _SHUT:
        return Cms(State.SHUT)
    if found is None:
        return _DAMAGED
    if kind in _WRAPPERS:
        return _opened(data, kind, found, EXPANSION_MAX * len(data) if unpack else 0)
    octets = _octets(data, found)
    return _DAMAGED if octets is None else Cms(State.OPEN, octets)


_DAMAGED = Cms(State.DAMAGED)


def _bare(data: bytes) -> bytes:
    """The bytes without armour, or without base64 inside base64."""
    armour = _ARMOUR.match(data)
    if armour is None:
        return data
    inside = data[armour.end() :]
    footer = inside.find(b"-----END")
    return decode_base64(inside if footer < 0 else inside[:footer])


def _wrapped(data: bytes, pair: ber.Element) -> tuple[bytes, ber.Element | None, bool]:
    """A type, and in its [0] the content; whether the type stands alone. ContentInfo and EncapsulatedContentInfo."""
    parts = list(ber.children(data, pair, 3))
    if not parts or parts[0].tag != ber.OID:
        return b"", None, False
    kind = data[parts[0].start : parts[0].end]
    if len(parts) != 2 or parts[1].tag != ber.CONTEXT_0:
        return kind, None, parts[0].after == pair.end
    content = list(ber.children(data, parts[1], 2))
    return kind, content[0] if len(content) == 1 else None, False


def _opened(data: bytes, kind: bytes, found: ber.Element, budget: int) -> Cms:
    """Goes inward until what is there is no cryptographic message any more."""
    unpacked = False
    for _ in range(_LAYERS_MAX):
        fields = list(ber.children(data, found, 3))
        if len(fields) != 3 or fields[2].tag != ber.SEQUENCE:
            return _DAMAGED
        inner, content, alone = _wrapped(data, fields[2])
        if content is None:
            return Cms(State.EMPTY) if alone else _DAMAGED
        if content.tag == ber.SEQUENCE and inner in _WRAPPERS | _SHUT and kind != _COMPRESSED:
            found = content  # PKCS #7 wraps without an octet string between
        else:
            octets = _octets(data, content)
            if octets is None:
                return _DAMAGED
            if kind == _COMPRESSED:
                octets, state = _inflated(octets, budget)
                if state is not State.OPEN:
                    return Cms(state)
                budget, unpacked = budget - len(octets), True
            if inner not in _WRAPPERS | _SHUT:
                return Cms(State.OPEN, octets, unpacked)
            layer = ber.element(octets, 0, len(octets))
            if layer is None:
                return _DAMAGED
            data, found = octets, layer
        if inner in _SHUT:
            return Cms(State.SHUT)
        kind = inner
    return _DAMAGED


def _octets(data: bytes, found: ber.Element) -> bytes | None:
    return ber.octets(data, found) if found.tag & ~ber.CONSTRUCTED == ber.OCTET_STRING else None


def _inflated(data: bytes, budget: int) -> tuple[bytes, State]:
    """Decompressed (RFC 1950, the only algorithm of RFC 3274); what is longer than the budget is left alone."""
    stream = zlib.decompressobj()
    try:
        out = stream.decompress(data, budget + 1)
    except zlib.error:
        return b"", State.DAMAGED
    if len(out) > budget:
        return b"", State.TOO_BIG
    return (out, State.OPEN) if stream.eof else (b"", State.DAMAGED)

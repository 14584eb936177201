"""Compressed RTF undone: the form in which Outlook packs a message's body (MS-OXRTFCP).

Promises: total, linear, at most RTF_MAX_BYTES out. What is damaged gives what can be read, and says that it is damaged.
"""

from __future__ import annotations

import binascii
import struct

# A body of two million letters with its formatting; nobody writes it, and longer ones would only cost time.
RTF_MAX_BYTES = 4 * 1024 * 1024
_HEADER = struct.Struct("<IIII")
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
# MS-OXRTFCP §2.1.3.1: what the writer's and the reader's dictionary hold before the first octet.
_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u"
    rb"\tab\tx"
)
_DICTIONARY_BYTES = 4096
_REFERENCE_MIN = 2


def decompress(data: bytes) -> tuple[bytes, bool]:
    """The RTF, and whether it is whole: sizes and check sum right, nothing missing, nothing behind it, not too long."""
    if len(data) < _HEADER.size:
        return b"", False
    size, raw_size, kind, checksum = _HEADER.unpack_from(data)
    body = data[_HEADER.size :]
    fits = size + 4 == len(data)
    if kind == _PLAIN:
        return body[:RTF_MAX_BYTES], fits and raw_size == len(body) <= RTF_MAX_BYTES
    if kind != _COMPRESSED:
        return body[:RTF_MAX_BYTES], False
    out, ended = _expand(body)
    # The standard's CRC is the usual one without turning the bits over, at the start and at the end.
    right = binascii.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF == checksum
    return out, fits and ended and right and raw_size == len(out)


def _expand(body: bytes) -> tuple[bytes, bool]:
    """The octets, and whether the end mark was found where the bytes end."""
    out = bytearray(_PRELOAD)
    full = len(_PRELOAD) + RTF_MAX_BYTES
    position, end = 0, len(body)
    while position < end and len(out) <= full:
        control = body[position]
        position += 1
        if not control and position + 8 <= end:
            out += body[position : position + 8]
            position += 8
            continue
        for bit in range(8):
            if not control >> bit & 1:
                out += body[position : position + 1]
                position += 1
                continue
            if position + 2 > end:
                return _kept(out), False
            reference = body[position] << 8 | body[position + 1]
            position += 2
            back = (len(out) - (reference >> 4)) % _DICTIONARY_BYTES
            if not back:
                return _kept(out), position == end
            _repeat(out, back, (reference & 15) + _REFERENCE_MIN)
    return _kept(out), False


def _repeat(out: bytearray, back: int, length: int) -> None:
    """Append what stands `back` octets before the end, from itself where it is shorter than `length`."""
    start = len(out) - back
    # Before the preload the dictionary holds zeros.
    piece = bytes(-start) + out[:length] if start < 0 else out[start : start + length]
    out += (piece * (length // len(piece) + 1))[:length]


def _kept(out: bytearray) -> bytes:
    return bytes(out[len(_PRELOAD) : len(_PRELOAD) + RTF_MAX_BYTES])

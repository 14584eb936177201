"""Transfer encodings undone, as much as can be.

Promises: total, linear. Broken base64 gives what can be read; an unknown encoding leaves the bytes alone.
"""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_UU_BEGIN = re.compile(rb"begin [0-7]{3,4}(?: [^\r\n]{0,400})?\r?\n")
_UU_NAMES = frozenset({"x-uuencode", "x-uue", "uuencode", "uue"})
IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
KNOWN = IDENTITY | {"base64", "quoted-printable"} | _UU_NAMES


def decode_payload(data: bytes, encoding: str) -> bytes:
    """The bytes the author meant."""
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in _UU_NAMES:
        return b"".join(content for _, content in uu_files(data)) or data
    return data


def decode_base64(data: bytes) -> bytes:
    """Reads past foreign letters and past padding in the middle, as clients do."""
    padding = data.find(b"=")
    if padding == -1 or not data[padding:].strip(b"=\r\n\t "):
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            pass
    out = []
    for run in _NOT_BASE64.sub(b"", data).split(b"="):
        # One letter over holds six bits of nothing.
        whole = run[: len(run) - (len(run) % 4 == 1)]
        out.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(out)


def uu_files(data: bytes) -> list[tuple[bytes, bytes]]:
    """Every uuencoded file in the bytes: its begin line and its content."""
    found = []
    position = 0
    while (begin := _UU_BEGIN.search(data, position)) is not None:
        end = data.find(b"\nend", begin.end() - 1)
        stop = len(data) if end == -1 else end
        found.append((begin.group(), b"".join(map(_uu_line, data[begin.end() : stop].splitlines()))))
        position = stop
    return found


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some coders count one group too many; the length byte says how much is meant.
        length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""

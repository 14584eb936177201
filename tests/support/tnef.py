"""Writes winmail.dat files: as Outlook does, as Exchange does, and as nobody should.

It shares no code with the product's reader; numbers are those of MS-OXTNEF, MS-OXPROPS and MS-OXRTFCP.
"""

from __future__ import annotations

import binascii
import struct
from collections.abc import Callable, Sequence

LONG, BOOLEAN, OBJECT, SYSTIME, STRING8, UNICODE, GUID, BINARY = 0x3, 0xB, 0xD, 0x40, 0x1E, 0x1F, 0x48, 0x102
MANY = 0x1000
MESSAGE_INTERFACE = bytes.fromhex("0703020000000000C000000000000046")
STORAGE_INTERFACE = bytes.fromhex("0B00000000000000C000000000000046")
PUBLIC_STRINGS = bytes.fromhex("2903020000000000C000000000000046")
MUIDEMSAB = bytes.fromhex("DCA740C8C042101AB4B908002B2FE182")
ONE_OFF = bytes.fromhex("812B1FA4BEA310199D6E00DD010F5402")
DATE = struct.pack("<7H", 2026, 11, 16, 9, 0, 0, 1)

# Attributes: the whole identifier.
OWNER, SENT_FOR, DELEGATE, FROM, SUBJECT, BODY = 0x00060000, 0x00060001, 0x00060002, 0x00008000, 0x00018004, 0x0002800C
CLASS, MESSAGE_ID, DATE_SENT, PRIORITY = 0x00078008, 0x00018009, 0x00038005, 0x0004800D
CODEPAGE, VERSION, PROPERTIES, RECIPIENTS = 0x00069007, 0x00089006, 0x00069003, 0x00069004
FILE_STARTS, FILE_DATA, FILE_TITLE, FILE_NAME, FILE_PICTURE, FILE_PROPERTIES = (
    0x00069002, 0x0006800F, 0x00018010, 0x00069001, 0x00068011, 0x00069005,
)  # fmt: skip


def attribute(identifier: int, data: bytes, *, level: int = 1, checksum: int | None = None) -> bytes:
    total = sum(data) & 0xFFFF if checksum is None else checksum
    return struct.pack("<BII", level, identifier, len(data)) + data + struct.pack("<H", total)


def stream(*attributes: bytes, codepage: int = 1252) -> bytes:
    head = struct.pack("<IH", 0x223E9F78, 1) + attribute(VERSION, struct.pack("<I", 0x10000))
    return head + attribute(CODEPAGE, struct.pack("<II", codepage, 0)) + b"".join(attributes)


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def sized(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + padded(data)


def named(name: str | int, number: int = 0x8001) -> tuple[int, bytes]:
    """An identifier for a property that has a name."""
    if isinstance(name, int):
        return number, PUBLIC_STRINGS + struct.pack("<II", 0, name)
    return number, PUBLIC_STRINGS + struct.pack("<I", 1) + sized((name + "\0").encode("utf-16-le"))


def prop(identifier: int | tuple[int, bytes], kind: int, *values: bytes | int) -> bytes:
    number, name = identifier if isinstance(identifier, tuple) else (identifier, b"")
    head = struct.pack("<HH", kind, number) + name
    plain = kind & ~MANY
    if plain in {STRING8, UNICODE, BINARY, OBJECT}:
        return head + struct.pack("<I", len(values)) + b"".join(sized(one) for one in values if isinstance(one, bytes))
    packed = b"".join(one if isinstance(one, bytes) else struct.pack("<I", one & 0xFFFFFFFF) for one in values)
    return head + (struct.pack("<I", len(values)) if kind & MANY else b"") + padded(packed)


def wide(identifier: int | tuple[int, bytes], *texts: str) -> bytes:
    """A text of letters of two octets; several make it a property of several values."""
    kind = UNICODE | (MANY if len(texts) > 1 else 0)
    return prop(identifier, kind, *((text + "\0").encode("utf-16-le") for text in texts))


def narrow(identifier: int | tuple[int, bytes], text: str, charset: str = "cp1252") -> bytes:
    return prop(identifier, STRING8, text.encode(charset) + b"\0")


def properties(*written: bytes, count: int | None = None) -> bytes:
    return struct.pack("<I", len(written) if count is None else count) + b"".join(written)


def table(*rows: Sequence[bytes], count: int | None = None) -> bytes:
    return struct.pack("<I", len(rows) if count is None else count) + b"".join(properties(*row) for row in rows)


def person(name: str, address: str) -> list[bytes]:
    """A row of a table of recipients, as Exchange writes it."""
    return [
        prop(0x0C15, LONG, 1),
        wide(0x3001, name),
        wide(0x3002, "SMTP"),
        wide(0x3003, address),
        wide(0x39FE, address),
        prop(0x0FFF, BINARY, one_off(name, address)),
        prop(0x300B, BINARY, f"SMTP:{address.upper()}\0".encode()),
    ]


def one_off(name: str, address: str, *, narrowly: bool = False) -> bytes:
    """The entry of somebody who stands in no directory (MS-OXCDATA 2.2.5.1)."""
    if narrowly:
        return b"\0" * 4 + ONE_OFF + b"\0\0\0\0" + f"{name}\0SMTP\0{address}\0".encode("cp1252")
    return b"\0" * 4 + ONE_OFF + b"\0\0\1\x80" + f"{name}\0SMTP\0{address}\0".encode("utf-16-le")


def triple(name: str, address: str) -> bytes:
    """The sender as the oldest form has it: lengths, name, kind and address."""
    first, second = padded(name.encode("cp1252") + b"\0"), padded(f"SMTP:{address}\0".encode("cp1252"))
    return struct.pack("<4H", 4, 8 + len(first) + len(second), len(first), len(second)) + first + second


def owner(name: str, address: str) -> bytes:
    one, two = name.encode("cp1252") + b"\0", f"SMTP:{address}\0".encode("cp1252")
    return struct.pack("<H", len(one)) + one + struct.pack("<H", len(two)) + two


def file(
    name: str,
    data: bytes,
    *more: bytes,
    title: str | None = None,
    level: int = 2,
) -> bytes:
    """A file: where it is shown, its short name, its octets, its properties."""
    return (
        attribute(FILE_STARTS, struct.pack("<HIHHI", 1, 0, 32, 32, 0), level=level)
        + attribute(
            FILE_TITLE, (title if title is not None else name[:8]).encode("cp1252", "replace") + b"\0", level=level
        )
        + (attribute(FILE_DATA, data, level=level) if data else b"")
        + attribute(FILE_PROPERTIES, properties(wide(0x3707, name), prop(0x3705, LONG, 1), *more), level=level)
    )


def embedded(name: str, inner: bytes) -> bytes:
    """A message in the message."""
    return file(name, b"", prop(0x3701, OBJECT, MESSAGE_INTERFACE + inner))


# compressed RTF

PRELOAD = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def compressed(rtf: bytes, *, found: Callable[[bytes, bytes], int] = bytes.rfind) -> bytes:
    """LZFu with references as far as they go: the longest of at most 17 octets in the last 4095."""
    window = bytearray(PRELOAD)
    body = bytearray()
    position = 0
    done = False
    while not done:
        control, run = 0, bytearray()
        for bit in range(8):
            recent = bytes(window[-4000:])
            best = 0
            where = -1
            for length in range(min(17, len(rtf) - position), 1, -1):
                if (at := found(recent, rtf[position : position + length])) != -1:
                    best, where = length, len(window) - len(recent) + at
                    break
            if position >= len(rtf):
                control |= 1 << bit
                run += struct.pack(">H", (len(window) % 4096) << 4)
                done = True
                break
            if best:
                control |= 1 << bit
                run += struct.pack(">H", (where % 4096) << 4 | (best - 2))
                window += rtf[position : position + best]
                position += best
            else:
                run.append(rtf[position])
                window.append(rtf[position])
                position += 1
        body.append(control)
        body += run
    crc = binascii.crc32(bytes(body), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<4I", len(body) + 12, len(rtf), 0x75465A4C, crc) + body


def uncompressed(rtf: bytes) -> bytes:
    return struct.pack("<4I", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def rtf(text: str) -> bytes:
    """Plain RTF, letters beyond ASCII by number."""
    coded = "".join(
        letter if letter.isascii() and letter not in "\\{}" else "".join(f"\\u{number}?" for number in _halves(letter))
        for letter in text
    )
    return (
        b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\r\n\\pard\\f0 " + coded.encode() + b"\\par}"
    )


def _halves(letter: str) -> tuple[int, ...]:
    octets = letter.encode("utf-16-le")
    return struct.unpack(f"<{len(octets) // 2}h", octets)


def rtf_of_html(*pieces: str) -> bytes:
    """HTML packed in RTF as MS-OXRTFEX does: a piece that begins with `<` or `&` is a tag, any other is text."""
    inner = "".join(
        f"{{\\*\\htmltag64 {piece}}}" if piece[:1] in "<&" else f"\\htmlrtf {{\\htmlrtf0 {piece}\\htmlrtf }}\\htmlrtf0 "
        for piece in pieces
    )
    return f"{{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{{\\fonttbl{{\\f0\\fswiss Arial;}}}}\r\n{inner}}}".encode(
        "cp1252"
    )


# whole messages


def outlook(text: str = "Tot vrijdag.", *more: bytes, files: bytes = b"") -> bytes:
    """What Outlook sends beside a text part: no recipients, the body as compressed RTF."""
    return stream(
        attribute(CLASS, b"IPM.Microsoft Mail.Note\0"),
        attribute(PRIORITY, b"\2\0"),
        attribute(SUBJECT, b"Uitje van de klas\0"),
        attribute(DATE_SENT, DATE),
        attribute(MESSAGE_ID, b"757BB19CDE936A4087D90BB784C58E3B\0"),
        attribute(
            PROPERTIES,
            properties(
                prop(0x0002, BOOLEAN, 1),
                prop(0x0039, SYSTIME, b"\0\x40\x17\x6e\xe4\x5d\xdc\x01"),
                wide(0x0070, "Uitje van de klas"),
                prop(0x0071, BINARY, bytes(range(22))),
                prop(0x1009, BINARY, compressed(rtf(text))),
                prop(0x3FDE, LONG, 65001),
                prop(named(0x8554), STRING8, b"16.0\0"),
                wide(named("x-ms-exchange-organization-authas"), "Internal"),
                *more,
            ),
        ),
        files,
    )


def exchange(*people: tuple[str, str], text: str = "Tot vrijdag.", html: str = "", files: bytes = b"") -> bytes:
    """What Exchange keeps for itself (summary TNEF): everything, recipients in a table."""
    body = [wide(0x1000, text)] + ([prop(0x1013, BINARY, html.encode())] if html else [])
    return stream(
        attribute(CLASS, b"IPM.Note\0"),
        attribute(RECIPIENTS, table(*(person(*one) for one in people))),
        attribute(
            PROPERTIES,
            properties(
                wide(0x0037, "Uitje van de klas"),
                wide(0x0E04, "; ".join(name for name, _ in people)),
                prop(0x3FDE, LONG, 65001),
                *body,
            ),
        ),
        files,
    )

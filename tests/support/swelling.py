"""Messages made to be slow: each family is a function of its size in bytes."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable

from tests.support import tnef
from tests.support.asn import SIGNED, compressed, mime, open_ended, signed

HEAD = b"From: a@b.example\r\nTo: c@d.example\r\n"


def to(value: bytes) -> bytes:
    return b"To: " + value + b"\r\nFrom: a@b.example\r\n\r\nhallo\r\n"


def body(text: bytes, kind: bytes = b"text/plain") -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\r\n\r\n" + text


def html(text: bytes) -> bytes:
    return body(text, b"text/html")


def often(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece) + 1)


def numbered(pattern: bytes, size: int) -> bytes:
    return b"".join(pattern.replace(b"#", b"%d" % number) for number in range(size // len(pattern)))


def packed(data: bytes) -> bytes:
    return body(data, b"application/ms-tnef")


def property_of(kind: int, number: int, value: bytes) -> bytes:
    """A packed message with one property."""
    written = struct.pack("<IHH", 1, kind, number) + value
    return tnef.stream(tnef.attribute(tnef.PROPERTIES, written))


def marked_up(rtf: bytes) -> bytes:
    """As it stands: each octet costs the reader most in the markup."""
    lead = b"".join(b"\0" + rtf[at : at + 8].ljust(8) for at in range(0, len(rtf), 8))
    return property_of(
        tnef.BINARY, 0x1009, struct.pack("<II", 1, len(lead) + 16) + struct.pack("<4I", 0, 0, 0x75465A4C, 0) + lead
    )


def swollen(unit: bytes, size: int) -> bytes:
    """The unit once, then references to it and nothing else: as much out of as little as can be."""
    unit *= 17 // len(unit) + 1
    lead = unit * 8
    out = b"".join(b"\0" + lead[at : at + 8] for at in range(0, len(lead), 8))
    position = len(tnef.PRELOAD) + len(lead)
    while len(out) < size:
        out += b"\xff"
        for _ in range(8):
            out += struct.pack(">H", (position - len(unit)) % 4096 << 4 | 15)
            position += 17
    head = struct.pack("<II", 1, len(out) + 16) + struct.pack("<4I", 0, 0, 0x75465A4C, 0)
    return property_of(tnef.BINARY, 0x1009, head + out)


def cms(data: bytes) -> bytes:
    return HEAD + mime(data)


ACCENTS = "\u0300\u0327".encode()
FAMILIES: dict[str, Callable[[int], bytes]] = {
    "signed in small pieces": lambda n: cms(signed(often(b"a@b.example ", n // 4), open_ended, piece=1)),
    "signed, its pieces nested": lambda n: cms(b"0\x80\x06\x09" + SIGNED + b"\xa0\x80" + often(b"\x30\x80", n)),
    "signed addresses": lambda n: cms(signed(numbered(b"jan#@klas.example, ", n // 2))),
    "compressed addresses": lambda n: cms(compressed(numbered(b"jan#@klas.example, ", n))),
    "labels": lambda n: often(b"msip_labels: MSIP_Label_a_Name=b;\r\n", n) + HEAD + b"\r\nhallo",
    "a label's letters": lambda n: b"msip_labels: " + often(b"MSIP_Label_", n) + b"\r\n" + HEAD + b"\r\nhallo",
    "parentheses open": lambda n: to(often(b"(", n)),
    "parentheses nested": lambda n: to(often(b"(a", n) + often(b")", n // 2)),
    "quotes": lambda n: to(often(b'"a@', n)),
    "angles": lambda n: to(often(b"<a@b;", n)),
    "groups": lambda n: to(often(b"a:", n)),
    "addresses": lambda n: to(numbered(b"jan#@klas.example, ", n)),
    "addresses and semicolons": lambda n: to(numbered(b"Jan <jan#@klas.example>; ", n)),
    "a long local part": lambda n: to(often(b"a.", n) + b"@x.example"),
    "a long domain": lambda n: to(b"a@" + often(b"x-", n) + b".example"),
    "accents": lambda n: to(b"a" + often(ACCENTS, n) + b"@x.example"),
    "encoded words": lambda n: to(often(b"=?utf-8?Q?a?= ", n)),
    "encoded words without an end": lambda n: to(often(b"=?a?X", n) + b"?="),
    "encoded words that begin": lambda n: to(often(b"=?a?Q?", n)),
    "many fields": lambda n: often(b"To: a@b.example\r\n", n) + b"\r\n",
    "fields of one name": lambda n: HEAD + often(b"A:\r\n", 4 * n) + b"\r\n",
    "lines that are no fields": lambda n: often(b"rommel\r\nTo: a@b.example\r\n", n) + b"\r\n",
    "one line without a colon": lambda n: often(b"a", n),
    "parameters": lambda n: HEAD + b"Content-Type: text/plain" + numbered(b"; name=a#.txt", n) + b"\r\n\r\n",
    "sections of a parameter": lambda n: (
        HEAD + b"Content-Type: text/plain" + numbered(b"; name*#=abcdefgh", n) + b"\r\n\r\n"
    ),
    "parts": lambda n: body(often(b"--q\r\n\r\nx\r\n", n), b"multipart/mixed; boundary=q"),
    "boundaries with something behind": lambda n: body(often(b"--q x\r\n", n), b"multipart/mixed; boundary=q"),
    "boundaries of dashes": lambda n: body(often(b"-", n), b"multipart/mixed; boundary=-"),
    "multiparts side by side": lambda n: body(
        numbered(b"--q\r\nContent-Type: multipart/mixed; boundary=w#\r\n\r\n--w#\r\n\r\nx\r\n--w#--\r\n", n),
        b"multipart/mixed; boundary=q",
    ),
    "multiparts nested": lambda n: numbered(b"Content-Type: multipart/mixed; boundary=q#\r\n\r\n--q#\r\n", n),
    "multiparts nested in two readings": lambda n: numbered(
        b"Content-Type: multipart/mixed; boundary=q#\r\nContent-Type: multipart/mixed; boundary=w#\r\n\r\n--q#\r\n--w#\r\n",
        n,
    ),
    "messages nested": lambda n: often(b"Content-Type: message/rfc822\r\n\r\n", n),
    "messages side by side": lambda n: body(
        often(b"--q\r\nContent-Type: message/rfc822\r\n\r\nTo: a@b.example\r\n\r\nx\r\n", n),
        b"multipart/mixed; boundary=q",
    ),
    "signs": lambda n: body(often(b"a@", n)),
    "signs apart": lambda n: body(often(b"jan @ klas.example ", n)),
    "spoken signs": lambda n: body(often(b" at bij punt", n)),
    "percent codes": lambda n: body(often(b"%2540a", n)),
    "entities": lambda n: body(often(b"&amp;", n)),
    "escapes": lambda n: body(often(b"\\u0040", n)),
    "uuencoded files that only begin": lambda n: body(often(b"begin 644 x", n)),
    "yEnc files that only begin": lambda n: body(often(b"=ybegin x\r\n", n)),
    "lines of base64": lambda n: body(base64.encodebytes(often(b"a@b.example ", n))),
    "data links": lambda n: body(often(b"base64,YUB4 ", n)),
    "quote marks": lambda n: body(often(b"> ", n), b"text/plain; format=flowed"),
    "header lines quoted": lambda n: body(often(b"Van: x\n", n)),
    "attributions": lambda n: body(often(b"Op maandag schreef iemand\n", n)),
    "lines that end in a colon": lambda n: body(often(b"op:\n", n)),
    "elements nested": lambda n: html(often(b"<div>", n)),
    "formatting never closed": lambda n: html(often(b"<b><p>", n)),
    "attributes": lambda n: html(b"<p " + numbered(b"a#=1 ", n) + b">"),
    "quotes in a tag": lambda n: html(b"<p " + numbered(b"a#' ", n) + b">"),
    "tags that only begin": lambda n: html(often(b"<", n)),
    "hidden elements": lambda n: html(often(b"<b style='display:none'>a", n)),
    "templates": lambda n: html(often(b"<template>", n)),
    "style sheets": lambda n: html(b"<style>" + often(b"content:'", n)),
    "a calendar of codings": lambda n: body(often(b"ENCODING=B", n), b"text/calendar"),
    "a binary file": lambda n: body(b"\0\1" + often(b"@a.nl\0", n), b"application/x-any"),
    "attributes of a packed message": lambda n: packed(tnef.stream(often(tnef.attribute(tnef.PRIORITY, b""), n))),
    "properties of a packed message": lambda n: packed(
        tnef.stream(tnef.attribute(tnef.PROPERTIES, struct.pack("<I", n) + often(tnef.prop(2, tnef.LONG, 1), n)))
    ),
    "texts of a packed message": lambda n: packed(
        tnef.stream(tnef.attribute(tnef.PROPERTIES, struct.pack("<I", n // 32) + often(tnef.wide(0x5D01, "a@b.nl"), n)))
    ),
    "rows of a packed message": lambda n: packed(
        tnef.stream(tnef.attribute(tnef.RECIPIENTS, struct.pack("<I", n) + b"\0" * n))
    ),
    "files of a packed message": lambda n: packed(tnef.stream(often(tnef.file("a.txt", b"a@b.nl"), n))),
    "signs of two octets": lambda n: packed(
        property_of(tnef.BINARY, 0x5000, struct.pack("<II", 1, n) + (often(b"@\0a\0.\0n\0", n))[:n])
    ),
    "entries of a packed message": lambda n: packed(
        property_of(tnef.BINARY, 0x5000, struct.pack("<II", 1, n) + often(tnef.one_off("a", "a@b.nl"), n)[:n])
    ),
    "words of RTF": lambda n: packed(marked_up(often(rb"\b\i0 ", n))),
    "groups of RTF": lambda n: packed(marked_up(b"{\\rtf1\\fromhtml1" + often(rb"{\*\htmltag a}", n))),
    "groups of RTF open": lambda n: packed(marked_up(often(b"{", n))),
    "letters of RTF": lambda n: packed(marked_up(often(rb"\'e9", n))),
    "fonts of RTF": lambda n: packed(marked_up(often(rb"\f1\'e9\f0\'e9", n))),
    "pictures of RTF": lambda n: packed(marked_up(often(rb"{\pict 00}", n))),
    "RTF that swells": lambda n: packed(swollen(b"a@b.nl ", n // 4)),
    "padding": lambda n: body(often(b"YQ=", n), b"text/plain\r\nContent-Transfer-Encoding: base64"),
}

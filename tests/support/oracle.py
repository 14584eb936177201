"""An independent reader of delivered bytes: every text that can be got out of a message, by the standard library only.

It shares no code with the product, so that a mistake there is not repeated here. It errs on the side of reading too much.
"""

from __future__ import annotations

import base64
import binascii
import email
import email.header
import email.policy
import html
import quopri
import re
import unicodedata
import urllib.parse
from collections.abc import Collection, Iterator
from email.message import Message

DEPTH_MAX = 12
FOLD = re.compile(r"\r?\n[ \t]")
SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n")
BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]{4}[\r\n]*){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
TAG = re.compile(r"<[^>]*>")
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
LZFU_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
RTF_CODE = re.compile(rb"\\'([0-9a-f]{2})")
RTF_WORD = re.compile(rb"\\[a-z]+-?[0-9]* ?|[{}]")
RTF_NUMBER = re.compile(rb"\\u(-?[0-9]+)\?")
ENCODED_WORD = re.compile(r"=\?[^?]+\?[bBqQ]\?[^?]*\?=")


def contains(raw: bytes, address: str) -> bool:
    """Whether this address can be read anywhere in the message, in any of its decodings."""
    return bool(shown(raw, {address}))


def shown(raw: bytes, addresses: Collection[str]) -> set[str]:
    """Those of these addresses that can be read anywhere in the message."""
    wanted = {spelt: address for address in addresses for spelt in (address.lower(), _punycode(address.lower()))}
    wanted.pop("", None)
    found: set[str] = set()
    for text in set(readings(raw)):
        found |= {address for spelt, address in wanted.items() if spelt in text}
    return found


def readings(raw: bytes) -> Iterator[str]:
    """All decodings of all parts, lower case."""
    for data in _layers(raw, 0):
        for charset in ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-7"):
            try:
                text = data.decode(charset)
            except (UnicodeDecodeError, ValueError):
                continue
            yield from _views(text)


def _layers(raw: bytes, depth: int) -> Iterator[bytes]:
    yield raw
    yield SOFT_BREAK.sub(b"", raw)
    yield quopri.decodestring(raw)
    if depth >= DEPTH_MAX:
        return
    yield from _coded(raw)
    if (begin := re.search(rb"(?m)^begin 600 .*\n", raw)) is not None:
        lines = raw[begin.end() :].partition(b"\nend")[0].splitlines()
        yield from _packed(b"".join(map(binascii.a2b_uu, lines)), depth)
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    yield from _headers(message)
    for part in message.walk():
        yield from _headers(part)
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload and payload != raw:
            yield payload
            yield _declared(payload, part.get_content_charset())
            yield from _coded(payload)
            if b"\x78\x9f\x3e\x22" in payload[:100]:
                yield from _packed(payload, depth)
            elif re.search(rb"(?im)^(from|to|subject|content-type):", payload[:4000]):
                yield from _layers(payload, depth + 1)


def _packed(payload: bytes, depth: int) -> Iterator[bytes]:
    """A winmail.dat, without taking it apart: its texts of one and of two octets, other tables, compressed texts."""
    yield from _layers(payload, depth + 1)
    yield payload.translate(None, b"\0")
    yield payload.decode("cp037").encode()
    for start in (found.start() for found in re.finditer(b"LZFu", payload)):
        yield from _rtf(_expanded(payload[start + 8 :]))
    for start in (found.start() for found in re.finditer(b"MELA", payload)):
        yield from _rtf(payload[start + 8 :])


def _expanded(data: bytes) -> bytes:
    ring = bytearray(4096)
    ring[: len(LZFU_PRELOAD)] = LZFU_PRELOAD
    write = len(LZFU_PRELOAD)
    out = bytearray()
    octets = iter(data)
    try:
        while True:
            control = next(octets)
            for bit in range(8):
                if control & 1 << bit:
                    pair = next(octets) * 256 + next(octets)
                    if pair >> 4 == write:
                        return bytes(out)
                    copied = [(pair >> 4) + number for number in range((pair & 15) + 2)]
                else:
                    ring[write] = next(octets)
                    copied = [write]
                for read in copied:
                    ring[write] = ring[read % 4096]
                    out.append(ring[write])
                    write = (write + 1) % 4096
    except StopIteration:
        return bytes(out)


def _rtf(data: bytes) -> Iterator[bytes]:
    data = RTF_NUMBER.sub(lambda code: chr(int(code.group(1)) % 65536).encode("utf-8", "replace"), data)
    yield data
    yield RTF_CODE.sub(lambda code: bytes((int(code.group(1), 16),)), data)
    yield RTF_WORD.sub(b"", data)


def _coded(data: bytes) -> Iterator[bytes]:
    for run in BASE64_RUN.findall(data):
        try:
            yield base64.b64decode(run, validate=False)
        except (binascii.Error, ValueError):
            continue


def _declared(payload: bytes, charset: str | None) -> bytes:
    try:
        return payload.decode(charset or "utf-8").encode()
    except (LookupError, ValueError):
        return b""


def _headers(message: Message) -> Iterator[bytes]:
    for name, value in message.items():
        text = FOLD.sub(" ", str(value))
        yield f"{name}: {text}".encode("utf-8", "surrogateescape")
        yield _words(text).encode("utf-8", "surrogateescape")
    for parameter in ("filename", "name"):
        for header in ("content-disposition", "content-type"):
            value = message.get_param(parameter, header=header)
            if isinstance(value, tuple):
                yield urllib.parse.unquote(str(value[2])).encode()
            elif value:
                yield _words(str(value)).encode("utf-8", "surrogateescape")


def _words(text: str) -> str:
    pieces = []
    try:
        for piece, charset in email.header.decode_header(text):
            pieces.append(piece.decode(charset or "latin-1", "replace") if isinstance(piece, bytes) else piece)
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return text
    return "".join(pieces)


def _views(text: str) -> Iterator[str]:
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    lower = text.lower()
    yield lower
    yield re.sub(r"\r?\n[ \t]?", "", lower)
    yield re.sub(r" ?\r?\n(?:> ?)*", "", lower)
    plain = html.unescape(TAG.sub("", lower))
    yield plain
    once = urllib.parse.unquote(html.unescape(lower))
    yield once
    yield urllib.parse.unquote(once)
    yield html.unescape(lower)


def _punycode(address: str) -> str:
    local, _, domain = address.partition("@")
    try:
        coded = domain.encode("idna").decode()
    except UnicodeError:
        return ""
    return f"{local}@{coded}" if coded != domain else ""

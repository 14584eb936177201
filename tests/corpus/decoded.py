"""Everything a reader could make of the bytes of a message, as one lower-case text.

Written apart from the product on purpose: standard library only, and generous. It shows the raw bytes, headers with encoded words
decoded, file names, every part's decoded text with and without its tags, nested messages, entities, percent-encoding, folded lines joined.
"""

import base64
import binascii
import codecs
import contextlib
import email
import email.errors
import email.header
import email.message
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def everything(raw: bytes) -> str:
    """All readings of a message, one after the other."""
    return "\n".join(layer for text in _texts(raw) for layer in _layers(text)).lower()


def _texts(raw: bytes) -> Iterator[str]:
    yield raw.decode("utf-8", "replace")
    yield raw.decode("latin-1")
    for block in re.findall(rb"(?:[A-Za-z0-9+/]{40,}=*\r?\n)+[A-Za-z0-9+/]*=*|[A-Za-z0-9+/]{40,}=*", raw):
        with contextlib.suppress(binascii.Error):
            inside = base64.b64decode(block + b"==", validate=False)
            yield from _decoded(inside, None)
    for part in email.message_from_bytes(raw).walk():
        yield from _headers(part)
        yield part.preamble or ""
        yield part.epilogue or ""
        yield part.get_filename() or ""
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield from _decoded(payload, part.get_content_charset())


def _headers(part: email.message.Message) -> Iterator[str]:
    for name, value in part.raw_items():
        text = str(value)
        yield f"\n{name}: {text}"
        try:
            pieces = email.header.decode_header(text)
        except email.errors.HeaderParseError:
            continue
        yield "".join(p if isinstance(p, str) else p.decode(c or "latin-1", "replace") for p, c in _known(pieces))


def _known(pieces: list[tuple[bytes | str, str | None]]) -> Iterator[tuple[bytes | str, str | None]]:
    for piece, charset in pieces:
        try:
            codecs.lookup(charset or "ascii")
            yield piece, charset
        except LookupError:
            yield piece, "latin-1"


def _decoded(payload: bytes, charset: str | None) -> Iterator[str]:
    for candidate in (charset or "utf-8", "utf-8", "latin-1", "utf-16-le", "utf-7"):
        try:
            yield payload.decode(candidate, "ignore")
        except LookupError:
            continue
    if payload.count(b"\n") > 1 and b": " in payload[:200]:
        yield from (str(p.get_payload(decode=True) or b"", "latin-1") for p in email.message_from_bytes(payload).walk())


def _layers(text: str) -> Iterator[str]:
    text = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    yield text
    yield re.sub(r"\r?\n[ \t]", "", text)
    shown = html.unescape(text)
    yield shown
    yield html.unescape(re.sub(r"<[^<>]*>", "", text))
    yield urllib.parse.unquote(shown)

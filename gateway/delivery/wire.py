"""What goes on the wire: our trace lines, the edited header, the body as it came.

Promises: nothing is prepended but Received, the loop guard and DKIM-Signature; a Received line names no recipient; the
body is never copied when no line of it begins with a dot. Bytes with a bare CR, LF or NUL don't leave (ValueError).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from gateway.delivery.session import Buffer
from gateway.store.disposition import Edit

LOOP_HEADER = b"X-Postwacht-Loop"
_DOT = b"\r\n."


@dataclass(frozen=True, slots=True)
class Composed:
    """Header and body, dot-stuffed, ready to be written; `plain` is what a receiver will read."""

    buffers: tuple[Buffer, ...]
    size: int
    eight_bit: bool
    utf8_header: bool


def received_line(hostname: str, options: Mapping[str, str], reference: str, at: datetime) -> bytes:
    """RFC 5321 §4.4, without the optional `for`: it would show a recipient to the others."""
    kind = "ESMTP" + ("S" if options.get("tls") else "") + ("A" if options.get("auth") else "")
    if options.get("smtputf8"):
        kind = "UTF8SMTP" + kind[5:]  # RFC 6531 §4.3
    helo = "".join(
        letter for letter in options.get("helo", "") if (letter.isascii() and letter.isalnum()) or letter in ".-"
    )
    peer = options.get("peer", "")
    literal = f"IPv6:{peer}" if ":" in peer else peer
    return (
        f"Received: from {helo or 'unknown'} ([{literal}])\r\n\tby {hostname} (Postwacht) with {kind} id {reference};"
        f"\r\n\t{format_datetime(at)}\r\n"
    ).encode("ascii", "replace")


def loop_guard(key: bytes, message_id: str, at: datetime) -> bytes:
    """A header only we can make: HMAC over Message-ID and day (architecture.md, invariant 10)."""
    mac = hmac.digest(key, f"{message_id}\0{at.date().isoformat()}".encode("utf-8", "surrogatepass"), "sha256")
    return b"%s: 1 %s\r\n" % (LOOP_HEADER, base64.urlsafe_b64encode(mac[:18]))


def edited(raw: bytes, edits: tuple[Edit, ...]) -> tuple[bytes, int]:
    """The part of `raw` up to the last edit, edited, and where the untouched rest begins."""
    pieces: list[bytes] = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (raw[position:start], new)
        position = max(position, end)
    return b"".join(pieces), position


def compose(prepended: bytes, raw: bytes, edits: tuple[Edit, ...]) -> Composed:
    """Put it together."""
    head, rest = edited(raw, edits)
    if not _clean(head) or not _clean(raw):
        raise ValueError("bare CR, LF or NUL")
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    front = (prepended + head).replace(_DOT, b"\r\n..")
    body: Buffer = memoryview(raw)[rest:]
    if raw.find(_DOT, max(rest - 2, 0)) >= 0:
        body = raw[rest:].replace(_DOT, b"\r\n..")
    if raw[rest : rest + 1] == b"." and front.endswith(b"\n"):
        body = b"." + bytes(body)
    block_end = raw.find(b"\r\n\r\n")
    header = raw[:block_end] if block_end >= 0 else raw
    return Composed((front, body), len(front) + len(body), not raw.isascii(), not (header + head).isascii())


def _clean(data: bytes) -> bool:
    pairs = data.count(b"\r\n")
    return data.count(b"\n") == pairs and data.count(b"\r") == pairs and b"\0" not in data

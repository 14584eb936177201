"""What goes on the wire: our trace lines, the edited header, the body as it came.

Promises: nothing is prepended but Received, the loop guard and DKIM-Signature; a Received line names no recipient; the
body is never copied when no line of it begins with a dot.
Fails: MustNotLeave for bytes with a bare CR, LF or NUL.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime

from gateway.delivery.session import Buffer
from rules.message import HeaderEdit

LOOP_HEADER = b"X-Postwacht-Loop"
# What a client calls itself is its own word: of it we show what a host name is made of (RFC 1035 §2.3.4: 255 octets).
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.-]+")
NAME_CHARACTERS_MAX = 255
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_DOT = b"\r\n."


class MustNotLeave(ValueError):
    """Bytes that a mail server could take for the end of the message, and what follows for a command."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Header and body, dot-stuffed, ready to be written. `header` is the edited one, without what we put in front."""

    buffers: tuple[Buffer, ...]
    header: bytes
    body_start: int  # in the bytes as received
    eight_bit: bool
    utf8_header: bool


def received_line(hostname: str, options: Mapping[str, str], reference: str, at: datetime) -> bytes:
    """RFC 5321 §4.4, without the optional `for`: it would show a recipient to the others."""
    kind = "ESMTP" + ("S" if options.get("tls") else "") + ("A" if options.get("auth") else "")
    if options.get("smtputf8"):
        kind = "UTF8SMTP" + kind[5:]  # RFC 6531 §4.3
    helo = NOT_IN_A_NAME.sub("", options.get("helo", ""))[:NAME_CHARACTERS_MAX]
    peer = options.get("peer", "")
    literal = f"IPv6:{peer}" if ":" in peer else peer
    return (
        f"Received: from {helo or 'unknown'} ([{literal}])\r\n\tby {hostname} (Postwacht) with {kind} id {reference};"
        f"\r\n\t{format_datetime(at)}\r\n"
    ).encode("ascii", "replace")


def loop_guard(key: bytes, message_id: str, at: datetime, token: str = "") -> bytes:
    """A header only we can make: one hop, and an HMAC over Message-ID and day (architecture.md, invariant 10).

    A mail server that can't check it knows by the `token` behind it what comes from us, and takes the line out.
    """
    mark = loop_mark(key, message_id, at.date())
    return b"%s: 1 %s%s\r\n" % (LOOP_HEADER, mark, f" {token}".encode("ascii") if token else b"")


def loop_mark(key: bytes, message_id: str, day: date) -> bytes:
    """What stands in the guard of a message sent on that day (UTC)."""
    mac = hmac.digest(key, f"{message_id}\0{day.isoformat()}".encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(mac[:18])


def message_id_of(raw: bytes) -> str:
    """The Message-ID as its bytes say it: the same going out and coming back; "" if there is none."""
    found = _MESSAGE_ID.search(raw[: header_end(raw)])
    return found[1].strip().decode("utf-8", "replace") if found else ""


def header_end(raw: bytes) -> int:
    """Where the header block ends, its last CRLF included."""
    if raw.startswith(b"\r\n"):
        return 0
    at = raw.find(b"\r\n\r\n")
    return at + 2 if at >= 0 else len(raw)


def edited(raw: bytes, edits: tuple[HeaderEdit, ...]) -> tuple[bytes, int]:
    """The part of `raw` up to the last edit, edited, and where the untouched rest begins."""
    pieces: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += (raw[position : edit.start], edit.replacement)
        position = max(position, edit.end)
    return b"".join(pieces), position


def compose(prepended: bytes, raw: bytes, edits: tuple[HeaderEdit, ...]) -> Composed:
    """Put it together. `prepended` is whole lines of ASCII. MustNotLeave for a bare CR or LF, or NUL."""
    head, rest = edited(raw, edits)
    front = prepended + head
    if not is_clean(front) or not is_clean(raw) or raw.startswith(b"\n", rest):
        raise MustNotLeave("bare CR, LF or NUL")
    ends = max(rest, header_end(raw))
    header = head + raw[rest:ends]
    # A line that begins where the untouched rest does gets its dot here.
    dot = b"." if raw.startswith(b".", rest) and (not front or front.endswith(b"\n")) else b""
    buffers: list[Buffer] = [_stuffed(front) + dot]
    # Where no line begins with a dot the body is not copied: most bodies are long and base64.
    dots = raw.find(_DOT, max(rest - 2, 0)) >= 0
    buffers.append(_stuffed(raw[rest:]) if dots else memoryview(raw)[rest:])
    if not (raw if rest < len(raw) else front).endswith(b"\r\n"):
        buffers.append(b"\r\n")
    body_start = ends + 2 * raw.startswith(b"\r\n", ends)
    return Composed(tuple(buffers), header, body_start, not (raw.isascii() and head.isascii()), not header.isascii())


def _stuffed(data: bytes) -> bytes:
    return data.replace(_DOT, b"\r\n..")


def is_clean(data: bytes) -> bool:
    """Whether every CR and LF stands in a CRLF, and there is no NUL (RFC 5321 §2.3.8)."""
    pairs = data.count(b"\r\n")
    return data.count(b"\n") == pairs and data.count(b"\r") == pairs and b"\0" not in data

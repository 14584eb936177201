"""The content digest: what makes two transactions the same message, for split copies and for retries.

Promises: HMAC-SHA256 over From, Sender, To, Cc, Subject and Date (unfolded, in this order) and the body's bytes
(architecture.md, Split copies). Keyed, so the database tells nobody whether a guessed message was sent.
"""

from __future__ import annotations

import hmac

from rules.message import Message

NAMES = ("from", "sender", "to", "cc", "subject", "date")
# RFC 5322 §2.2.3: unfolding removes the line break before white space, nothing else.
BREAKS = (b"\r\n", b"\n", b"\r")


def content_digest(key: bytes, message: Message) -> bytes:
    """32 bytes that are equal for equal content, whatever else differs (Received lines, envelope)."""
    raw = message.raw
    pieces: list[bytes | memoryview] = []
    for name in NAMES:
        for header in message.all(name):
            value = raw[header.value_start : header.end]
            for line_break in BREAKS:
                value = value.replace(line_break, b"")
            pieces += (b"%s:%d:" % (name.encode(), len(value)), value)
    pieces += (b"\r\n\r\n", memoryview(raw)[message.body_start :])
    # In one go: for a small message, updating piece by piece costs more than the digest itself.
    return hmac.digest(key, b"".join(pieces), "sha256")

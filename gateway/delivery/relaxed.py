"""The hash of a body in DKIM's relaxed form (RFC 6376 §3.4.4), read in pieces.

Promises: the same hash as dkimpy's for the same bytes (a property test holds it); no copy of the body larger than
PIECE_BYTES and the line that ends there; linear on anything. The body is read as it is sent: with a CRLF at its end.
"""

from __future__ import annotations

from hashlib import sha256

PIECE_BYTES = 256 * 1024


def body_hash(raw: bytes, start: int) -> bytes:
    """SHA-256 of the body that begins at `start`. Its line ends are CRLF: `wire.compose` lets no other pass."""
    digest = sha256()
    empty = 0  # empty lines seen since the last line with something in it; at the end they don't count
    position, filled = start, False
    while position < len(raw):
        end = raw.find(b"\n", position + PIECE_BYTES) + 1 or len(raw)
        piece = _relaxed(raw[position:end])
        text = piece.rstrip(b"\r\n")
        if text:
            digest.update(b"\r\n" * empty)
            digest.update(text)
            filled, empty = True, 0
        empty += (len(piece) - len(text)) // 2
        position = end
    if filled:
        digest.update(b"\r\n")
    return digest.digest()


def _relaxed(lines: bytes) -> bytes:
    """Whole lines with every run of blanks as one space, and none before a line end."""
    if not lines.endswith(b"\n"):
        lines += b"\r\n"
    lines = lines.replace(b"\t", b" ")
    while b"  " in lines:  # halves the longest run each time
        lines = lines.replace(b"  ", b" ")
    return lines.replace(b" \r\n", b"\r\n")

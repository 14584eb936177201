"""Reading DATA in bulk: whatever the socket has, up to CRLF.CRLF and not a byte further.

Promises: only CRLF.CRLF ends the message (RFC 5321 §4.1.1.4), wherever the chunks are cut; what a pipelining client
sent after it stays in the reader. Over the limit the rest is read and thrown away, so that the client hears the answer;
the limit counts the message, not its frame (RFC 1870 §5), so one of exactly that size passes.
Fails: EOFError when the client hangs up in the middle.
"""

from __future__ import annotations

import asyncio
import re

from gateway.delivery.wire import is_clean

CHUNK_BYTES = 256 * 1024
END = b"\r\n.\r\n"
BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


async def read_data(reader: asyncio.StreamReader, limit: int, *, mend: bool = False) -> bytes | None:
    """The message with dots unstuffed, with `mend` also normalised; None if it was larger than `limit` bytes."""
    # A message may begin with its end: the CRLF of the DATA command counts as the one before the dot. The frame and the
    # stuffing add a third at most (".CRLF" on every line).
    wire_limit = limit + limit // 3 + len(END)
    pieces = [b"\r\n"]
    tail = b"\r\n"
    size = 0
    while True:
        chunk = await reader.read(CHUNK_BYTES)
        if not chunk:
            raise EOFError("the client hung up in DATA")
        window = tail + chunk
        at = window.find(END)
        if at >= 0:
            used = at + len(END) - len(tail)
            # StreamReader has no way to put bytes back; aiosmtpd reaches for the same buffer at STARTTLS.
            reader._buffer[:0] = chunk[used:]  # type: ignore[attr-defined]  # noqa: SLF001
            chunk = chunk[:used]
        size += len(chunk)
        if size > wire_limit:
            pieces.clear()
        else:
            pieces.append(chunk)
        if at >= 0:
            data = (normalised if mend else unstuffed)(b"".join(pieces)) if pieces else None
            return data if data is not None and len(data) <= limit else None
        tail = window[-(len(END) - 1) :]


def unstuffed(wire: bytes) -> bytes:
    """Take the frame away: the first CRLF, the closing dot, and one dot from each line that begins with one."""
    return wire[: -len(b".\r\n")].replace(b"\r\n.", b"\r\n")[2:]


def normalised(wire: bytes) -> bytes:
    """Take the frame away as if each bare line end had been a CRLF, and drop NUL.

    A client that ends its lines with LF stuffs the dots of those lines too, so they are mended first. A dot alone on
    such a line ends nothing; it is a line with nothing on it.
    """
    return unstuffed(wire if is_clean(wire) else BARE.sub(b"\r\n", wire)).replace(b"\0", b"")

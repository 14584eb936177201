"""One open connection to the mail server: bytes out, replies in.

Promises: replies are taken apart where their bytes arrive, and whoever asked is woken once, when all answers to what
was pipelined are there. Nothing said before STARTTLS counts after it (RFC 3207 §6). A server that stops reading is
waited for with its own deadline.
Fails: SmarthostUnavailable (hung up, too slow, no SMTP), for whoever waits and whoever asks afterwards.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.errors import SmarthostUnavailable
from gateway.store.disposition import Result, Status

Buffer = bytes | memoryview
# So much is written before the server must have read of it: a large message is never a second time in memory.
PIECE_BYTES = 256 * 1024
# RFC 5321 §4.5.3.1.5 gives a reply line 512 octets; this many without a line end is no SMTP.
LINE_OCTETS_MAX = 64 * 1024
# Nobody says so much unasked, or in one reply.
LINES_MAX = 1000
UNASKED_MAX = 10
HUNG_UP = "the mail server hung up"
NO_SMTP = "the mail server does not speak SMTP"
# RFC 5321 §4.2: three digits, the first 2 to 5; a hyphen where more lines follow.
REPLY_LINE = re.compile(r"([2-5][0-9]{2})(?:([ -])(.*))?\Z", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the server is waited for, in seconds: RFC 5321 §4.5.3.2, but for `connect`, which is ours."""

    connect: float = 30.0
    reply: float = 300.0  # to a command
    piece: float = 180.0  # for reading a piece of the message
    final: float = 600.0  # to the final dot


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: code, and the text of each line. Code 0: it said nothing, and why."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines as one."""
        return " ".join(self.lines)

    def outcome(self, rcpt: str) -> Result:
        """Give this reply as the outcome of one recipient."""
        if 200 <= self.code < 300:
            return Result(rcpt, Status.DELIVERED, self.code, self.text)
        return Result(rcpt, Status.FAILED if self.code >= 500 else Status.WAITING, self.code, self.text)


class Session(asyncio.Protocol):
    """One dialogue after another. `offers` are the words of the last EHLO; `used_at` is the pool's."""

    def __init__(self, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self.offers: frozenset[str] = frozenset()
        self.used_at = 0.0
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._answers: deque[Reply] = deque()
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._broken = ""

    # the transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's transport writes

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._break(HUNG_UP)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        start = 0
        while not self._broken and (end := self._buffer.find(b"\n", start)) != -1:
            self._line(self._buffer[start:end].decode("utf-8", "replace").rstrip())
            start = end + 1
        del self._buffer[:start]
        if len(self._buffer) > LINE_OCTETS_MAX:
            self._break(NO_SMTP)
        elif self._waiter is not None and len(self._answers) >= self._wanted:
            self._wake(self._waiter)

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        waiting, self._writable = self._writable, None
        self._wake(waiting)

    def _line(self, text: str) -> None:
        found = REPLY_LINE.match(text)
        if found is None or len(self._lines) == LINES_MAX or len(self._answers) > self._wanted + UNASKED_MAX:
            self._break(NO_SMTP)
            return
        self._lines.append(found[3] or "")
        if found[2] != "-":
            self._answers.append(Reply(int(found[1]), tuple(self._lines)))
            self._lines = []

    def _break(self, why: str) -> None:
        self._broken = self._broken or why
        self._wake(self._waiter)
        self._wake(self._writable)
        self.close()

    @staticmethod
    def _wake(waiter: asyncio.Future[None] | None) -> None:
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # the dialogue's side

    @property
    def alive(self) -> bool:
        """Whether nothing has come or gone since the last dialogue ended."""
        gone = self._transport is None or self._transport.is_closing()
        return not (gone or self._broken or self._buffer or self._lines or self._answers)

    def write(self, *buffers: Buffer) -> None:
        """Hand bytes to the kernel, or to the transport if the server is slow."""
        if self._broken or self._transport is None or self._transport.is_closing():
            raise SmarthostUnavailable(self._broken or HUNG_UP)
        if len(buffers) == 1:
            self._transport.write(buffers[0])
        else:
            self._transport.writelines(buffers)

    async def write_all(self, buffers: Iterable[Buffer]) -> None:
        """Write much, piece by piece, each when the server has read enough of those before."""
        for buffer in buffers:
            view = memoryview(buffer)
            for start in range(0, len(view), PIECE_BYTES):
                self.write(view[start : start + PIECE_BYTES])
                if self._writable is not None:
                    await self._wait(self._writable, self.deadlines.piece)

    @property
    def unasked(self) -> tuple[Reply, ...]:
        """What was said that nobody waits for yet."""
        return tuple(self._answers)

    async def replies(self, count: int, seconds: float = 0.0) -> list[Reply]:
        """The next `count` answers, all of them within `seconds`. What came before a break is still to be had."""
        if len(self._answers) < count and not self._broken:
            self._wanted = count
            self._waiter = asyncio.get_running_loop().create_future()
            await self._wait(self._waiter, seconds or self.deadlines.reply)
        if len(self._answers) < count:
            raise SmarthostUnavailable(self._broken)
        return [self._answers.popleft() for _ in range(count)]

    async def _wait(self, waiter: asyncio.Future[None], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError as exc:
            self._break("the mail server takes too long")
            raise SmarthostUnavailable(self._broken) from exc

    async def ask(self, line: str) -> Reply:
        """Say one line and wait for its answer; what was answered before it was asked is no answer to this."""
        if self._answers:
            self._break(NO_SMTP)
        self.write(f"{line}\r\n".encode())
        return (await self.replies(1))[0]

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS."""
        if self._transport is None or not self.alive:
            raise SmarthostUnavailable("the mail server said more than it was asked before TLS")
        loop = asyncio.get_running_loop()
        self._transport = await loop.start_tls(self._transport, self, context, server_hostname=host)

    def quit(self) -> None:
        """Take leave (RFC 5321 §4.1.1.10) without waiting for the answer."""
        if self.alive:
            self.write(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

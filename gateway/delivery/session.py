"""One open connection to the mail server: bytes out, replies in.

Promises: replies are taken apart where their bytes arrive, and whoever asked is woken once, when all answers to what
was pipelined are there. Nothing said before STARTTLS counts after it (RFC 3207 §6). A server that stops reading is
waited for with its own deadline.
Fails: SmarthostUnavailable (hung up, too slow, no SMTP), for whoever waits and whoever asks afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import SmarthostUnavailable
from gateway.store.disposition import Result, Status

Buffer = bytes | memoryview
# RFC 5321 §4.5.3.2: five minutes for a command.
REPLY_SECONDS = 300.0
# RFC 5321 §4.5.3.1.5 gives a reply line 512 octets; this many without a line end is no SMTP.
LINE_OCTETS_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: code, and the text of all lines."""

    code: int
    text: str

    def outcome(self, rcpt: str) -> Result:
        """Give this reply as the outcome of one recipient."""
        if self.code < 300:
            return Result(rcpt, Status.DELIVERED, self.code, self.text)
        return Result(rcpt, Status.FAILED if self.code >= 500 else Status.WAITING, self.code, self.text)


class Session(asyncio.Protocol):
    """One dialogue after another. `offers` are the words of the last EHLO; `used_at` is the pool's."""

    def __init__(self) -> None:
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
        self._break("the mail server hung up")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        start = 0
        while (end := self._buffer.find(b"\n", start)) != -1:
            self._line(self._buffer[start:end].decode("utf-8", "replace").rstrip())
            start = end + 1
        del self._buffer[:start]
        if len(self._buffer) > LINE_OCTETS_MAX:
            self._break("the mail server does not speak SMTP")
        elif self._waiter is not None and len(self._answers) >= self._wanted:
            self._wake(self._waiter)

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        waiting, self._writable = self._writable, None
        self._wake(waiting)

    def _line(self, text: str) -> None:
        if not (text[:3].isascii() and text[:3].isdigit()):
            self._break("the mail server does not speak SMTP")
            return
        self._lines.append(text[4:])
        if text[3:4] != "-":
            self._answers.append(Reply(int(text[:3]), " ".join(self._lines)))
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
        assert self._transport is not None
        if self._broken:
            raise SmarthostUnavailable(self._broken)
        self._transport.writelines(buffers)

    async def flushed(self, seconds: float) -> None:
        """Wait until the server has read enough for more to be written."""
        if self._writable is not None:
            with _deadline():
                async with asyncio.timeout(seconds):
                    await self._writable
        if self._broken:
            raise SmarthostUnavailable(self._broken)

    async def replies(self, count: int, seconds: float = REPLY_SECONDS) -> list[Reply]:
        """The next `count` answers, all of them within `seconds`."""
        if len(self._answers) < count and not self._broken:
            self._wanted = count
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                with _deadline():
                    async with asyncio.timeout(seconds):
                        await self._waiter
            finally:
                self._waiter = None
        if len(self._answers) < count:
            raise SmarthostUnavailable(self._broken)
        return [self._answers.popleft() for _ in range(count)]

    async def ask(self, line: str) -> Reply:
        """Say one line and wait for its answer."""
        self.write(f"{line}\r\n".encode())
        return (await self.replies(1))[0]

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS."""
        assert self._transport is not None
        if not self.alive:
            raise SmarthostUnavailable("the mail server said more than it was asked before TLS")
        loop = asyncio.get_running_loop()
        self._transport = await loop.start_tls(self._transport, self, context, server_hostname=host)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


@contextlib.contextmanager
def _deadline() -> Iterator[None]:
    try:
        yield
    except TimeoutError as exc:
        raise SmarthostUnavailable("the mail server takes too long") from exc

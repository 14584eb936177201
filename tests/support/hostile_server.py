"""Mail servers that mean harm, by script: what they say byte for byte, whatever they were asked.

A script is a list of steps: bytes are said; `LINE` waits for a line of the client, `MESSAGE` for CRLF.CRLF;
`STILL` says nothing for ever; a `Drip` says bytes one by one; at the end it hangs up.
`Gullible` speaks SMTP and takes every end of a message there ever was for one.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

LINE, MESSAGE, STILL = "line", "message", "still"
# Every line end there is, on both sides of a dot; a NUL before it or a blank behind it does not save it.
ANY_END = re.compile(rb"(?:^|[\r\n])\0*\.[\0 ]*(?:\r\n|\r|\n)")
ANY_LINE = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Drip:
    """Bytes one by one, so many seconds apart, for ever."""

    data: bytes
    seconds: float = 0.005


@dataclass
class Server(ABC):
    """Listens on loopback while it is `serving`; every connection has ended afterwards."""

    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Self]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**26)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    @abstractmethod
    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


@dataclass
class Hostile(Server):
    """Follows its script once for each connection. `messages` are those it saw to their end."""

    script: Sequence[bytes | str | Drip] = ()
    heard: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for step in self.script:
            await self._do(step, reader, writer)

    async def _do(self, step: bytes | str | Drip, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
        elif isinstance(step, Drip):
            while True:
                for at in range(len(step.data)):
                    writer.write(step.data[at : at + 1])
                    await asyncio.sleep(step.seconds)
        elif step == LINE:
            self.heard.append(await reader.readuntil(b"\r\n"))
        elif step == MESSAGE:
            self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
        else:
            await asyncio.Event().wait()


@dataclass
class Gullible(Server):
    """Takes commands and messages, whatever ends them; `messages` are recipients and bytes as they came."""

    messages: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 gullible.test\r\n")
        recipients: list[str] = []
        buffer, in_message = b"", False
        while chunk := await reader.read(65536):
            buffer += chunk
            while found := (ANY_END if in_message else ANY_LINE).search(buffer):
                said, buffer = buffer[: found.end()], buffer[found.end() :]
                if in_message:
                    self.messages.append((tuple(recipients), said))
                    recipients, in_message = [], False
                    writer.write(b"250 2.0.0 Taken\r\n")
                    continue
                self.commands.append(said)
                verb = said[:4].strip().upper()
                if verb == b"EHLO":
                    writer.write(b"250-gullible.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
                elif verb == b"DATA":
                    in_message = True
                    writer.write(b"354 Go on\r\n")
                else:
                    if verb == b"RCPT":
                        recipients.append(said.decode("utf-8", "replace").partition("<")[2].partition(">")[0])
                    writer.write(b"250 2.0.0 Ok\r\n")
            await writer.drain()

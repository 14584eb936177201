"""A mail server that follows a script: what it answers at each step, and how it goes wrong.

It runs in the test's own event loop. `says` maps a step to a reply; a step is a verb (`MAIL`), a verb with an address
(`RCPT anna@ouders.example`), `greeting`, or `dot` for the end of the message. What it took is in `messages`, with the
dots unstuffed; every command it heard is in `heard`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DROP = "<drop>"  # hang up instead of answering
SILENCE = "<silence>"  # never answer
OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 60000000", "AUTH PLAIN")
USUAL = {
    "greeting": "220 mail.test ESMTP",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 Go on",
    "dot": "250 2.0.0 Taken",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
    "AUTH": "235 2.7.0 Ok",
    "STARTTLS": "220 2.0.0 Go on",
    "HELO": "250 mail.test",
}


@dataclass
class Scripted:
    """The server. `port` is there once it listens."""

    says: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = OFFERS
    slowly: bool = False  # replies go out in pieces of a few bytes
    after: float = 0.0  # seconds before each reply
    context: ssl.SSLContext | None = None  # for STARTTLS, or from the first byte with `implicit`
    implicit: bool = False
    injected: bytes = b""  # sent in one piece with the answer to STARTTLS
    reads_of_message: int = -1  # stops reading after so many bytes of the message
    answers_after: int = -1  # says `dot` too early, after so many bytes of the message
    closes_after: int = -1  # hangs up after so many messages of a connection
    port: int = 0
    connections: int = 0
    heard: list[str] = field(default_factory=list)
    messages: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    wire: list[bytes] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Scripted]:
        tls = self.context if self.implicit else None
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**26, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.hang_up()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks)

    def hang_up(self) -> None:
        """Close every connection there is."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say(writer, "greeting"):
            return
        recipients: list[str] = []
        sender, taken = False, 0
        while line := (await reader.readline()).decode():
            self.heard.append(line.rstrip())
            verb, _, argument = line.strip().partition(" ")
            verb = verb.upper()
            address = argument.partition("<")[2].partition(">")[0]
            reply = self._reply(verb, address)
            if verb == "DATA" and "DATA" not in self.says and not recipients:
                reply = "554 5.5.1 No valid recipients"
            if verb == "RCPT" and not sender and "RCPT" not in self.says:
                reply = "503 5.5.1 Need MAIL"
            if verb == "MAIL" and sender and reply.startswith("2"):
                reply = "503 5.5.1 Nested MAIL"  # what Postfix says to a client that forgot its RSET
            if verb == "STARTTLS" and self.injected:
                writer.write(reply.encode() + b"\r\n" + self.injected)
                await reader.read()
                return
            if not await self._put(writer, reply):
                return
            if verb == "MAIL":
                recipients, sender = [], reply.startswith("2")
            elif verb == "RCPT" and reply.startswith("2"):
                recipients.append(address)
            elif verb in {"RSET", "EHLO", "HELO"}:
                recipients, sender = [], False
            elif verb == "STARTTLS" and reply.startswith("2"):
                assert self.context is not None
                await writer.start_tls(self.context)
            elif verb == "DATA" and reply.startswith("354"):
                if not await self._message(reader, writer, tuple(recipients)):
                    return
                recipients, sender, taken = [], False, taken + 1
                if taken == self.closes_after:
                    return
            elif verb == "QUIT":
                return

    async def _message(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipients: tuple[str, ...]
    ) -> bool:
        if self.reads_of_message >= 0:
            await reader.readexactly(self.reads_of_message)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.Event().wait()
        if self.answers_after >= 0:
            await reader.readexactly(self.answers_after)
            await self._say(writer, "dot")
            await reader.readuntil(b"\r\n.\r\n")
            return False
        data = b"\r\n"  # the CRLF of DATA: a message may be nothing but its end
        while not data.endswith(b"\r\n.\r\n"):
            data += await reader.readuntil(b".\r\n")
        self.wire.append(data[2:])
        reply = self._reply("dot", "")
        if reply[:1] in "2<":  # a server that hangs up after the dot may have taken it
            self.messages.append((recipients, data[:-3].replace(b"\r\n.", b"\r\n")[2:]))
        return await self._put(writer, reply)

    def _reply(self, verb: str, address: str) -> str:
        if verb == "EHLO" and "EHLO" not in self.says:
            lines = ["mail.test greets you, SMTPUTF8 8BITMIME"] + [
                offer for offer in self.offers if offer != "STARTTLS" or self.context is not None
            ]
            return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        usual = USUAL.get(verb, "500 5.5.2 What?")
        return self.says.get(f"{verb} {address}") or self.says.get(verb) or usual

    async def _say(self, writer: asyncio.StreamWriter, step: str) -> bool:
        return await self._put(writer, self._reply(step, ""))

    async def _put(self, writer: asyncio.StreamWriter, reply: str) -> bool:
        if self.after:
            await asyncio.sleep(self.after)
        if reply == SILENCE:
            await asyncio.Event().wait()
        said, drop, _ = reply.partition(DROP)
        data = said.encode("utf-8", "surrogateescape") + (b"\r\n" if said and not said.endswith("\n") else b"")
        for start in range(0, len(data), 3 if self.slowly else max(len(data), 1)):
            writer.write(data[start : start + 3] if self.slowly else data)
            await writer.drain()
            if self.slowly:
                await asyncio.sleep(0)
        return not drop

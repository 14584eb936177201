"""A mail server in a thread that remembers what it took, and misbehaves on demand.

It speaks enough SMTP to be a smarthost (pipelining, dot-stuffing). `behave` says what goes wrong: every test names it.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

MARK = re.compile(rb"^X-Mark: (\S+)", re.MULTILINE | re.IGNORECASE)


@dataclass
class Behaviour:
    """What is wrong with the server. All times in seconds."""

    greet_after: float = 0.0
    reply_after: float = 0.0
    refuse: dict[str, str] = field(default_factory=dict)  # recipient -> reply to RCPT, "*" for everybody
    data_reply: str = "250 2.0.0 Ok"
    drop_in_data: int = 0  # so many times the connection breaks while the data comes
    drop_after_dot: int = 0  # so many times it breaks after the message is kept, before the reply


@dataclass
class Sink:
    """Listens on loopback. `taken` counts (mark, recipient); `messages` keeps the bytes by mark."""

    port: int = 0
    behave: Behaviour = field(default_factory=Behaviour)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: dict[str, list[bytes]] = field(default_factory=dict)
    unmarked: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    cut: int = 0  # dialogues that ended without QUIT
    envelopes: list[str] = field(default_factory=list)  # MAIL and RCPT as they were said
    _loop: asyncio.AbstractEventLoop | None = None
    _server: asyncio.Server | None = None

    @classmethod
    def start(cls, port: int = 0) -> Sink:
        self = cls()
        ready = threading.Event()

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._server = await asyncio.start_server(self._session, "127.0.0.1", port, limit=2**26)
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()
            self._ended = asyncio.Event()
            await self._ended.wait()
            self._server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
        assert ready.wait(5)
        return self

    def stop(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        time.sleep(0.05)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.cut += 1
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        how = self.behave
        if how.greet_after:
            await asyncio.sleep(how.greet_after)
        writer.write(b"220 sink.test ESMTP\r\n")
        recipients: list[str] = []
        while line := await reader.readline():
            how = self.behave  # a kept connection behaves as the server does now
            if how.reply_after:
                await asyncio.sleep(how.reply_after)
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(
                    b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 SIZE 60000000\r\n"
                )
            elif verb == b"MAIL":
                self.envelopes.append(line.decode().strip())
                recipients = []
                writer.write(b"250 2.1.0 Ok\r\n")
            elif verb == b"RCPT":
                self.envelopes.append(line.decode().strip())
                address = line.decode().partition("<")[2].partition(">")[0].lower()
                refused = how.refuse.get(address) or how.refuse.get("*")
                if refused is None:
                    recipients.append(address)
                writer.write((refused or "250 2.1.5 Ok").encode() + b"\r\n")
            elif verb == b"DATA":
                if not recipients:
                    writer.write(b"554 5.5.1 No valid recipients\r\n")
                    continue
                writer.write(b"354 Go on\r\n")
                await writer.drain()
                if how.drop_in_data > 0:
                    how.drop_in_data -= 1
                    return
                data = await reader.readuntil(b"\r\n.\r\n")
                if how.data_reply.startswith("250"):
                    self._keep(recipients, data[:-3].replace(b"\r\n..", b"\r\n."))
                if how.drop_after_dot > 0:
                    how.drop_after_dot -= 1
                    return
                writer.write(how.data_reply.encode() + b"\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 2.0.0 Bye\r\n")
                await writer.drain()
                return
            else:
                writer.write(b"250 2.0.0 Ok\r\n")
            await writer.drain()
        self.cut += 1

    def _keep(self, recipients: list[str], data: bytes) -> None:
        found = MARK.search(data.partition(b"\r\n\r\n")[0])  # a report quotes the mark of what it reports
        if found is None:
            self.unmarked.append((tuple(recipients), data))
            return
        mark = found[1].decode()
        self.messages.setdefault(mark, []).append(data)
        self.taken.update((mark, recipient) for recipient in recipients)

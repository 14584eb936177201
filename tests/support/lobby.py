"""A real listener on loopback with a small acceptor behind it, and a client that speaks raw bytes."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway.app.build import bound
from gateway.clock import FixedClock
from gateway.config import Listener, Service
from gateway.pipeline.received import Answer, Outcome, Received
from gateway.smtp.auth import Gatekeeper
from gateway.smtp.door import Door
from gateway.smtp.server import Connection
from tests.support.certificates import make_certificate
from tests.support.stores import NOON

LOGIN, PASSWORD = "j.wissink@school.example", "Zonnebloem-42"
FOREIGN = "iemand.anders@school.example"
ANNA = "anna@ouders.example"
REFERENCE = "7H2K9MQ4TX1C"
SECONDS = 10.0


@cache
def certificate_files() -> tuple[Path, Path]:
    """The server's certificate and key of one test run."""
    folder = TemporaryDirectory(prefix="postwacht-lobby-")
    atexit.register(folder.cleanup)
    return make_certificate(Path(folder.name))


@cache
def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The certificate of one test run, as the server shows it and as a client trusts it."""
    certificate, key = certificate_files()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=certificate)


def client_context(certificate: Path) -> ssl.SSLContext:
    """A client that shows a certificate; the server's is tried elsewhere."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(certificate)
    return context


@dataclass
class Reception:
    """An acceptor that keeps what it is given in memory, answers as it is told, and waits at its gate."""

    received: list[Received] = field(default_factory=list)
    kept: list[Received] = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome(Answer.ACCEPTED, REFERENCE))
    error: BaseException | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def may_send_as(self, login: str | None, mail_from: str) -> bool:
        if mail_from.startswith("fault@"):
            raise RuntimeError(f"the directory broke at {mail_from}")
        return mail_from != FOREIGN

    async def accept(self, received: Received) -> Outcome:
        self.reached.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.received.append(received)
        self.finished.set()
        return self.outcome

    async def refuse(self, received: Received) -> Outcome:
        self.kept.append(received)
        return Outcome(Answer.MALFORMED, REFERENCE)


@dataclass
class Client:
    """A client that says bytes and reads replies."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def line(self) -> str:
        """The next line; "" at the end of the connection."""
        async with asyncio.timeout(SECONDS):
            return (await self.reader.readline()).decode().removesuffix("\r\n")

    async def reply(self) -> str:
        """The last line of the next reply."""
        line = await self.line()
        while line[3:4] == "-":
            line = await self.line()
        return line

    async def ask(self, *lines: str) -> str:
        """Say lines in one packet; the last reply, one for each line."""
        await self.say("".join(f"{line}\r\n" for line in lines).encode())
        return [await self.reply() for _ in lines][-1]

    async def begin(self, *rcpt_to: str, mail_from: str = LOGIN) -> str:
        """Greeting, EHLO, MAIL, RCPT and DATA; the reply to DATA."""
        await self.reply()
        rcpts = [f"RCPT TO:<{rcpt}>" for rcpt in rcpt_to or (ANNA,)]
        return await self.ask("EHLO klas.test", f"MAIL FROM:<{mail_from}>", *rcpts, "DATA")

    async def starttls(self, certificate: Path | None = None) -> None:
        """Go on under TLS, showing a certificate if one is given (PEM with its key)."""
        context = contexts()[1] if certificate is None else client_context(certificate)
        async with asyncio.timeout(SECONDS):
            await self.writer.start_tls(context, server_hostname="localhost")

    async def rest(self) -> bytes:
        """Everything until the other side closes."""
        async with asyncio.timeout(SECONDS):
            return await self.reader.read()

    async def hang_up(self) -> None:
        """Break the connection off: no polite end, a reset."""
        if not self.writer.transport.is_closing():
            sock = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


@dataclass
class Lobby:
    """The door, what is behind it, and its port."""

    door: Door
    reception: Reception
    clock: FixedClock
    sock: socket.socket
    port: int
    guests: list[Client] = field(default_factory=list)

    async def client(
        self,
        *,
        implicit: bool = False,
        source: str = "127.0.0.1",
        window_bytes: int | None = None,
        header: bytes = b"",
    ) -> Client:
        """Connect; a balancer's `header` goes before anything else."""
        tls: dict[str, Any] = {"ssl": contexts()[1], "server_hostname": "localhost"} if implicit else {}
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if window_bytes is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window_bytes)
        sock.bind((source, 0))
        sock.setblocking(False)
        async with asyncio.timeout(SECONDS):
            try:
                await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
            except OSError:
                sock.close()
                raise
            if header:
                await asyncio.get_running_loop().sock_sendall(sock, header)
            streams = await asyncio.open_connection(sock=sock, limit=2**20, **tls)
        self.guests.append(Client(*streams))
        return self.guests[-1]

    async def until_empty(self) -> None:
        await until(lambda: not self.door._connections)


async def until(true: Any) -> None:
    """Wait until it is."""
    async with asyncio.timeout(SECONDS):
        while not true():
            await asyncio.sleep(0.002)


def listener(**changes: Any) -> Listener:
    """Mail is taken from loopback without a password, unless told otherwise."""
    base = {"kind": "submission", "address": "127.0.0.1", "port": 1, "tls": "none", "auth": "network"}
    return Listener(**{**base, "networks": (ip_network("127.0.0.0/8"),), **changes})


PASSWORDS: dict[str, Any] = {"auth": "required", "networks": ()}


@asynccontextmanager
async def lobby(
    *, services: tuple[Service, ...] = (), server_tls: ssl.SSLContext | None = None, **settings: Any
) -> AsyncIterator[Lobby]:
    """A listener with these settings, open until the end of the block."""
    clock = FixedClock(NOON)
    gatekeeper = Gatekeeper(lambda login, password: (login, password) == (LOGIN, PASSWORD), clock)
    reception = Reception()
    chosen = listener(**settings)
    tls = (server_tls or contexts()[0]) if chosen.tls != "none" else None
    door = Door(chosen, reception, gatekeeper, clock, "postwacht.school.example", tls, services)
    sock = bound("127.0.0.1", 0)
    await door.open(sock, Connection)
    here = Lobby(door, reception, clock, sock, sock.getsockname()[1])
    before = asyncio.all_tasks()
    porch = asyncio.create_task(door.porch.run()) if door.porch is not None else None
    try:
        yield here
    finally:
        reception.gate.set()
        for guest in here.guests:
            await guest.hang_up()
        await door.drain()
        await here.until_empty()
        if porch is not None:
            await porch
        others = asyncio.all_tasks() - before
        if others:
            await asyncio.wait(others, timeout=SECONDS)

"""The client for the real mail server: kept connections, pipelined dialogues, one write a step.

Promises: each recipient gets an outcome of its own; a reply that does not come in time is no outcome: the message is
tried again (after the final dot that may repeat it once, RFC 1047). A kept connection is looked at before it is used.
Bytes with a bare CR or LF are never sent: the caller composes, `wire.compose` refuses.
Fails: SmarthostUnavailable (not reachable, too slow, hung up), SmarthostRefused (greeting, EHLO, TLS or AUTH refused).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.errors import SmarthostRefused, SmarthostUnavailable
from gateway.store.disposition import Result, Status

Buffer = bytes | memoryview
# RFC 5321 §4.5.3.2: five minutes for a command, ten after the final dot; a minute to connect is ours.
CONNECT_SECONDS = 30.0
REPLY_SECONDS = 300.0
FINAL_SECONDS = 600.0
IDLE_SECONDS = 60.0
LINE_LIMIT = 64 * 1024


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


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be sent. `eight_bit`: the body is not ASCII; `utf8`: an address or header needs SMTPUTF8."""

    mail_from: str = field(repr=False)
    rcpt_to: tuple[str, ...] = field(repr=False)
    buffers: Sequence[Buffer] = field(repr=False)
    size: int = 0
    eight_bit: bool = False
    utf8: bool = False
    dsn: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class _Session:
    """One open dialogue."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    offers: frozenset[str] = frozenset()
    used_at: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether nothing has come or gone since it was put away."""
        buffered = self.reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio tells it no other way
        return not (self.writer.is_closing() or self.reader.at_eof() or buffered)

    async def reply(self, seconds: float = REPLY_SECONDS) -> Reply:
        async with asyncio.timeout(seconds):
            return await self._next()

    async def replies(self, count: int, seconds: float = REPLY_SECONDS) -> list[Reply]:
        """The answers to pipelined commands, all of them within `seconds`."""
        async with asyncio.timeout(seconds):
            return [await self._next() for _ in range(count)]

    async def _next(self) -> Reply:
        lines: list[str] = []
        while True:
            line = self._arrived() or await self.reader.readline()
            if not line.endswith(b"\n"):
                raise SmarthostUnavailable("the mail server hung up")
            text = line.decode("utf-8", "replace").rstrip()
            if not text[:3].isdigit():
                raise SmarthostUnavailable("the mail server does not speak SMTP")
            lines.append(text[4:])
            if text[3:4] != "-":
                return Reply(int(text[:3]), " ".join(lines))

    def _arrived(self) -> bytes:
        """A line that came together with the one before: the answers to pipelined commands travel in one packet."""
        buffer: bytearray = self.reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001 - as in `alive`
        end = buffer.find(b"\n") + 1
        line = bytes(buffer[:end])
        del buffer[:end]
        return line

    async def ask(self, line: str) -> Reply:
        self.writer.write(f"{line}\r\n".encode())
        return await self.reply()


@dataclass(slots=True)
class Smarthost:
    """The pool. `password` is asked for only when `login` is set; `context` only for TLS."""

    host: str
    port: int
    tls: str = "none"
    context: ssl.SSLContext | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    max_connections: int = 8
    hostname: str = "localhost"
    _idle: deque[_Session] = field(default_factory=deque)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.max_connections)

    async def send(self, mail: Mail) -> list[Result]:
        """Have one dialogue; an outcome for every recipient."""
        async with self._places:
            session = self._kept() or await self._connect()
            done = False
            try:
                results = await self._dialogue(session, mail)
                done = True
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as exc:
                raise SmarthostUnavailable(f"the dialogue broke: {type(exc).__name__}") from exc
            finally:
                if done and session.alive:
                    session.used_at = asyncio.get_running_loop().time()
                    self._idle.append(session)
                else:
                    session.writer.close()
            return results

    def close(self) -> None:
        """Hang up every kept connection."""
        while self._idle:
            self._idle.pop().writer.close()

    def _kept(self) -> _Session | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            session = self._idle.pop()
            if session.alive and now - session.used_at < IDLE_SECONDS:
                return session
            session.writer.close()
        return None

    async def _connect(self) -> _Session:
        context = self.context if self.tls == "implicit" else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(self.host, self.port, ssl=context, limit=LINE_LIMIT)
        except (OSError, TimeoutError) as exc:
            raise SmarthostUnavailable(f"no connection: {type(exc).__name__}") from exc
        raw: socket.socket = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):  # a kept connection that waits for Nagle costs 40 ms a message
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = _Session(reader, writer)
        try:
            await self._introduce(session)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as exc:
            writer.close()
            raise SmarthostUnavailable(f"no greeting: {type(exc).__name__}") from exc
        except (SmarthostUnavailable, SmarthostRefused):
            writer.close()
            raise
        return session

    async def _introduce(self, session: _Session) -> None:
        _wanted(await session.reply(), 220)
        await self._hello(session)
        if self.tls == "starttls":
            _wanted(await session.ask("STARTTLS"), 220)
            assert self.context is not None
            await session.writer.start_tls(self.context, server_hostname=self.host)
            await self._hello(session)
        if self.login:
            secret = base64.b64encode(f"\0{self.login}\0{self.password}".encode()).decode()
            _wanted(await session.ask(f"AUTH PLAIN {secret}"), 235)

    async def _hello(self, session: _Session) -> None:
        reply = await session.ask(f"EHLO {self.hostname}")
        if reply.code == 250:
            session.offers = frozenset(word.upper() for word in reply.text.split())
        else:
            _wanted(await session.ask(f"HELO {self.hostname}"), 250)
            session.offers = frozenset()

    async def _dialogue(self, session: _Session, mail: Mail) -> list[Result]:
        offers = session.offers
        for needed, offer, code, text in (
            (mail.utf8, "SMTPUTF8", 553, "5.6.7 The mail server does not take SMTPUTF8"),
            (mail.eight_bit, "8BITMIME", 554, "5.6.3 The mail server does not take 8BITMIME"),
        ):
            if needed and offer not in offers:
                return [Reply(code, text).outcome(rcpt) for rcpt in mail.rcpt_to]
        commands = [f"MAIL FROM:<{mail.mail_from}>{_mail_parameters(mail, offers)}"]
        commands += [f"RCPT TO:<{rcpt}>{_rcpt_parameters(mail, rcpt, offers)}" for rcpt in mail.rcpt_to]
        if "PIPELINING" in offers:
            session.writer.write("".join(f"{command}\r\n" for command in (*commands, "DATA")).encode())
            *answers, data = await session.replies(len(commands) + 1)
        else:
            answers = [await session.ask(command) for command in commands]
            accepted = answers[0].code < 300 and any(answer.code < 300 for answer in answers[1:])
            data = await session.ask("DATA" if accepted else "RSET")
        return await self._content(session, mail, answers, data)

    async def _content(self, session: _Session, mail: Mail, answers: list[Reply], data: Reply) -> list[Result]:
        sender, *recipients = answers
        taken = sender.code < 300 and any(answer.code < 300 for answer in recipients)
        if not taken:
            if data.code == 354:  # pipelined past a refusal: an empty message ends it (RFC 2920 §3.1)
                session.writer.write(b".\r\n")
                await session.reply(FINAL_SECONDS)
            refusal = None if sender.code < 300 else sender
            await self._reset(session)
            return [(refusal or answer).outcome(rcpt) for rcpt, answer in zip(mail.rcpt_to, recipients, strict=True)]
        final = data
        if data.code == 354:
            session.writer.writelines((*mail.buffers, b".\r\n"))
            async with asyncio.timeout(FINAL_SECONDS):
                await session.writer.drain()
            final = await session.reply(FINAL_SECONDS)
        return [
            (answer if answer.code >= 300 else final).outcome(rcpt)
            for rcpt, answer in zip(mail.rcpt_to, recipients, strict=True)
        ]

    @staticmethod
    async def _reset(session: _Session) -> None:
        if (await session.ask("RSET")).code >= 300:
            session.writer.close()


def _wanted(reply: Reply, code: int) -> None:
    if reply.code != code:
        raise SmarthostRefused(reply.code, reply.text)


def _mail_parameters(mail: Mail, offers: frozenset[str]) -> str:
    words = []
    if "SIZE" in offers:
        words.append(f"SIZE={mail.size}")
    if mail.eight_bit:
        words.append("BODY=8BITMIME")
    if mail.utf8:
        words.append("SMTPUTF8")
    if "DSN" in offers:
        words += [f"{name.upper()}={mail.dsn[name]}" for name in ("ret", "envid") if mail.dsn.get(name)]
    return "".join(f" {word}" for word in words)


def _rcpt_parameters(mail: Mail, rcpt: str, offers: frozenset[str]) -> str:
    if "DSN" not in offers:
        return ""
    names = [(name.upper(), mail.dsn.get(f"{name}:{rcpt}")) for name in ("notify", "orcpt")]
    return "".join(f" {name}={value}" for name, value in names if value)

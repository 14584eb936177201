"""The client for the real mail server: kept connections, pipelined dialogues, one write a step.

Promises: each recipient gets an outcome of its own; a reply that does not come in time is no outcome: the message is
tried again (after the final dot that may repeat it once, RFC 1047). A kept connection is looked at before it is used.
Bytes with a bare CR or LF are never sent: the caller composes, `wire.compose` refuses.
Fails: SmarthostUnavailable (not reachable, too slow, hung up), SmarthostRefused (greeting, EHLO, TLS or AUTH refused).
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.delivery.session import Buffer, Reply, Session
from gateway.errors import SmarthostRefused, SmarthostUnavailable
from gateway.store.disposition import Result

# RFC 5321 §4.5.3.2.6: ten minutes after the final dot; half a minute to connect is ours.
CONNECT_SECONDS = 30.0
FINAL_SECONDS = 600.0
IDLE_SECONDS = 60.0


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
    _idle: deque[Session] = field(default_factory=deque)
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
            except (OSError, ValueError) as exc:
                raise SmarthostUnavailable(f"the dialogue broke: {type(exc).__name__}") from exc
            finally:
                if done and session.alive:
                    session.used_at = asyncio.get_running_loop().time()
                    self._idle.append(session)
                else:
                    session.close()
            return results

    def close(self) -> None:
        """Hang up every kept connection."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> Session | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            session = self._idle.pop()
            if session.alive and now - session.used_at < IDLE_SECONDS:
                return session
            session.close()
        return None

    async def _connect(self) -> Session:
        context = self.context if self.tls == "implicit" else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                # Both loops turn Nagle off: a kept connection that waits for it costs 40 ms a message.
                _, session = await loop.create_connection(Session, self.host, self.port, ssl=context)
        except (OSError, TimeoutError) as exc:
            raise SmarthostUnavailable(f"no connection: {type(exc).__name__}") from exc
        try:
            await self._introduce(session)
        except (OSError, ValueError) as exc:
            session.close()
            raise SmarthostUnavailable(f"no greeting: {type(exc).__name__}") from exc
        except (SmarthostUnavailable, SmarthostRefused):
            session.close()
            raise
        return session

    async def _introduce(self, session: Session) -> None:
        _wanted((await session.replies(1))[0], 220)
        await self._hello(session)
        if self.tls == "starttls":
            _wanted(await session.ask("STARTTLS"), 220)
            assert self.context is not None
            await session.start_tls(self.context, self.host)
            await self._hello(session)
        if self.login:
            secret = base64.b64encode(f"\0{self.login}\0{self.password}".encode()).decode()
            _wanted(await session.ask(f"AUTH PLAIN {secret}"), 235)

    async def _hello(self, session: Session) -> None:
        reply = await session.ask(f"EHLO {self.hostname}")
        if reply.code == 250:
            session.offers = frozenset(word.upper() for word in reply.text.split())
        else:
            _wanted(await session.ask(f"HELO {self.hostname}"), 250)
            session.offers = frozenset()

    async def _dialogue(self, session: Session, mail: Mail) -> list[Result]:
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
            session.write("".join(f"{command}\r\n" for command in (*commands, "DATA")).encode())
            *answers, data = await session.replies(len(commands) + 1)
        else:
            answers = [await session.ask(command) for command in commands]
            accepted = answers[0].code < 300 and any(answer.code < 300 for answer in answers[1:])
            data = await session.ask("DATA" if accepted else "RSET")
        return await self._content(session, mail, answers, data)

    async def _content(self, session: Session, mail: Mail, answers: list[Reply], data: Reply) -> list[Result]:
        sender, *recipients = answers
        taken = sender.code < 300 and any(answer.code < 300 for answer in recipients)
        if not taken:
            if data.code == 354:  # pipelined past a refusal: an empty message ends it (RFC 2920 §3.1)
                session.write(b".\r\n")
                await session.replies(1, FINAL_SECONDS)
            refusal = None if sender.code < 300 else sender
            await self._reset(session)
            return [(refusal or answer).outcome(rcpt) for rcpt, answer in zip(mail.rcpt_to, recipients, strict=True)]
        final = data
        if data.code == 354:
            session.write(*mail.buffers, b".\r\n")
            await session.flushed(FINAL_SECONDS)
            (final,) = await session.replies(1, FINAL_SECONDS)
        return [
            (answer if answer.code >= 300 else final).outcome(rcpt)
            for rcpt, answer in zip(mail.rcpt_to, recipients, strict=True)
        ]

    @staticmethod
    async def _reset(session: Session) -> None:
        if (await session.ask("RSET")).code >= 300:
            session.close()


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

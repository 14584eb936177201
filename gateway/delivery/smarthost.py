"""The client for the real mail server: kept connections, pipelined dialogues, one write a step.

Promises: each recipient gets an outcome of its own, and a refusal that was heard counts whatever breaks after it. A
reply that does not come in time is no outcome: who waits for it is tried again (after the final dot that may repeat
the message, once for each dialogue that broke there, RFC 1047). A kept connection is looked at before it is used, and
one that dies just then costs nobody an attempt: a fresh one is used. Bytes with a bare CR or LF are never sent: the
caller composes, `wire.compose` refuses.
Fails: SmarthostUnavailable (not reachable, or gone before anything of the message was sent), SmarthostRefused
(greeting, EHLO, TLS or AUTH refused, or 421 to MAIL).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.delivery.session import PIECE_BYTES, Buffer, Deadlines, Reply, Session
from gateway.delivery.tokens import Tokens
from gateway.errors import SmarthostRefused, SmarthostUnavailable
from gateway.store.disposition import Result

IDLE_SECONDS = 60.0
GO_ON = 354
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
CHALLENGE = 334
WRONG = 535  # RFC 4954 §6
NOT_NOW = 421  # RFC 5321 §3.8: the server closes


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
    """The pool. `password` goes with `login` and is not used beside `tokens`; `context` is for TLS."""

    host: str
    port: int
    tls: str = "none"
    context: ssl.SSLContext | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    max_connections: int = 8
    hostname: str = "localhost"
    deadlines: Deadlines = field(default_factory=Deadlines)
    tokens: Tokens | None = None
    _idle: deque[Session] = field(default_factory=deque)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.max_connections)

    async def send(self, mail: Mail) -> list[Result]:
        """Have one dialogue; an outcome for every recipient, WAITING without a code where none was heard."""
        async with self._places:
            if (kept := self._kept()) is not None:
                try:
                    return await self._over(kept, mail, fresh=False)
                except (SmarthostUnavailable, SmarthostRefused):
                    # It died as it was used. Nothing of the message was sent, so a fresh one may try.
                    return await self._over(await self._connect(), mail, fresh=True)
            return await self._over(await self._connect(), mail, fresh=True)

    async def _over(self, session: Session, mail: Mail, *, fresh: bool) -> list[Result]:
        done = False
        try:
            results = await self._dialogue(session, mail, fresh=fresh)
            done = True
        finally:
            if done and session.alive:
                session.used_at = asyncio.get_running_loop().time()
                self._idle.append(session)
            else:
                session.close()
        return results

    def close(self) -> None:
        """Take leave on every kept connection."""
        while self._idle:
            self._idle.pop().quit()

    def _kept(self) -> Session | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            session = self._idle.pop()
            if session.alive and now - session.used_at < IDLE_SECONDS:
                return session
            session.quit()
        return None

    async def _connect(self) -> Session:
        context = self.context if self.tls == "implicit" else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.deadlines.connect):
                # Both loops turn Nagle off: a kept connection that waits for it costs 40 ms a message.
                _, session = await loop.create_connection(
                    lambda: Session(self.deadlines), self.host, self.port, ssl=context
                )
        except (OSError, ValueError) as exc:  # ValueError: no name a host can have
            raise SmarthostUnavailable(f"no connection: {type(exc).__name__}") from exc
        done = False
        try:
            await self._introduce(session)
            done = True
        except OSError as exc:
            raise SmarthostUnavailable(f"no greeting: {type(exc).__name__}") from exc
        finally:
            if not done:
                session.close()
        return session

    async def _introduce(self, session: Session) -> None:
        _wanted((await session.replies(1))[0], 220)
        await self._hello(session)
        if self.tls == "starttls":
            _wanted(await session.ask("STARTTLS"), 220)
            assert self.context is not None
            await session.start_tls(self.context, self.host)
            await self._hello(session)
        if self.tokens is not None:
            await self._show_token(session, self.tokens)
        elif self.login:
            secret = base64.b64encode(f"\0{self.login}\0{self.password}".encode()).decode()
            _wanted(await session.ask(f"AUTH PLAIN {secret}"), 235)

    async def _show_token(self, session: Session, tokens: Tokens) -> None:
        """Sign in with a token (XOAUTH2). One that is refused may have been withdrawn: a new one is tried, once."""
        token = await tokens.get()
        reply = await self._shown(session, token)
        if reply.code == WRONG and (fresh := await tokens.get(refused=token)) != token:
            reply = await self._shown(session, fresh)
        _wanted(reply, 235)

    async def _shown(self, session: Session, token: str) -> Reply:
        said = base64.b64encode(f"user={self.login}\x01auth=Bearer {token}\x01\x01".encode()).decode()
        reply = await session.ask(f"AUTH XOAUTH2 {said}")
        # Why not is told as a challenge, and wants an empty answer before the refusal itself.
        return await session.ask("") if reply.code == CHALLENGE else reply

    async def _hello(self, session: Session) -> None:
        reply = await session.ask(f"EHLO {self.hostname}")
        if reply.code == 250:  # the first line is a greeting (RFC 5321 §4.1.1.1)
            session.offers = frozenset(line.partition(" ")[0].upper() for line in reply.lines[1:])
        elif reply.code < 500:
            raise SmarthostRefused(reply.code, reply.text)
        else:
            _wanted(await session.ask(f"HELO {self.hostname}"), 250)
            session.offers = frozenset()

    async def _dialogue(self, session: Session, mail: Mail, *, fresh: bool) -> list[Result]:
        for needed, offer, code, text in (
            (mail.utf8, "SMTPUTF8", 553, "5.6.7 The mail server does not take SMTPUTF8"),
            (mail.eight_bit, "8BITMIME", 554, "5.6.3 The mail server does not take 8BITMIME"),
        ):
            if needed and offer not in session.offers:
                return _results(mail, [Reply(code, (text,))] * len(mail.rcpt_to))
        _quiet(session)
        answers: list[Reply] = []
        broken: SmarthostUnavailable | None = None
        try:
            await self._envelope(session, mail, answers)
        except SmarthostUnavailable as exc:
            broken = exc
        closing = next((answer for answer in (answers[:1] if fresh else answers) if answer.code == NOT_NOW), None)
        if closing is not None:
            raise SmarthostRefused(closing.code, closing.text) from broken
        if broken is not None and not (answers and fresh):
            raise broken
        count = len(mail.rcpt_to)
        if broken is None and len(answers) == count + 2 and answers[-1].code < 400 and answers[-1].code != GO_ON:
            # DATA was answered with nonsense: who knows which answer was to what. None of them counts.
            session.close()
            return _results(mail, [Reply(0, ("the mail server's answers are out of step",))] * count)
        recipients = [answers[0]] * count if answers[0].code >= 300 else answers[1 : count + 1]
        if broken is not None:  # a recipient that was accepted has nothing yet
            unheard = Reply(0, (str(broken),))
            heard = [answer if answer.code >= 300 else unheard for answer in recipients]
            return _results(mail, [*heard, *[unheard] * (count - len(heard))])
        if any(answer.code < 300 for answer in recipients):
            final = await self._content(session, mail, answers[-1])
            return _results(mail, [answer if answer.code >= 300 else final for answer in recipients])
        await self._end(session, answers[-1])
        return _results(mail, recipients)

    @staticmethod
    async def _envelope(session: Session, mail: Mail, answers: list[Reply]) -> None:
        """Say MAIL, RCPT and DATA; without pipelining DATA is said only if it has a use."""
        offers = session.offers
        commands = [f"MAIL FROM:<{mail.mail_from}>{_mail_parameters(mail, offers)}"]
        commands += [f"RCPT TO:<{rcpt}>{_rcpt_parameters(mail, rcpt, offers)}" for rcpt in mail.rcpt_to]
        if "PIPELINING" in offers:
            session.write("".join(f"{command}\r\n" for command in (*commands, "DATA")).encode())
            try:
                answers += await session.replies(len(commands) + 1)
            except SmarthostUnavailable:
                answers += session.unasked  # a refusal that was heard counts
                raise
            return
        for command in commands:
            answers.append(await session.ask(command))
            if answers[0].code >= 300:
                return
        if any(answer.code < 300 for answer in answers[1:]):
            answers.append(await session.ask("DATA"))

    async def _content(self, session: Session, mail: Mail, data: Reply) -> Reply:
        """Send the message; a reply without a code if none was heard: from here on nothing is sent a second time."""
        if data.code >= 400:
            await self._end(session, data)
            return data
        try:
            if mail.size > PIECE_BYTES:
                _quiet(session)
                await session.write_all(mail.buffers)
                _quiet(session)
                session.write(b".\r\n")
            else:
                _quiet(session)
                session.write(*mail.buffers, b".\r\n")
            return (await session.replies(1, self.deadlines.final))[0]
        except SmarthostUnavailable as exc:
            # Some servers refuse a message in its middle and hang up. What they say too early counts as a refusal only.
            early = [reply for reply in session.unasked if reply.code >= 400]
            return early[0] if early else Reply(0, (str(exc),))

    @staticmethod
    async def _end(session: Session, last: Reply) -> None:
        """Leave the connection as if nobody had been refused. Nothing that breaks here changes an outcome."""
        if last.code == GO_ON:
            session.close()  # pipelined past the refusals: an empty message must reach nobody
            return
        with contextlib.suppress(SmarthostUnavailable):
            if (await session.ask("RSET")).code >= 300:
                session.close()


def _quiet(session: Session) -> None:
    if session.unasked:
        raise SmarthostUnavailable("the mail server answered before it was asked")


def _results(mail: Mail, answers: Sequence[Reply]) -> list[Result]:
    return [answer.outcome(rcpt) for rcpt, answer in zip(mail.rcpt_to, answers, strict=True)]


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
    words = {name.upper(): mail.dsn.get(f"{name}:{rcpt}", "") for name in ("notify", "orcpt")}
    if not mail.utf8:  # letters have a spelling of their own where SMTPUTF8 is not spoken (RFC 6533 §3)
        words["ORCPT"] = NOT_ASCII.sub(lambda found: f"\\x{{{ord(found[0]):X}}}", words["ORCPT"])
    return "".join(f" {name}={value}" for name, value in words.items() if value)

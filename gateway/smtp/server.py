"""One connection: aiosmtpd's SMTP with our own loop, replies and way of reading DATA.

Promises: every reply has its enhanced code; a fault of ours is 451 and says nothing about the inside; a client that
hangs up while a message is being committed changes nothing (the commit is a task of the listener's); STARTTLS forgets
everything said before it; what comes after CRLF.CRLF is the next command, what comes before is the message.
Kept from aiosmtpd: the transport handling, STARTTLS, the session object. Replaced: see docs/decisions/0003.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from gateway import logs, metrics
from gateway.pipeline.received import Peer, Received
from gateway.smtp import replies
from gateway.smtp.addresses import MAIL_PARAMETERS, RCPT_PARAMETERS, BadAddress, BadParameter, read_path
from gateway.smtp.data import is_clean, normalised, read_data
from gateway.smtp.door import Door
from gateway.smtp.ports import Login
from gateway.smtp.replies import Reply
from rules.message import Envelope as MessageEnvelope

# RFC 5321 §4.5.3.1.4 asks for 512 octets; SMTPUTF8 and DSN parameters need more, nobody needs this much.
COMMAND_OCTETS_MAX: Final = 4096
READ_LIMIT: Final = 512 * 1024
# RFC 5321 §4.5.3.2.7: five minutes for a command. DATA as a whole gets longer (§4.5.3.2.5 asks 3 minutes a block).
COMMAND_SECONDS: Final = 300.0
DATA_SECONDS: Final = 900.0
# RFC 5321 §4.5.3.1.8 wants at least 100.
RECIPIENTS_MAX: Final = 1000
ERRORS_MAX: Final = 20
BODIES: Final = frozenset({"7BIT", "8BITMIME"})
Command = Callable[["Connection", str], Awaitable[None]]


class Quit(Exception):
    """The dialogue is over."""


class Connection(SMTP):
    """A client's connection to one listener's door."""

    def __init__(self, door: Door) -> None:  # aiosmtpd's own constructor reflects over itself for each connection
        loop = asyncio.get_running_loop()
        asyncio.StreamReaderProtocol.__init__(
            self,
            asyncio.StreamReader(loop=loop, limit=READ_LIMIT),
            client_connected_cb=self._cb_client_connected,
            loop=loop,
        )
        self.door = door
        self.loop = loop
        self.event_handler = None
        self._handle_hooks: dict[str, Any] = {}
        self.hostname = door.hostname
        self.enable_SMTPUTF8 = True
        self.tls_context = door.tls_context
        self._timeout_duration = COMMAND_SECONDS
        self._timeout_handle = None
        self._tls_handshake_okay = True
        self._tls_protocol = None
        self._original_transport = None
        self.session: Session | None = None
        self.envelope: Envelope | None = None
        self.transport = None
        self._handler_coroutine: asyncio.Task[None] | None = None
        self.errors = 0
        self.ended = False
        self.login: str | None = None
        self.dsn: dict[str, str] = {}
        self.mail_from: str | None = None
        self.rcpt_to: list[str] = []
        self.utf8 = False

    # the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or begin anew after STARTTLS (RFC 3207 §4.2: nothing said before counts)."""
        restarted = self._original_transport is not None
        super().connection_made(transport)
        self._forget()
        self.login = None
        if not restarted:
            self.door.came(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.door.went(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """A client that closes its half may still want its answers: what it sent is done first."""
        assert self.session is not None
        keep_open = asyncio.StreamReaderProtocol.eof_received(self)
        return False if self.secure else keep_open

    def good_bye(self) -> None:
        """End an idle dialogue; one that is sending its message is ended too, and sends it again elsewhere."""
        self._writer.write(f"{replies.CLOSING}\r\n".encode())
        self._writer.close()

    @property
    def secure(self) -> bool:
        return self.transport is not None and self.transport.get_extra_info("sslcontext") is not None

    @property
    def peer(self) -> str:
        assert self.session is not None
        return str(self.session.peer[0]) if self.session.peer else ""

    def _timeout_cb(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.write(f"{replies.TIMED_OUT}\r\n".encode())
        super()._timeout_cb()  # type: ignore[no-untyped-call]

    async def say(self, *lines: Reply | str) -> None:
        """Write replies. A refusal counts; too many end the dialogue."""
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace"))
        reply = lines[-1]
        if isinstance(reply, Reply) and reply.refused:
            metrics.refused(self.door.kind, reply.code)
            self.errors += 1
            if reply.code == 421:
                raise Quit
            if self.errors >= ERRORS_MAX:
                self._writer.write(f"{replies.TOO_MANY_ERRORS}\r\n".encode())
                raise Quit
        # A pipelining client's next command is here already: its reply goes out with this one.
        if b"\n" not in self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001
            await self._writer.drain()

    async def _handle_client(self) -> None:
        """The dialogue, from greeting to end."""
        try:
            if refusal := self.door.refusal(self):
                logs.session_refused(listener=self.door.kind, reason=refusal.enhanced, peer=self.peer)
                await self.say(refusal)
            self._writer.write(f"220 {self.hostname} ESMTP Postwacht\r\n".encode())
            while self.transport is not None:
                line = await self._command()
                self._reset_timeout()
                await self._obey(line)
        except (Quit, EOFError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.ended = True
            self._writer.close()

    async def _command(self) -> bytes:
        """One command line, without its end. Longer ones are read to their end and answered."""
        while True:
            try:
                line: bytes = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as exc:
                await self._reader.read(exc.consumed or READ_LIMIT)
                if b"\n" not in self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001
                    continue
                await self._reader.readuntil(b"\n")
                await self.say(replies.LINE_TOO_LONG)
                continue
            if len(line) <= COMMAND_OCTETS_MAX:
                return line.rstrip(b"\r\n")
            await self.say(replies.LINE_TOO_LONG)

    async def _obey(self, line: bytes) -> None:
        verb, _, rest = line.partition(b" ")
        command = COMMANDS.get(verb.upper().decode("latin-1"))
        if command is None or b"\0" in line:
            await self.say(replies.BAD_COMMAND)
            return
        try:
            await command(self, rest.decode("utf-8", "surrogateescape").strip())
        except (Quit, EOFError, ConnectionError, asyncio.IncompleteReadError, TLSSetupException):
            raise
        except Exception as error:  # noqa: BLE001 - ours, whatever it was: the client tries again, the log tells where
            logs.fault("smtp", error)
            metrics.fault("smtp")
            self._forget()
            await self.say(replies.TRY_LATER)

    def _forget(self) -> None:
        """RSET: no transaction."""
        self.mail_from = None
        self.rcpt_to = []
        self.dsn = {}
        self.utf8 = False

    # commands

    async def do_ehlo(self, name: str) -> None:
        assert self.session is not None
        if not name:
            await self.say(replies.SYNTAX)
            return
        self._forget()
        self.session.host_name, self.session.extended_smtp = name, True
        offers = [
            self.hostname, "PIPELINING", f"SIZE {self.door.max_message_bytes}", "8BITMIME", "SMTPUTF8", "DSN",
            "ENHANCEDSTATUSCODES", f"LIMITS RCPTMAX={RECIPIENTS_MAX}",
        ]  # fmt: skip
        if self.tls_context is not None and not self.secure:
            offers.append("STARTTLS")
        if self._may_log_in():
            offers.append("AUTH PLAIN LOGIN")
        await self.say(*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}")

    async def do_helo(self, name: str) -> None:
        assert self.session is not None
        if not name:
            await self.say(replies.SYNTAX)
            return
        self._forget()
        self.session.host_name, self.session.extended_smtp = name, False
        await self.say(f"250 {self.hostname}")

    async def do_starttls(self, arg: str) -> None:
        if arg:
            await self.say(replies.SYNTAX)
        elif self.tls_context is None or self.secure:
            await self.say(replies.NOT_IMPLEMENTED)
        else:
            self._reader._buffer.clear()  # type: ignore[attr-defined]  # noqa: SLF001 - said in the clear: not a word counts
            await super().smtp_STARTTLS("")

    def _may_log_in(self) -> bool:
        return self.door.auth_required and (self.secure or self.door.plain_auth)

    async def do_auth(self, arg: str) -> None:
        assert self.session is not None
        mechanism, _, initial = arg.partition(" ")
        if not self.door.auth_required or not self.session.extended_smtp:
            await self.say(replies.NOT_IMPLEMENTED)
        elif not self._may_log_in():
            await self.say(replies.TLS_NEEDED)
        elif self.login is not None or self.mail_from is not None:
            await self.say(replies.BAD_SEQUENCE)
        elif mechanism.upper() == "PLAIN":
            await self._login_plain(initial)
        elif mechanism.upper() == "LOGIN":
            await self._login_login(initial)
        else:
            await self.say(replies.UNKNOWN_MECHANISM)

    async def _login_plain(self, initial: str) -> None:
        answer = decoded(initial) if initial else await self._ask("")
        fields = answer.split("\0") if answer is not None else []
        if len(fields) != 3:
            await self.say(replies.SYNTAX)
            return
        await self._check(fields[1], fields[2])

    async def _login_login(self, initial: str) -> None:
        login = decoded(initial) if initial else await self._ask("Username:")
        password = await self._ask("Password:") if login is not None else None
        if login is None or password is None:
            await self.say(replies.SYNTAX)
            return
        await self._check(login, password)

    async def _ask(self, question: str) -> str | None:
        await self.say("334 " + base64.b64encode(question.encode()).decode())
        line = await self._command()
        return None if line == b"*" else decoded(line.decode("latin-1"))

    async def _check(self, login: str, password: str) -> None:
        outcome = await self.door.authenticator.check(login, password, self.peer)
        metrics.login(self.door.kind, outcome.value)
        if outcome is Login.RIGHT:
            self.login = login
            await self.say(replies.AUTHENTICATED)
            return
        logs.login_failed(listener=self.door.kind, reason=outcome.value, peer=self.peer)
        refusals = {Login.WRONG: replies.LOGIN_FAILED, Login.THROTTLED: replies.THROTTLED}
        await self.say(refusals.get(outcome, replies.LOGIN_UNCHECKED))

    async def do_mail(self, arg: str) -> None:
        assert self.session is not None
        if refusal := self.door.closed(self.peer, login=self.login):
            await self.say(refusal)
        elif not self.session.host_name or self.mail_from is not None:
            await self.say(replies.BAD_SEQUENCE)
        elif arg[:5].upper() != "FROM:":
            await self.say(replies.SYNTAX)
        else:
            await self.say(self._mail(arg[5:]))

    def _mail(self, arg: str) -> Reply:
        try:
            address, params = read_path(arg, MAIL_PARAMETERS)
        except BadAddress:
            return replies.BAD_ADDRESS
        except BadParameter:
            return replies.UNKNOWN_PARAMETER
        size = params.get("SIZE", "0")
        if not size.isdigit() or params.get("BODY", "7BIT").upper() not in BODIES:
            return replies.SYNTAX
        if int(size) > self.door.max_message_bytes:
            return replies.TOO_LARGE
        if not self.door.acceptor.may_send_as(self.login, address):
            return replies.NOT_YOURS
        self.mail_from, self.utf8 = address, "SMTPUTF8" in params
        self.dsn = {name.lower(): params[name] for name in ("RET", "ENVID") if name in params}
        return replies.SENDER_OK

    async def do_rcpt(self, arg: str) -> None:
        if self.mail_from is None:
            await self.say(replies.BAD_SEQUENCE)
        elif arg[:3].upper() != "TO:":
            await self.say(replies.SYNTAX)
        else:
            await self.say(self._rcpt(arg[3:]))

    def _rcpt(self, arg: str) -> Reply:
        try:
            address, params = read_path(arg, RCPT_PARAMETERS)
        except BadAddress:
            return replies.BAD_ADDRESS
        except BadParameter:
            return replies.UNKNOWN_PARAMETER
        if not address:
            return replies.BAD_ADDRESS
        if len(self.rcpt_to) >= RECIPIENTS_MAX:
            return replies.TOO_MANY_RECIPIENTS
        self.rcpt_to.append(address)
        self.dsn |= {f"{name.lower()}:{address}": value for name, value in params.items()}
        return replies.RECIPIENT_OK

    async def do_data(self, arg: str) -> None:
        if arg:
            await self.say(replies.SYNTAX)
        elif self.mail_from is None:
            await self.say(replies.BAD_SEQUENCE)
        elif not self.rcpt_to:
            await self.say(replies.NO_RECIPIENTS)
        else:
            self._writer.write(b"354 End data with <CR><LF>.<CR><LF>\r\n")
            await self._writer.drain()
            started = time.monotonic()
            self._reset_timeout(DATA_SECONDS)
            data = await read_data(self._reader, self.door.max_message_bytes)
            self._reset_timeout(DATA_SECONDS)
            await self.say(replies.TOO_LARGE if data is None else await self._take(data, time.monotonic() - started))
            self._forget()

    async def _take(self, data: bytes, seconds: float) -> Reply:
        assert self.session is not None
        assert self.mail_from is not None
        metrics.received(self.door.kind, len(data), seconds)
        clean = is_clean(data)
        if not clean and self.door.bare_lf == "normalise":
            data, clean = normalised(data), True
        received = Received(
            listener=self.door.kind,
            peer=Peer(self.peer, self.session.host_name or "", self.secure, self.login),
            envelope=MessageEnvelope(self.mail_from, tuple(self.rcpt_to)),
            raw=data,
            at=self.door.clock.now(),
            smtputf8=self.utf8,
            dsn=self.dsn,
        )
        act = self.door.acceptor.accept if clean else self.door.acceptor.refuse
        return replies.reply_to(await self.door.shielded(act(received)))

    async def do_rset(self, arg: str) -> None:
        if not arg:
            self._forget()
        await self.say(replies.SYNTAX if arg else replies.OK)

    async def do_noop(self, _arg: str) -> None:
        await self.say(replies.OK)

    async def do_vrfy(self, arg: str) -> None:
        await self.say(replies.CANNOT_VERIFY if arg else replies.SYNTAX)

    async def do_unoffered(self, _arg: str) -> None:
        await self.say(replies.NOT_IMPLEMENTED)

    async def do_quit(self, arg: str) -> None:
        if arg:
            await self.say(replies.SYNTAX)
            return
        self._writer.write(f"{replies.BYE}\r\n".encode())
        raise Quit


COMMANDS: Final[dict[str, Command]] = {
    "EHLO": Connection.do_ehlo,
    "HELO": Connection.do_helo,
    "STARTTLS": Connection.do_starttls,
    "AUTH": Connection.do_auth,
    "MAIL": Connection.do_mail,
    "RCPT": Connection.do_rcpt,
    "DATA": Connection.do_data,
    "RSET": Connection.do_rset,
    "NOOP": Connection.do_noop,
    "VRFY": Connection.do_vrfy,
    "EXPN": Connection.do_unoffered,
    "HELP": Connection.do_unoffered,
    "BDAT": Connection.do_unoffered,
    "TURN": Connection.do_unoffered,
    "ETRN": Connection.do_unoffered,
    "QUIT": Connection.do_quit,
}


def decoded(text: str) -> str | None:
    """Base64 of UTF-8, as AUTH sends it; None for anything else."""
    if text == "=":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None

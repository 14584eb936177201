"""A dialogue with one client: aiosmtpd's transport handling with our own loop, limits and way of answering.

A command that needs nobody else is answered where its bytes arrive; the dialogue's task is woken only for what takes
time: a password, a message. Either way commands are answered one by one, in their order.

Promises: a fault of ours is 451 and says nothing about the inside; too many mistakes of the client end the dialogue; a
command longer than the limit is read to its end and refused; STARTTLS forgets all that was said before it (RFC 3207
§4.2).
Kept from aiosmtpd: the transport handling, STARTTLS, the session object. Replaced: see docs/decisions/0003.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Final

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from gateway import logs, metrics
from gateway.smtp import replies
from gateway.smtp.admission import names_in
from gateway.smtp.door import Door
from gateway.smtp.replies import Reply

# RFC 5321 §4.5.3.1.4 asks for 512 octets; SMTPUTF8 and DSN parameters need more, nobody needs this much.
COMMAND_OCTETS_MAX: Final = 4096
READ_LIMIT: Final = 512 * 1024
# RFC 5321 §4.5.3.2.7: five minutes for a command.
COMMAND_SECONDS: Final = 300.0
ERRORS_MAX: Final = 20
# Ours, or a list longer than we take at once (RFC 5321 §4.5.3.1.10): no mistakes of the client.
NO_MISTAKES: Final = frozenset({451, 452})
Response = Reply | tuple[str, ...]  # a reply, or the lines of one that has several
Quick = Callable[[Any, str], Response]
Slow = Callable[[Any, str], Awaitable[None]]


class Quit(Exception):
    """The dialogue is over."""


class Dialogue(SMTP):
    """A client's connection to one listener's door. A subclass gives the commands."""

    quick: ClassVar[Mapping[str, Quick]]
    slow: ClassVar[Mapping[str, Slow]]

    def __init__(self, door: Door) -> None:  # aiosmtpd's own constructor reflects over itself for each connection
        loop = asyncio.get_running_loop()
        asyncio.StreamReaderProtocol.__init__(
            self,
            asyncio.StreamReader(loop=loop, limit=READ_LIMIT),
            client_connected_cb=self._cb_client_connected,
            loop=loop,
        )
        self.door = door
        self.client: str | None = None  # as a balancer names it; "": the balancer itself
        self.loop = loop
        self.event_handler = None
        self._handle_hooks: dict[str, Any] = {}
        self.hostname = door.hostname
        self.enable_SMTPUTF8 = True
        self.tls_context = door.tls_context
        self._timeout_duration = COMMAND_SECONDS
        self._timeout_handle: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._tls_handshake_okay = True
        self._tls_protocol = None
        self._original_transport = None
        self.session: Session | None = None
        self.envelope: Envelope | None = None
        self.transport = None
        self._handler_coroutine: asyncio.Task[None] | None = None
        self.errors = 0
        self.over = False
        self._listening = False  # the task waits for a command, and nothing else
        self._overlong = False  # ... whose beginning was too long, and is gone
        self._refusal: Reply | None = None
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
        self.forget()
        self.login = None
        if not restarted:
            self.door.came(self)
            # Now, not when the task gets its turn: of many that come at once only the last are too many.
            self._refusal = self.door.refusal(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.door.went(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Answer what can be answered at once; leave the rest to the task."""
        waiting = self._reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio tells it no other way
        done = self._answer_at_once(data) if self._listening and not self._overlong and not waiting else 0
        if self.over:
            self._reader.feed_eof()
        elif done < len(data):
            super().data_received(data[done:])

    def eof_received(self) -> bool | None:
        """A client that closes its half may still want its answers: what it sent is done first."""
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
        """The address of the client; "" if a balancer speaks for itself."""
        assert self.session is not None
        if self.client is not None:
            return self.client
        return str(self.session.peer[0]) if self.session.peer else ""

    @property
    def certified(self) -> tuple[str, ...]:
        """The names in the certificate the client proved to be its own."""
        return names_in(self.transport.get_extra_info("peercert")) if self.transport is not None else ()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Move the deadline. The timer stays: when it goes off early it is set again for what is left."""
        self._deadline = self.loop.time() + (duration or COMMAND_SECONDS)
        if self._timeout_handle is None or self._timeout_handle.when() > self._deadline:
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.loop.time() < self._deadline:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
            return
        with contextlib.suppress(OSError):
            self._writer.write(f"{replies.TIMED_OUT}\r\n".encode())
        super()._timeout_cb()  # type: ignore[no-untyped-call]

    def _answer_at_once(self, data: bytes) -> int:
        """Answer the quick commands `data` begins with; return how much of it they were."""
        done = 0
        answers: list[bytes] = []
        while not self.over and (end := data.find(b"\n", done, done + COMMAND_OCTETS_MAX)) != -1:
            verb, rest = _read(data[done:end])
            command = self.quick.get(verb)
            if command is None or self._writer.transport.get_write_buffer_size():
                break  # the task's affair: it takes time, nobody knows it, or the client does not read its answers
            self._reset_timeout()
            answers.append(self._put(self._act(command, rest)))
            done = end + 1
        if answers:
            self._writer.write(b"".join(answers))
        return done

    def _put(self, answer: Response) -> bytes:
        """The bytes of an answer. A refusal counts; too many end the dialogue."""
        if isinstance(answer, tuple):
            return "".join(f"{line}\r\n" for line in answer).encode("utf-8", "replace")
        if answer.refused:
            metrics.refused(self.door.kind, answer.code)
            self.errors += answer.code not in NO_MISTAKES
            self.over = answer.code == 421 or self.errors >= ERRORS_MAX
            if self.errors >= ERRORS_MAX and answer.code != 421:
                return f"{answer}\r\n{replies.TOO_MANY_ERRORS}\r\n".encode("utf-8", "replace")
        return f"{answer}\r\n".encode("utf-8", "replace")

    async def say(self, answer: Response) -> None:
        """Write an answer."""
        self._writer.write(self._put(answer))
        if self.over:
            raise Quit
        if self._writer.transport.get_write_buffer_size():
            await self._writer.drain()

    async def push(self, status: object) -> None:  # noqa: ARG002 - of aiosmtpd's own commands only STARTTLS is in use
        """Say the one thing aiosmtpd says for us, with its enhanced code."""
        await self.say(replies.READY_FOR_TLS)

    async def _handle_client(self) -> None:
        """The dialogue, from greeting to end."""
        try:
            if self._refusal is not None:
                logs.session_refused(listener=self.door.kind, reason=self._refusal.enhanced, peer=self.peer)
                await self.say(self._refusal)
            self._writer.write(f"220 {self.hostname} ESMTP Postwacht\r\n".encode())
            while True:
                self._listening = True
                line = await self.line()
                self._listening = False
                self._reset_timeout()
                await self._obey(line)
        except (Quit, EOFError, ConnectionError):
            pass
        except TLSSetupException:
            self._never_encrypted()
        finally:
            self.over = True
            self._writer.close()

    def _never_encrypted(self) -> None:
        """STARTTLS came to nothing. asyncio tells the loss of such a connection to its TLS layer, and nobody else."""
        assert self._timeout_handle is not None
        self._timeout_handle.cancel()
        self.door.went(self)

    async def line(self) -> bytes:
        """One line, without its end. Longer ones are read to their end and answered."""
        while True:
            try:
                line: bytes = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as exc:
                await self._reader.read(exc.consumed)
                self._overlong = True  # what comes until the line's end is no command
                continue
            if not self._overlong and len(line) <= COMMAND_OCTETS_MAX:
                return line.rstrip(b"\r\n")
            self._overlong = False
            await self.say(replies.LINE_TOO_LONG)

    async def _obey(self, line: bytes) -> None:
        verb, rest = _read(line)
        if (quick := self.quick.get(verb)) is not None:
            await self.say(self._act(quick, rest))
        elif (slow := self.slow.get(verb)) is None:
            await self.say(replies.BAD_COMMAND)
        else:
            try:
                await slow(self, rest)
            except (Quit, EOFError, ConnectionError, TLSSetupException):
                raise
            except Exception as error:  # noqa: BLE001 - ours, whatever it was: the client tries again
                await self.say(self.fault(error))

    def _act(self, command: Quick, rest: str) -> Response:
        try:
            return command(self, rest)
        except Exception as error:  # noqa: BLE001 - as above
            return self.fault(error)

    def fault(self, error: Exception) -> Reply:
        """A fault of ours: the log tells where, the client tries again."""
        logs.fault("smtp", error)
        metrics.fault("smtp")
        self.forget()
        return replies.TRY_LATER

    def forget(self) -> None:
        """RSET: no transaction."""
        self.mail_from = None
        self.rcpt_to = []
        self.dsn = {}
        self.utf8 = False


def _read(line: bytes) -> tuple[str, str]:
    """Verb in capitals, and what follows it. A line with NUL has no verb anybody knows."""
    verb, _, rest = line.partition(b" ")
    known = "" if b"\0" in line else verb.strip().upper().decode("latin-1")
    return known, rest.decode("utf-8", "surrogateescape").strip()

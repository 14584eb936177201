"""The commands of a listener: EHLO to QUIT, each read, checked and answered.

Promises: every reply has its enhanced code; a client that hangs up while a message is being committed changes nothing
(the commit is a task of the listener's); what comes after CRLF.CRLF is the next command, what comes before is the
message.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from aiosmtpd.smtp import TLSSetupException

from gateway import logs, metrics
from gateway.delivery.wire import is_clean
from gateway.pipeline.received import Peer, Received
from gateway.smtp import replies
from gateway.smtp.addresses import (
    MAIL_PARAMETERS,
    RCPT_PARAMETERS,
    ROUTED,
    BadAddress,
    BadParameter,
    BadPath,
    BadValue,
    read_path,
)
from gateway.smtp.data import read_data
from gateway.smtp.dialogue import Dialogue, Quit, Response
from gateway.smtp.ports import Login
from gateway.smtp.replies import Reply
from gateway.smtp.sasl import MECHANISMS
from rules.message import Envelope

# RFC 5321 §4.5.3.2.5 asks 3 minutes a block; DATA as a whole gets longer.
DATA_SECONDS: Final = 900.0
# RFC 5321 §4.5.3.1.8 wants at least 100.
RECIPIENTS_MAX: Final = 1000
# RFC 1035 §2.3.4: longer than any name of a host.
HOST_CHARACTERS_MAX: Final = 255
UNREADABLE: Final[Mapping[type[BadPath], Reply]] = {
    BadAddress: replies.BAD_ADDRESS,
    BadParameter: replies.UNKNOWN_PARAMETER,
    BadValue: replies.SYNTAX,
}


def host(name: str) -> str:
    """The name a client gives itself, as a trace line may hold it: some machines are called anything at all."""
    return "".join(letter if "!" <= letter <= "~" else "?" for letter in name[:HOST_CHARACTERS_MAX])


class Connection(Dialogue):
    """One client of a listener."""

    def do_ehlo(self, name: str) -> Response:
        assert self.session is not None
        if not name:
            return replies.SYNTAX
        self.forget()
        self.session.host_name, self.session.extended_smtp = host(name), True
        offers = [
            self.hostname, "PIPELINING", f"SIZE {self.door.max_message_bytes}", "8BITMIME", "SMTPUTF8", "DSN",
            "ENHANCEDSTATUSCODES", f"LIMITS RCPTMAX={RECIPIENTS_MAX}",
        ]  # fmt: skip
        if self.tls_context is not None and not self.secure:
            offers.append("STARTTLS")
        if self._may_log_in():
            offers.append("AUTH PLAIN LOGIN")
        return (*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}")

    def do_helo(self, name: str) -> Response:
        assert self.session is not None
        if not name:
            return replies.SYNTAX
        self.forget()
        self.session.host_name, self.session.extended_smtp = host(name), False
        return (f"250 {self.hostname}",)

    async def do_starttls(self, arg: str) -> None:
        if arg:
            await self.say(replies.SYNTAX)
        elif self.tls_context is None or self.secure:
            await self.say(replies.NOT_IMPLEMENTED)
        else:
            self._reader._buffer.clear()  # type: ignore[attr-defined]  # noqa: SLF001 - said in the clear: not a word counts
            await self.smtp_STARTTLS("")
            if self.session is None or self.session.ssl is None:  # hung up instead: the session was not begun anew
                raise TLSSetupException

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
        elif (exchange := MECHANISMS.get(mechanism.upper())) is None:
            await self.say(replies.UNKNOWN_MECHANISM)
        elif (said := await exchange(self, initial)) is None:
            await self.say(replies.SYNTAX)
        else:
            await self._check(*said)

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

    def do_mail(self, arg: str) -> Reply:
        assert self.session is not None
        if refusal := self.door.closed(self.peer, login=self.login, names=self.certified, secure=self.secure):
            if refusal is replies.FOREIGN:
                logs.session_refused(listener=self.door.kind, reason="foreign", peer=self.peer)
            return refusal
        if not self.session.host_name or self.mail_from is not None:
            return replies.BAD_SEQUENCE
        return self._mail(arg[5:]) if arg[:5].upper() == "FROM:" else replies.SYNTAX

    def _mail(self, arg: str) -> Reply:
        try:
            address, params = read_path(arg, MAIL_PARAMETERS)
        except BadPath as error:
            return UNREADABLE[type(error)]
        if int(params.get("SIZE", "0")) > self.door.max_message_bytes:
            return replies.TOO_LARGE
        if refusal := self.door.sender_refused(self.peer, self.login, address):
            return refusal
        self.mail_from, self.utf8 = address, "SMTPUTF8" in params
        self.dsn = {name.lower(): params[name] for name in ("RET", "ENVID") if name in params}
        return replies.SENDER_OK

    def do_rcpt(self, arg: str) -> Reply:
        if self.mail_from is None:
            return replies.BAD_SEQUENCE
        return self._rcpt(arg[3:]) if arg[:3].upper() == "TO:" else replies.SYNTAX

    def _rcpt(self, arg: str) -> Reply:
        try:
            address, params = read_path(arg, RCPT_PARAMETERS)
        except BadPath as error:
            return UNREADABLE[type(error)]
        if not address or ROUTED.search(address):  # who is judged must be who gets it
            return replies.BAD_ADDRESS
        if len(self.rcpt_to) >= RECIPIENTS_MAX:
            return replies.TOO_MANY_RECIPIENTS
        self.rcpt_to.append(address)
        self.dsn |= {f"{name.lower()}:{address}": value for name, value in params.items()}
        return replies.RECIPIENT_OK

    async def do_data(self, arg: str) -> None:
        if arg:
            await self._no_data(replies.SYNTAX)
        elif self.mail_from is None:
            await self._no_data(replies.BAD_SEQUENCE)
        elif not self.rcpt_to:
            await self._no_data(replies.NO_RECIPIENTS)
        else:
            self._writer.write(b"354 End data with <CR><LF>.<CR><LF>\r\n")
            await self._writer.drain()
            started = time.monotonic()
            self._reset_timeout(DATA_SECONDS)
            mend = self.door.bare_lf == "normalise"
            data = await read_data(self._reader, self.door.max_message_bytes, mend=mend)
            self._reset_timeout(DATA_SECONDS)
            await self.say(replies.TOO_LARGE if data is None else await self._take(data, time.monotonic() - started))
            self.forget()

    async def _no_data(self, refusal: Reply) -> None:
        """Refuse DATA. A message that was sent along all the same is no list of commands (RFC 2920 §3.1): hang up."""
        await self.say(refusal)
        if self._reader._buffer:  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio tells it no other way
            raise Quit

    async def _take(self, data: bytes, seconds: float) -> Reply:
        assert self.session is not None
        assert self.mail_from is not None
        metrics.received(self.door.kind, len(data), seconds)
        proven = self.door.proven(data)
        if proven is None:
            logs.session_refused(listener=self.door.kind, reason="not_the_school", peer=self.peer)
            return replies.UNVERIFIED
        data = proven
        received = Received(
            listener=self.door.kind,
            peer=Peer(
                self.peer, self.session.host_name or "", self.secure, self.login, self.door.admission.account(self.peer)
            ),
            envelope=Envelope(self.mail_from, tuple(self.rcpt_to)),
            raw=data,
            at=self.door.clock.now(),
            smtputf8=self.utf8,
            window=self.door.window,
            dsn=self.dsn,
        )
        act = self.door.acceptor.accept if is_clean(data) else self.door.acceptor.refuse
        try:
            return replies.reply_to(await self.door.shielded(act(received)))
        except Exception as error:  # noqa: BLE001 - also a connection of ours that broke: it is not the client's
            return self.fault(error)

    def do_rset(self, arg: str) -> Reply:
        if arg:
            return replies.SYNTAX
        self.forget()
        return replies.OK

    def do_noop(self, _arg: str) -> Reply:
        return replies.OK

    def do_vrfy(self, arg: str) -> Reply:
        return replies.CANNOT_VERIFY if arg else replies.SYNTAX

    def do_unoffered(self, _arg: str) -> Reply:
        return replies.NOT_IMPLEMENTED

    async def do_bdat(self, _arg: str) -> None:
        """Not offered; whoever says it sends a message right behind it, and no line of that is a command."""
        await self.say(replies.NOT_IMPLEMENTED)
        raise Quit

    async def do_foreign(self, _arg: str) -> None:
        """A browser that a page led here: what it was made to send may hold commands. No place to look for them."""
        await self.say(replies.NO_WEB_SERVER)
        raise Quit

    async def do_proxy(self, _arg: str) -> None:
        """A header for a balancer to send; whoever else sends it wants to be somebody else."""
        await self.say(replies.FOREIGN)
        raise Quit

    async def do_quit(self, arg: str) -> None:
        if arg:
            await self.say(replies.SYNTAX)
            return
        self._writer.write(f"{replies.BYE}\r\n".encode())
        raise Quit

    quick = {  # noqa: RUF012 - declared on the class it overrides
        "EHLO": do_ehlo,
        "HELO": do_helo,
        "MAIL": do_mail,
        "RCPT": do_rcpt,
        "RSET": do_rset,
        "NOOP": do_noop,
        "VRFY": do_vrfy,
        "EXPN": do_unoffered,
        "HELP": do_unoffered,
        "TURN": do_unoffered,
        "ETRN": do_unoffered,
    }
    slow = {  # noqa: RUF012 - likewise
        "STARTTLS": do_starttls,
        "AUTH": do_auth,
        "DATA": do_data,
        "BDAT": do_bdat,
        "PROXY": do_proxy,
        "QUIT": do_quit,
        **dict.fromkeys(("GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT"), do_foreign),
    }

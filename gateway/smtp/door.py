"""One listener: its port, its limits, everybody who is connected, and how it closes.

Promises: a message handed to the acceptor is finished even if its client is gone; draining takes nothing new, finishes
what is in flight within the caller's deadline, and then closes every connection.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from gateway import logs, metrics
from gateway.clock import Clock
from gateway.smtp import replies
from gateway.smtp.admission import Admission
from gateway.smtp.limits import Allowance
from gateway.smtp.passport import Passport
from gateway.smtp.porch import Porch
from gateway.smtp.ports import Acceptor, Authenticator
from gateway.smtp.replies import Reply

if TYPE_CHECKING:
    from gateway.config import Listener, Service
    from gateway.smtp.dialogue import Dialogue

T = TypeVar("T")
CONNECTIONS_MAX = 1000
BACKLOG = 512
MINUTE, HOUR = 60.0, 3600.0


class Guest(Protocol):
    """A connection, as the door sees it."""

    @property
    def peer(self) -> str:
        """The address it came from."""
        ...

    def good_bye(self) -> None:
        """End the dialogue, with a word to the client."""
        ...


@dataclass(slots=True)
class Door:
    """What all connections of one listener share."""

    settings: Listener
    acceptor: Acceptor
    authenticator: Authenticator
    clock: Clock
    hostname: str
    tls_context: ssl.SSLContext | None
    services: tuple[Service, ...] = ()
    draining: bool = False
    admission: Admission = field(init=False)
    porch: Porch | None = None
    _connections: set[Guest] = field(default_factory=set)
    _peers: Counter[str] = field(default_factory=Counter)
    _passport: Passport | None = field(init=False)
    _came: Allowance = field(init=False)
    _from_address: Allowance = field(init=False)
    _from_account: Allowance = field(init=False)
    _in_flight: set[asyncio.Task[object]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    def __post_init__(self) -> None:
        self.admission = Admission(self.settings, self.services)
        self._passport = Passport.of(self.settings)
        self._came, self._from_address = Allowance(self.clock, MINUTE), Allowance(self.clock, MINUTE)
        self._from_account = Allowance(self.clock, HOUR)

    @property
    def kind(self) -> str:
        return self.settings.kind

    @property
    def max_message_bytes(self) -> int:
        return self.settings.max_message_bytes

    @property
    def bare_lf(self) -> str:
        return self.settings.bare_lf

    @property
    def window(self) -> timedelta:
        """How long copies of one message wait for each other."""
        return timedelta(seconds=self.settings.window_seconds)

    @property
    def auth_required(self) -> bool:
        return self.settings.asks_password

    @property
    def plain_auth(self) -> bool:
        """Whether a password may come in the clear: configuration allows that on loopback only."""
        return self.settings.tls == "none"

    async def open(self, sock: socket.socket, connection: Callable[[Door], Dialogue]) -> None:
        """Begin to listen on a bound socket; `connection` makes what speaks with one client."""
        loop = asyncio.get_running_loop()
        implicit = self.tls_context if self.settings.tls == "implicit" else None
        offered = self.tls_context if self.settings.tls == "starttls" else None
        self.tls_context = offered
        if self.settings.proxy_networks:
            sock.listen(BACKLOG)
            self.porch = Porch(sock, self.settings.proxy_networks, lambda: connection(self), implicit, self.kind)
        else:
            self._server = await loop.create_server(lambda: connection(self), sock=sock, ssl=implicit, backlog=BACKLOG)
        address, port = sock.getsockname()[:2]
        logs.listening(face=self.kind, address=address, port=port)

    def came(self, connection: Guest) -> None:
        """Count a connection."""
        self._connections.add(connection)
        self._peers[connection.peer] += 1
        metrics.connected(self.kind)

    def went(self, connection: Guest) -> None:
        """Forget a connection."""
        if connection in self._connections:
            self._connections.discard(connection)
            self._peers[connection.peer] -= 1
            if not self._peers[connection.peer]:
                del self._peers[connection.peer]
            metrics.disconnected(self.kind)

    def refusal(self, connection: Guest) -> Reply | None:
        """Whether a new connection is turned away."""
        if self.draining:
            return replies.CLOSING
        settings, peer = self.settings, connection.peer
        if len(self._connections) > CONNECTIONS_MAX or self._peers[peer] > settings.connections_per_address:
            return replies.TOO_MANY_CONNECTIONS
        if not self._came.take(peer, settings.connections_per_minute):
            return replies.TOO_MANY_CONNECTIONS
        return None

    def closed(self, peer: str, *, login: str | None, names: Iterable[str] = (), secure: bool = True) -> Reply | None:
        """Whether this peer may begin a transaction now; `names` are those of its certificate, `secure` is TLS."""
        if self.draining:
            return replies.CLOSING
        if not peer:
            return replies.FOREIGN  # a balancer's own check, whatever it says
        if self.auth_required:
            return replies.LOGIN_NEEDED if login is None else None
        if not self.admission.admits(peer, names):
            return replies.FOREIGN
        # What tells the school's messages from others' must not be read on the way.
        return replies.STARTTLS_NEEDED if self.settings.shared and not secure else None

    def sender_refused(self, peer: str, login: str | None, mail_from: str) -> Reply | None:
        """Whether this peer may send a message in this name now. Counts it if so."""
        account = self.admission.account(peer)
        if not (self.acceptor.may_send_as(login, mail_from) if account is None else account.may_use(mail_from)):
            return replies.NOT_YOURS
        if account is not None:
            within = self._from_account.take(account.name, account.messages_per_hour)
        else:
            within = login is None or self._from_account.take(login.lower(), self.settings.messages_per_hour)
        if not within or not self._from_address.take(peer, self.settings.messages_per_minute):
            return replies.TOO_MANY_MESSAGES
        return None

    def proven(self, raw: bytes) -> bytes | None:
        """The message as it goes on from here; None if it lacks what proves that it is the school's."""
        return raw if self._passport is None else self._passport.checked(raw)

    async def shielded(self, act: Awaitable[T]) -> T:
        """Finish `act` whatever becomes of the client."""
        task: asyncio.Task[T] = asyncio.ensure_future(act)
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_tell)
            raise

    async def drain(self) -> None:
        """Take nothing new, finish what is in flight, say good-bye."""
        self.draining = True
        logs.draining(face=self.kind, sessions=len(self._connections))
        if self._server is not None:
            self._server.close()
        if self.porch is not None:
            self.porch.close()
        while self._in_flight:
            await asyncio.wait(set(self._in_flight))
        for connection in set(self._connections):
            connection.good_bye()


def _tell(task: asyncio.Task[object]) -> None:
    """A fault that happened after the client was gone: nobody hears 451, so the log must."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logs.fault("smtp", error)
        metrics.fault("smtp")

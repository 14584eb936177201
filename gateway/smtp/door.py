"""One listener: its port, its limits, everybody who is connected, and how it closes.

Promises: a message handed to the acceptor is finished even if its client is gone; draining takes nothing new, finishes
what is in flight within the caller's deadline, and then closes every connection.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Protocol, TypeVar

from gateway import logs, metrics
from gateway.clock import Clock
from gateway.smtp import replies
from gateway.smtp.ports import Acceptor, Authenticator
from gateway.smtp.replies import Reply

if TYPE_CHECKING:
    from gateway.config import Listener

T = TypeVar("T")
CONNECTIONS_MAX = 1000
# A school behind one address translation is one peer: generous, but not all of it.
CONNECTIONS_PER_PEER_MAX = 200
BACKLOG = 512


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
    draining: bool = False
    _connections: set[Guest] = field(default_factory=set)
    _peers: Counter[str] = field(default_factory=Counter)
    _known: dict[str, bool] = field(default_factory=dict)
    _in_flight: set[asyncio.Task[object]] = field(default_factory=set)
    _server: asyncio.Server | None = None

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
    def auth_required(self) -> bool:
        return self.settings.auth == "required"

    @property
    def plain_auth(self) -> bool:
        """Whether a password may come in the clear: configuration allows that on loopback only."""
        return self.settings.tls == "none"

    async def open(self, sock: socket.socket, connection: Callable[[Door], asyncio.BaseProtocol]) -> None:
        """Begin to listen on a bound socket; `connection` makes what speaks with one client."""
        loop = asyncio.get_running_loop()
        implicit = self.tls_context if self.settings.tls == "implicit" else None
        offered = self.tls_context if self.settings.tls == "starttls" else None
        self.tls_context = offered
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
        if len(self._connections) > CONNECTIONS_MAX or self._peers[connection.peer] > CONNECTIONS_PER_PEER_MAX:
            return replies.TOO_MANY_CONNECTIONS
        return None

    def closed(self, peer: str, *, login: str | None) -> Reply | None:
        """Whether this peer may begin a transaction now."""
        if self.draining:
            return replies.CLOSING
        if self.auth_required:
            return replies.LOGIN_NEEDED if login is None else None
        return None if self._indoors(peer) else replies.FOREIGN

    def _indoors(self, peer: str) -> bool:
        """Whether mail is taken from there without a password. Looked up once for all that are connected from there."""
        if peer not in self._known:
            address = ip_address(peer)
            if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
                address = address.ipv4_mapped  # how a socket for both families shows an IPv4 peer
            if len(self._known) > CONNECTIONS_MAX:
                self._known.clear()
            self._known[peer] = any(address in network for network in self.settings.networks)
        return self._known[peer]

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
        while self._in_flight:
            await asyncio.wait(set(self._in_flight))
        for connection in set(self._connections):
            connection.good_bye()


def _tell(task: asyncio.Task[object]) -> None:
    """A fault that happened after the client was gone: nobody hears 451, so the log must."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logs.fault("smtp", error)
        metrics.fault("smtp")

"""The sockets the service listens on: bound once by the supervisor, and handed to every worker.

Promises: all workers accept from the same socket, so whoever is free takes the next client, and a worker that dies
takes nobody with it who has not been greeted yet. A bound socket does not listen: until the first worker does, clients
are refused as if nobody were there.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

from gateway.config import Config


def bound(address: str, port: int) -> socket.socket:
    """A bound socket. The protocol is named: asyncio turns Nagle off only for sockets that say they are TCP."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def shared(config: Config) -> tuple[socket.socket, ...]:
    """The sockets of every listener. Fails: OSError, a port in use."""
    made: list[socket.socket] = []
    try:
        made += (bound(listener.address, listener.port) for listener in config.listeners if listener.port)
    except OSError:
        for sock in made:
            sock.close()
        raise
    return tuple(made)


class Handed:
    """What a worker was given by its supervisor, as numbers of open files."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._socks = [socket.socket(fileno=number) for number in numbers]
        for sock in self._socks:
            sock.set_inheritable(False)  # what a worker starts has no business with them

    def take(self, address: str, port: int) -> socket.socket:
        """The socket bound there; one of its own if nobody bound it, as when the settings changed since."""
        for sock in self._socks:
            if port and sock.getsockname()[:2] == (address, port):
                self._socks.remove(sock)
                return sock
        return bound(address, port)

    def close(self) -> None:
        """Let go of what nobody took: a port is closed when the last who holds it lets go."""
        while self._socks:
            self._socks.pop().close()

"""In front of the door where balancers stand: takes connections, and lets a balancer say for whom it comes.

Promises: a connection from a balancer's network that does not begin with a PROXY header within the time is closed, not
believed; one from elsewhere is spoken to as it is. Nobody is waited for by anybody else. What follows the header, TLS
from the first byte too, reaches the dialogue untouched.
Fails: whatever goes wrong with one connection ends that connection; the log says why.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from gateway import logs, metrics
from gateway.config.kinds import Network
from gateway.smtp.admission import plain_address
from gateway.smtp.proxy import BadHeader, read_client

if TYPE_CHECKING:
    from gateway.smtp.dialogue import Dialogue

HEADER_SECONDS = 10.0
# Balancers open connections only for clients they have; more than these at once in their first seconds is no traffic.
WAITING_MAX = 2000
# Out of files, say: as long as it lasts nobody can be taken in.
PAUSE_SECONDS = 0.2


@dataclass(slots=True)
class Porch:
    """Accepts for one listener. `sock` listens, `make` makes the dialogue, `tls` is set where it comes first."""

    sock: socket.socket
    networks: tuple[Network, ...]
    make: Callable[[], Dialogue]
    tls: ssl.SSLContext | None
    kind: str
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _untaken: set[socket.socket] = field(default_factory=set)

    async def run(self) -> None:
        """Accept until closed."""
        try:
            async with asyncio.TaskGroup() as group:
                self._start(group, self._accept(group), "porch")
        finally:
            self.sock.close()

    def _start(self, group: asyncio.TaskGroup, act: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        task = group.create_task(act, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _let_go(self, sock: socket.socket, _task: asyncio.Task[None]) -> None:
        """Close a connection that became no dialogue."""
        if sock in self._untaken:
            self._untaken.discard(sock)
            sock.close()

    def close(self) -> None:
        """Take nobody in any more, and let those go who have said nothing yet."""
        for task in self._tasks:
            task.cancel()
        if not self._tasks:
            self.sock.close()

    async def _accept(self, group: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                sock, peer = await loop.sock_accept(self.sock)
            except OSError as error:
                logs.fault("smtp", error)
                metrics.fault("smtp")
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if len(self._tasks) > WAITING_MAX:
                sock.close()
            else:
                self._untaken.add(sock)
                guest = self._start(group, self._admit(sock, str(peer[0])), "porch guest")
                # Not in the task itself: one that is cancelled before its turn comes does nothing at all.
                guest.add_done_callback(partial(self._let_go, sock))

    async def _admit(self, sock: socket.socket, peer: str) -> None:
        try:
            dialogue = self.make()
            if any(plain_address(peer) in network for network in self.networks):
                async with asyncio.timeout(HEADER_SECONDS):
                    dialogue.client = await read_client(partial(asyncio.get_running_loop().sock_recv, sock))
            self._untaken.discard(sock)  # from here the transport closes it
            await asyncio.get_running_loop().connect_accepted_socket(lambda: dialogue, sock, ssl=self.tls)
        except (BadHeader, TimeoutError) as error:
            logs.session_refused(listener=self.kind, reason=reason(error), peer=peer)
        except OSError:
            pass  # gone, or no TLS: as without a balancer
        except Exception as error:  # noqa: BLE001 - ours, whatever it was: the others are served
            logs.fault("smtp", error)
            metrics.fault("smtp")


def reason(error: Exception) -> str:
    """Why nobody was let in, in the log's words."""
    return "no_proxy_header" if isinstance(error, BadHeader) else "proxy_header_late"

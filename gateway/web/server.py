"""Serving an application on a socket that was made before, by uvicorn, inside a task of ours.

Promises: no access log (a path may hold a token), no server banner, no signal handlers of its own: `drain` ends it,
after the requests in flight or a few seconds.
Fails: whatever the loop raises, out of `run`.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

DRAIN_SECONDS = 5
KEEP_ALIVE_SECONDS = 15
# More at once than a school's staff opens links; beyond it the answer is 503.
CONNECTIONS_MAX = 256
# RFC 9112 §3 asks for 8000 octets of request line at least; a browser's headers beside it.
HEADER_BYTES_MAX = 32 * 1024


class _Server(uvicorn.Server):
    """The signals are the worker's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class WebServer:
    """`run` serves until `drain`. With `certificate` (and `key`, if it is in a file of its own) it speaks TLS."""

    app: ASGIApp
    sock: socket.socket
    certificate: Path | None = None
    key: Path | None = None
    _server: _Server = field(init=False)

    def __post_init__(self) -> None:
        self._server = _Server(
            uvicorn.Config(
                self.app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # Whose word we take for the client's address and scheme: a proxy on this machine, nobody else.
                proxy_headers=True,
                forwarded_allow_ips="127.0.0.1,::1",
                limit_concurrency=CONNECTIONS_MAX,
                h11_max_incomplete_event_size=HEADER_BYTES_MAX,
                http="h11",
                ws="none",
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=DRAIN_SECONDS,
                ssl_certfile=self.certificate,
                ssl_keyfile=self.key,
            )
        )

    async def run(self) -> None:
        await self._server.serve(sockets=[self.sock])

    async def drain(self) -> None:
        """Take nothing new; `run` returns when what is in flight is answered."""
        self._server.should_exit = True

"""What is around every page: its headers, its count, and the end of every exception.

Promises: no answer leaves without the headers, also those of errors; nothing third-party can be loaded into a page and
no page into another; no address of ours is told to other sites; nothing is kept in a cache but the style sheet. A fault
of ours is a page that says nothing about the inside, and a line in the log that says nothing about the message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import logs, metrics

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# RFC 6797; only ever sent over TLS. A year, as browsers' preload lists ask.
STRICT_TRANSPORT: Final = "max-age=31536000"


@dataclass(frozen=True, slots=True)
class Shell:
    """An ASGI middleware. `failed` draws the page for a fault of ours."""

    app: ASGIApp
    failed: Callable[[Request], Awaitable[Response]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():  # the frame of a message has a stricter policy of its own
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if scope["scheme"] == "https":
                    headers["strict-transport-security"] = STRICT_TRANSPORT
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except ClientDisconnect:
            return
        except Exception as error:
            logs.fault("web", error)
            metrics.fault("web")
            if status:  # too late for a page: the server breaks the connection off
                raise
            response = await self.failed(Request(scope))
            await response(scope, receive, dressed)
        # The route's name, never the path: a path may hold a token.
        metrics.page(getattr(scope.get("endpoint"), "__name__", "none"), status)

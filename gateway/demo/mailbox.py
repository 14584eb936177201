"""The demo's mail server: takes everything, keeps a folder per recipient, and shows the folders on a page.

Promises: listens on loopback only; a message is in its folder before the gateway hears 250; nothing is ever sent on.
It stands for the school's real mail server in the demo and nowhere else.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;
overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f6f6;padding:1rem}"""
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Referrer-Policy": "no-referrer"}
SAFE_NAME = re.compile(r"[^\w@.+-]")


class Server(SMTP):
    """aiosmtpd with room for the long lines Outlook sends."""

    line_length_limit = 1024 * 1024


@dataclass(slots=True)
class Mailbox:
    """A folder per recipient under `folder`; files are numbered in the order they arrived."""

    folder: Path
    arrived: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one copy for each recipient, as a mail server would."""
        self.arrived += 1
        for recipient in envelope.rcpt_tos:
            box = self.folder / SAFE_NAME.sub("_", recipient.lower())
            box.mkdir(parents=True, exist_ok=True)
            (box / f"{self.arrived:04}.eml").write_bytes(envelope.original_content or b"")
        return "250 2.0.0 Kept"

    def counts(self) -> dict[str, int]:
        """How many messages each recipient has."""
        return {box.name: len(list(box.glob("*.eml"))) for box in sorted(self.folder.iterdir())}


async def listen(mailbox: Mailbox) -> tuple[asyncio.Server, int]:
    """The mail server's port; the caller closes the server."""

    def connection() -> Any:
        return Server(mailbox, hostname="mailserver.demo.test", enable_SMTPUTF8=True, data_size_limit=64 * 1024 * 1024)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    return server, int(server.sockets[0].getsockname()[1])


def pages(mailbox: Mailbox) -> Starlette:
    """A page with all mailboxes, and a page a message."""

    async def index(_request: Request) -> Response:
        rows = "".join(
            f"<tr><td>{html.escape(box.name)}</td><td>{_links(box)}</td></tr>"
            for box in sorted(mailbox.folder.iterdir())
        )
        table = f"<table><tr><th>Mailbox</th><th>Messages</th></tr>{rows}</table>"
        return _page("What the mail server received", f"<p>Folder: {html.escape(str(mailbox.folder))}</p>{table}")

    async def show(request: Request) -> Response:
        box, name = SAFE_NAME.sub("_", request.path_params["box"]), request.path_params["number"]
        path = mailbox.folder / box / f"{name:04}.eml"
        if not path.is_file():
            return PlainTextResponse("Not found", 404)
        raw = path.read_bytes().decode("utf-8", "replace")
        return _page(box, f"<p><a href='/'>All mailboxes</a></p><pre>{html.escape(raw)}</pre>")

    return Starlette(routes=[Route("/", index), Route("/{box}/{number:int}", show)])


def _links(box: Path) -> str:
    return ", ".join(
        f"<a href='/{html.escape(box.name)}/{int(path.stem)}'>{html.escape(_subject(path))}</a>"
        for path in sorted(box.glob("*.eml"))
    )


def _subject(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    return str(message["Subject"] or "(no subject)")[:60]


def _page(title: str, body: str) -> HTMLResponse:
    text = "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    text += f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1>{html.escape(title)}</h1>{body}</html>"
    return HTMLResponse(text, headers=HEADERS)

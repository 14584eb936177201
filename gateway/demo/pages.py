"""The demo's mailboxes as pages: what became of each sample, everybody's mailbox, a message as read and as sent.

Promises: shows what lies in the folders and what the run told, nothing else; no script, nothing from elsewhere; text of
mail is text, never markup. Only addresses of loopback become links.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.demo.mailbox import Mailbox
from rules.message import Message, parse

STYLE = """:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:1rem auto;padding:0 1rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;
border-bottom:1px solid #8888}td:first-child{width:40%}dt{font-weight:600}dd{margin:0 0 .4rem}
pre{white-space:pre-wrap;border:1px solid #8888;padding:1rem}.notice{font-weight:600}"""
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Referrer-Policy": "no-referrer"}
SHOWN = ("From", "To", "Cc", "Reply-To", "Subject", "Date")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/[\w/.?=&-]*")
SUBJECT_CHARACTERS_MAX = 70
NOTICE = " class='notice'"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one sample, as it was printed."""

    title: str
    outcome: str
    happened: str


def pages(mailbox: Mailbox, told: Sequence[Told]) -> Starlette:
    """A page with the outcomes and all mailboxes, and a page a message."""

    async def index(_request: Request) -> Response:
        outcomes = _table(("Message", "Outcome", "What happened"), [_outcome(row) for row in told])
        boxes = [(html.escape(box), _links(box, found)) for box, found in mailbox.boxes().items()]
        # Who got a notice stands first: that is where the story of a message goes on.
        boxes.sort(key=lambda row: NOTICE not in row[1])
        return _page(
            "What the mail server received",
            f"<p>All of it as files: <code>{html.escape(str(mailbox.folder))}</code></p>"
            f"<h2>What became of each message</h2>{outcomes}"
            f"<h2>Mailboxes</h2><p>In bold: what the gateway wrote to a sender.</p>"
            f"{_table(('Mailbox', 'Messages'), boxes)}",
        )

    async def show(request: Request) -> Response:
        box, number = request.path_params["box"], request.path_params["number"]
        path = mailbox.find(box, number)
        if path is None:
            return PlainTextResponse("Not found", 404)
        raw = path.read_bytes()
        message = parse(raw)
        lines = "".join(
            f"<dt>{name}</dt><dd>{html.escape(header.text)}</dd>" for name in SHOWN for header in message.all(name)
        )
        source = html.escape(raw.decode("utf-8", "replace"))
        return _page(
            message.subject or "(no subject)",
            f"<p><a href='/'>All mailboxes</a></p><dl><dt>Delivered to</dt><dd>{html.escape(box)}</dd>{lines}</dl>"
            f"<pre>{_linked(_words(message))}</pre>{_attached(message)}"
            f"<details><summary>Every byte of it</summary><pre>{source}</pre></details>",
        )

    return Starlette(routes=[Route("/", index), Route("/{box}/{number:int}", show)])


def _outcome(row: Told) -> tuple[str, str, str]:
    return html.escape(row.title), f"<strong>{html.escape(row.outcome)}</strong>", html.escape(row.happened)


def _words(message: Message) -> str:
    """The first text of a message; the sources of an HTML one."""
    texts = [part for part in message.parts if part.content_type.startswith("text/") and not part.is_attachment]
    first = next((part for part in texts if part.content_type == "text/plain"), next(iter(texts), None))
    return (first.text or "").strip() if first else ""


def _attached(message: Message) -> str:
    names = [part.filename or part.content_type for part in message.parts if part.is_attachment]
    return f"<p>Attached: {html.escape(', '.join(names))}</p>" if names else ""


def _linked(text: str) -> str:
    return LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(text))


def _links(box: str, paths: Sequence[Path]) -> str:
    return "<br>".join(_link(box, path) for path in paths)


def _link(box: str, path: Path) -> str:
    message = parse(path.read_bytes())
    mark = NOTICE if message.all("Auto-Submitted") else ""
    subject = html.escape((message.subject or "(no subject)")[:SUBJECT_CHARACTERS_MAX])
    return f"<a{mark} href='/{html.escape(box)}/{int(path.stem)}'>{subject}</a>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _page(title: str, body: str) -> HTMLResponse:
    text = "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    text += f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1>{html.escape(title)}</h1>{body}</html>"
    return HTMLResponse(text, headers=HEADERS)

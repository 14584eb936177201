"""A token endpoint of our own on loopback, over TLS: hands out tokens, says whether one is good, and misbehaves on demand."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs

from tests.support.certificates import make_certificate


@dataclass
class TokenOffice:
    """`good` are the tokens that count; `asked` the forms that came. `says` replaces an answer: status and body."""

    url: str
    ca_file: Path
    server: ThreadingHTTPServer
    lasts_seconds: int | str | None = 3600
    says: tuple[int, bytes] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=lambda: {"postwacht": "g3h€im"})
    numbers: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    def start(cls, folder: Path) -> TokenOffice:
        certificate, key = make_certificate(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Counter)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.office = self = cls(f"https://127.0.0.1:{server.server_port}", certificate, server)  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def withdraw(self) -> None:
        """No token that was given out counts any more."""
        self.good.clear()

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(form)
        if self.says is not None:
            return self.says
        if self.clients.get(form.get("client_id", "")) != form.get("client_secret"):
            return 401, b'{"error": "invalid_client"}'
        token = f"ey.{next(self.numbers)}-_~+/=="
        self.good.add(token)
        lasting = {} if self.lasts_seconds is None else {"expires_in": self.lasts_seconds}
        return 200, json.dumps({"token_type": "Bearer", "access_token": token, **lasting}).encode()


class _Counter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        office: TokenOffice = self.server.office  # type: ignore[attr-defined]
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        if self.path == "/introspect":
            known = form.get("token") in office.good
            said = {"active": known, **({"username": "post@school.example"} if known else {})}
            self.say(200, json.dumps(said).encode())
        else:
            self.say(*office.answer(form), office.headers)

    def say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is its own."""

"""The pages on a real socket: no banner, no access log, no signal handlers, and an orderly end."""

import asyncio
import io
import logging
import signal
import socket
import ssl
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from gateway import logs
from gateway.web.app import build, metrics_app
from gateway.web.server import CONNECTIONS_MAX, HEADER_BYTES_MAX, WebServer
from tests.support.certificates import make_certificate
from tests.support.desk import PaperDesk
from tests.support.site import REFERENCE, clock, finding, site


@asynccontextmanager
async def serving(server: WebServer) -> AsyncIterator[int]:
    task = asyncio.create_task(server.run())
    try:
        yield server.sock.getsockname()[1]
    finally:
        await server.drain()
        await task


def listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


async def test_a_page_over_http_names_no_server_and_leaves_no_line() -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logs._Log.current, sys.excepthook, threading.excepthook)
    logs.configure(stream=stream)
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO)
    desk = PaperDesk(clock())
    token = desk.hold(REFERENCE, finding())
    try:
        async with serving(WebServer(build(site(desk)), listening())) as port, httpx2.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/m/{token}")
    finally:
        root.handlers[:], level, logs._Log.current, sys.excepthook, threading.excepthook = before
        root.setLevel(level)
        access.setLevel(logging.NOTSET)
    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert stream.getvalue() == ""


async def test_the_signals_stay_with_the_worker() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with serving(WebServer(metrics_app(), listening())) as port, httpx2.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/metrics")).status_code == 200
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


async def test_a_drain_before_the_first_request_ends_it_too() -> None:
    server = WebServer(metrics_app(), listening())
    await server.drain()
    async with asyncio.timeout(10):
        await server.run()


async def test_with_a_certificate_it_speaks_tls_and_says_so(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    server = WebServer(build(site(PaperDesk(clock()))), listening(), certificate, key)
    trusted = ssl.create_default_context(cafile=str(certificate))
    async with serving(server) as port, httpx2.AsyncClient(verify=trusted) as client:
        answer = await client.get(f"https://localhost:{port}/healthz")
    assert answer.json() == {"alive": True}
    assert "strict-transport-security" in answer.headers


async def test_a_header_without_end_is_cut_off() -> None:
    async with serving(WebServer(build(site(PaperDesk(clock()))), listening())) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: " + b"y" * (2 * HEADER_BYTES_MAX))
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 400")


async def test_more_connections_than_a_school_needs_are_not_taken() -> None:
    async with serving(WebServer(metrics_app(), listening())) as port, httpx2.AsyncClient() as client:
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS_MAX)]
        assert (await client.get(f"http://127.0.0.1:{port}/metrics")).status_code == 503
        for _reader, writer in waiting:
            writer.close()
            await writer.wait_closed()

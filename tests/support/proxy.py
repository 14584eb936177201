"""Between the store and its PostgreSQL server: a socket that can break a connection at the one bad moment."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path


class Proxy:
    """Stands between store and server, on a socket of its own; cuts a client's connection at its COMMIT (or another word)."""

    def __init__(self, folder: Path, server_folder: Path) -> None:
        self.folder = folder
        self._server = str(server_folder / ".s.PGSQL.5432")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._threads = ThreadPoolExecutor(64)
        self.word = b"COMMIT\0"  # what it waits for, once armed
        self.armed = ""  # "before": the server never hears it; "after": the client never hears the answer
        self.deaf = False  # no new connection comes through
        self._threads.submit(self._accept)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads.shutdown()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.deaf:
                client.close()
                continue
            behind = socket.socket(socket.AF_UNIX)
            behind.connect(self._server)
            cut = threading.Event()
            self._threads.submit(self._up, client, behind, cut)
            self._threads.submit(self._down, behind, client, cut)

    def _up(self, client: socket.socket, behind: socket.socket, cut: threading.Event) -> None:
        while data := _read(client):
            if self.armed and self.word in data:
                how, self.armed = self.armed, ""
                cut.set()
                if how == "after":
                    behind.sendall(data)
                client.shutdown(socket.SHUT_RDWR)
                if how == "before":
                    break
                continue
            behind.sendall(data)
        _end(behind)

    def _down(self, behind: socket.socket, client: socket.socket, cut: threading.Event) -> None:
        while data := _read(behind):
            if not cut.is_set():
                client.sendall(data)
        _end(client)


def _read(one: socket.socket) -> bytes:
    try:
        return one.recv(65536)
    except OSError:
        return b""


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()

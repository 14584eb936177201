"""The process readers are born from: it has loaded all formats, reads nothing itself, and forks one reader a message.

Promises: a reader lives for one message, confined before its first byte, so what a file does to it ends with it and
reaches no other message. The nursery ends with the gateway: its socket closes, or the kernel kills it.
Fails: exit code 4 where readers can't be confined here.

    python -m gateway.extraction.nursery DESCRIPTOR
"""

from __future__ import annotations

import codecs
import gc
import os
import signal
import socket
import struct
import sys

from gateway.extraction import sandbox
from gateway.extraction.files import Budget
from gateway.extraction.frames import frame
from gateway.extraction.parts import unpack
from gateway.extraction.walk import walk
from rules.text.charsets import CODECS

EXIT_NO_SANDBOX = 4
# Seconds a reader may take, octets of the request. The descriptors that come with it: files, answer, request.
ORDER = struct.Struct("<dQ")
READY = b"ready"


def main(argv: list[str]) -> int:
    """Until the gateway's end of the socket closes."""
    with socket.socket(fileno=int(argv[0])) as control:
        try:
            sandbox.available()
        except sandbox.SandboxMissing:
            return EXIT_NO_SANDBOX
        prepare()
        sandbox.apart()
        mapped = sandbox.address_space_bytes()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries readers
        control.send(READY)
        serve(control, mapped)
    return 0


def prepare() -> None:
    """Load what can't be loaded later: a reader opens no file."""
    for name in CODECS:
        codecs.lookup(name)
    gc.collect()
    gc.freeze()


def serve(control: socket.socket, mapped_bytes: int) -> None:
    """Fork a reader for each order."""
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 3)
        if not order:
            return
        seconds, size = ORDER.unpack(order)
        files, reply, request = descriptors
        if os.fork() == 0:
            os._exit(_born(control, seconds, mapped_bytes, (files, reply, request, size)))
        for descriptor in descriptors:
            os.close(descriptor)


def _born(control: socket.socket, seconds: float, mapped_bytes: int, asked: tuple[int, int, int, int]) -> int:
    """A reader's life; its exit code."""
    try:
        control.close()
        sandbox.confine(seconds, mapped_bytes=mapped_bytes)
        answer(*asked)
    except BaseException:  # noqa: BLE001 - whatever it was, the process must end here
        return 1
    return 0


def answer(files: int, reply: int, request: int, size: int) -> None:
    """Read every file of the request, and tell as it goes."""
    budget = Budget()
    for file in unpack(files, os.pread(request, size, 0)):
        for piece in walk(file, budget):
            _send(reply, frame(piece))
        _send(reply, frame(None))


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

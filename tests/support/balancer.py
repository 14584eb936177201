"""PROXY headers as a balancer writes them, and as one would that means us ill."""

from __future__ import annotations

from collections.abc import Coroutine
from ipaddress import ip_address
from typing import Any

import pytest

from gateway.smtp.proxy import read_client

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def text(source: str, destination: str = "", ports: tuple[int, int] = (40123, 25)) -> bytes:
    """Version 1."""
    version = ip_address(source).version
    return f"PROXY TCP{version} {source} {destination or source} {ports[0]} {ports[1]}\r\n".encode()


def binary(
    source: str = "192.0.2.1",
    destination: str = "",
    *,
    command: int = 0x21,
    family: int | None = None,
    values: bytes = b"",
    length: int | None = None,
) -> bytes:
    """Version 2."""
    one = ip_address(source)
    kind = family if family is not None else (0x11 if one.version == 4 else 0x21)
    rest = one.packed + ip_address(destination or source).packed + b"\x9c\xbb\x00\x19" + values
    size = len(rest) if length is None else length
    return SIGNATURE + bytes([command, kind]) + size.to_bytes(2, "big") + rest


def value(kind: int, content: bytes) -> bytes:
    """One of the values that may follow the addresses."""
    return bytes([kind]) + len(content).to_bytes(2, "big") + content


def done(act: Coroutine[Any, Any, Any]) -> Any:
    """What never waits needs no loop."""
    with pytest.raises(StopIteration) as end:
        act.send(None)
    return end.value.value


def read(data: bytes, pieces: int = 1 << 16) -> tuple[str, bytes]:
    """The client, and what was left in the socket."""
    left = bytearray(data)

    async def take(count: int) -> bytes:
        piece = bytes(left[: min(count, pieces)])
        del left[: len(piece)]
        return piece

    return done(read_client(take)), bytes(left)

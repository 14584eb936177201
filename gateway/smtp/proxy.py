"""The PROXY header that a balancer puts in front of a connection, versions 1 and 2, read strictly.

Promises: exactly the header's bytes are taken from the socket, so what follows (a command, a TLS hello) is untouched.
Anything that is not, to the letter, a header for a TCP connection is BadHeader: the header says who the client is, and
what we read otherwise than the balancer wrote it would say somebody else. A balancer that speaks for itself (LOCAL,
UNKNOWN) names nobody.
Fails: BadHeader; TimeoutError and OSError are the caller's.
Source: HAProxy, The PROXY protocol, versions 1 and 2, §2.1 and §2.2.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address

# §2.1: the longest header of version 1, its line end included.
LINE_OCTETS_MAX = 107
LINE = re.compile(rb"PROXY (?:UNKNOWN(?: [^\r\n]*)?|(TCP[46]) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) ([0-9]+) ([0-9]+))\r\n")
PORT_MAX = 65535
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
FIXED_OCTETS = 16
# Addresses and what may follow them (TLVs: names, TLS details). A balancer we would believe has no more to say.
REST_OCTETS_MAX = 2048
# Version 2, and its two commands.
LOCAL, PROXY = 0x20, 0x21
# Family and transport: length of one address. Only TCP makes sense here.
ADDRESS_OCTETS = {0x11: 4, 0x21: 16}
UNSPECIFIED = 0x00
PORTS_OCTETS = 4
# §2.2: type and length before each value.
VALUE_HEAD_OCTETS = 3

Read = Callable[[int], Awaitable[bytes]]  # up to so many bytes; empty at the end


class BadHeader(ValueError):
    """What came first is no PROXY header."""


async def read_client(read: Read) -> str:
    """The client's address as the balancer names it; "" if it names nobody."""
    start = await _exactly(read, len(SIGNATURE))
    if start == SIGNATURE:
        head = start + await _exactly(read, FIXED_OCTETS - len(SIGNATURE))
        length = int.from_bytes(head[14:16], "big")
        if length > REST_OCTETS_MAX:
            raise BadHeader
        return binary_client(head, await _exactly(read, length))
    if not start.startswith(b"PROXY "):
        raise BadHeader
    line = bytearray(start)
    while not line.endswith(b"\n"):
        if len(line) == LINE_OCTETS_MAX:
            raise BadHeader
        line += await _exactly(read, 1)
    return text_client(bytes(line))


async def _exactly(read: Read, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = await read(count - len(data))
        if not piece:
            raise BadHeader
        data += piece
    return bytes(data)


def text_client(line: bytes) -> str:
    """Version 1: one line, its line end included."""
    found = LINE.fullmatch(line)
    if found is None or len(line) > LINE_OCTETS_MAX:
        raise BadHeader
    if found[1] is None:
        return ""
    kind = IPv4Address if found[1] == b"TCP4" else IPv6Address
    try:
        source, _ = kind(found[2].decode()), kind(found[3].decode())
    except ValueError as exc:
        raise BadHeader from exc
    for port in (found[4], found[5]):
        if (len(port) > 1 and port.startswith(b"0")) or int(port) > PORT_MAX:
            raise BadHeader
    return str(source)


def binary_client(head: bytes, rest: bytes) -> str:
    """Version 2: its 16 fixed bytes, and as many more as they announce."""
    command, family = head[12], head[13]
    if command not in {LOCAL, PROXY}:
        raise BadHeader
    if command == LOCAL:
        return ""  # §2.2: whatever the addresses are
    if family == UNSPECIFIED:
        return ""
    size = ADDRESS_OCTETS.get(family)
    if size is None or len(rest) < 2 * size + PORTS_OCTETS:
        raise BadHeader
    _check_values(rest[2 * size + PORTS_OCTETS :])
    source = rest[:size]
    return str(IPv4Address(source) if size == ADDRESS_OCTETS[0x11] else IPv6Address(source))


def _check_values(rest: bytes) -> None:
    """What follows the addresses must be made of whole values; none of them says anything to us."""
    at = 0
    while at < len(rest):
        at += VALUE_HEAD_OCTETS + int.from_bytes(rest[at + 1 : at + VALUE_HEAD_OCTETS], "big")
    if at != len(rest):
        raise BadHeader

"""The PROXY header under fire: any bytes give a client or a refusal. Seconds here, long in `make soak`."""

import os
from ipaddress import ip_address

import pytest
from aiosmtpd.proxy_protocol import get_proxy
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.smtp.proxy import BadHeader
from tests.support.balancer import SIGNATURE, binary, done, read, text, value

AFTER = b"EHLO klas.test\r\n"
ADDRESSES = st.ip_addresses().map(str)
LONG = settings(max_examples=200_000 if os.environ.get("POSTWACHT_SOAK") else 300, deadline=None)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A header with a few bytes cut, doubled or overwritten."""
    source = draw(ADDRESSES)
    data = draw(
        st.sampled_from([text(source), binary(source), b"PROXY UNKNOWN\r\n", binary(source, values=value(4, b"aaaa"))])
    )
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 4)))
        data = data[:start] + draw(st.one_of(st.binary(max_size=3), st.just(data[start:end] * 2))) + data[end:]
    return data + draw(st.sampled_from([b"", AFTER, b"\x16\x03\x01"]))


@LONG
@given(
    st.one_of(damaged(), st.binary(max_size=300), st.binary(max_size=80).map(lambda rest: SIGNATURE + rest)),
    st.integers(1, 9),
)
def test_any_bytes_give_a_client_or_a_refusal_however_they_are_cut(data: bytes, pieces: int) -> None:
    try:
        client, left = read(data)
    except BadHeader:
        with pytest.raises(BadHeader):
            read(data, pieces)
        return
    assert read(data, pieces) == (client, left)
    assert data.endswith(left)
    assert client == "" or str(ip_address(client)) == client
    header = data[: len(data) - len(left)]
    assert (
        header.endswith(b"\r\n")
        if header.startswith(b"PROXY")
        else header[14:16] == (len(header) - 16).to_bytes(2, "big")
    )


@LONG
@given(damaged())
def test_whom_we_believe_aiosmtpd_believes_too(data: bytes) -> None:
    """Two readers of one header: where both take it, they must see the same client."""
    try:
        client, _ = read(data)
    except BadHeader:
        return
    left = bytearray(data)

    class Reader:
        async def read(self, count: int) -> bytes:
            piece = bytes(left[:count])
            del left[:count]
            return piece

        async def readexactly(self, count: int) -> bytes:
            return await self.read(count)

        async def readuntil(self, end: bytes = b"\n") -> bytes:
            return await self.read(left.index(end) + len(end))

    theirs = done(get_proxy(Reader()))  # type: ignore[arg-type]
    if not client and data.startswith(SIGNATURE):
        return  # LOCAL: the specification has us ignore family and addresses, which aiosmtpd reads all the same
    assert theirs.valid, theirs.error
    if client:
        assert str(theirs.src_addr) == client

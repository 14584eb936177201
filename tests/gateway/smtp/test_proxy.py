"""The PROXY header: to the letter, from any bytes, and never a byte too many."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp.proxy import BadHeader
from tests.support.balancer import SIGNATURE, binary, read, text, value

AFTER = b"EHLO klas.test\r\n"
ADDRESSES = st.ip_addresses().map(str)
LONG_V6 = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


@given(ADDRESSES, ADDRESSES, st.integers(0, 65535), st.integers(0, 65535), st.integers(1, 40))
def test_both_versions_name_the_client_and_leave_what_follows(
    source: str, destination: str, one: int, other: int, pieces: int
) -> None:
    if ip_address(source).version != ip_address(destination).version:
        destination = source
    assert read(text(source, destination, (one, other)) + AFTER, pieces) == (source, AFTER)
    assert read(binary(source, destination) + AFTER, pieces) == (source, AFTER)


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=80)), max_size=8))
def test_values_behind_the_addresses_are_passed_over(values: list[tuple[int, bytes]]) -> None:
    """Names, TLS details, checksums: HAProxy sends them where it is told to, and they say nothing to us."""
    header = binary(values=b"".join(value(kind, content) for kind, content in values))
    assert read(header + AFTER) == ("192.0.2.1", AFTER)


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n",
        b"PROXY UNKNOWN anything at all\r\n",
        SIGNATURE + b"\x20\x00\x00\x00",
        SIGNATURE + b"\x20\x11\x00\x0c" + b"\x01" * 12,
        SIGNATURE + b"\x20\x00\x00\x03\x03\x00\x00",
        SIGNATURE + b"\x21\x00\x00\x00",
        SIGNATURE + b"\x21\x00\x00\x05.....",
    ],
)
def test_a_balancer_that_speaks_for_itself_names_nobody(header: bytes) -> None:
    assert read(header + AFTER) == ("", AFTER)


def test_the_longest_line_is_read() -> None:
    line = text(LONG_V6, LONG_V6, (65535, 65535))
    assert len(line) == 104
    assert read(line)[0] == LONG_V6
    unknown = b"PROXY UNKNOWN " + b"x" * (107 - 16) + b"\r\n"
    assert len(unknown) == 107
    assert read(unknown + AFTER) == ("", AFTER)


@pytest.mark.parametrize(
    "line",
    [
        b"", b"P", b"PROXY", b"PROXY ", b"PROXY \r\n", b"PROXY TCP4\r\n", b"EHLO klas.test\r\n", b"QUIT\r\n" * 10,
        b"proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",  # in capitals only
        b"PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",  # CRLF only
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
        b"PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY\tTCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b" PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 2001:db8::1 1 2\r\n",  # one family
        b"PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY TCP6 ::ffff:192.0.2.1%1 ::1 1 2\r\n",
        b"PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",  # 1, or octal
        b"PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 3221225985 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 0xc0.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 \xd9\xa1 2\r\n",  # a digit elsewhere
        b"PROXY TCP4 192.0.2.1 192.0.2.2 " + b"0" * 80 + b" 2\r\n",
        b"PROXY TCP4 192.0.2.1\x00 192.0.2.2 1 2\r\n",
        b"PROXY UNIX /a /b\r\n",
        b"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY UNKNOWN\r\r\n", b"PROXY UNKNOWNX\r\n", b"PROXY UNKNOWN\n\r\n",
        b"PROXY UNKNOWN " + b"x" * (107 - 15) + b"\r\n",  # one too many
        b"PROXY " + b"x" * 5000,
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2",  # hung up
    ],
)  # fmt: skip
def test_a_line_that_is_not_to_the_letter_is_none(line: bytes) -> None:
    with pytest.raises(BadHeader):
        read(line)


@pytest.mark.parametrize(
    "header",
    [
        SIGNATURE, SIGNATURE + b"\x21", SIGNATURE + b"\x21\x11\x00",
        SIGNATURE[:-1] + b"\r" + binary()[12:],
        binary(command=0x11), binary(command=0x31), binary(command=0x01),  # other versions
        binary(command=0x22), binary(command=0x2F),  # other commands
        binary(family=0x12), binary(family=0x22), binary(family=0x31), binary(family=0x32), binary(family=0x10),
        binary(family=0x01), binary(family=0x13), binary(family=0x41), binary(family=0xFF), binary(family=0x21),
        binary(length=11), binary(length=0), binary(length=4), binary(length=13), binary(length=65535),
        binary(length=2049) + b"\x04\x07\xf2" + b"." * 2034,
        binary(values=b"\x04"), binary(values=b"\x04\x00"), binary(values=b"\x04\x00\x05abc"),
        binary(values=value(4, b"x") + b"\x00\x00"), binary("2001:db8::1", length=35),
        binary()[:-1],
    ],
)  # fmt: skip
def test_a_binary_header_that_is_not_to_the_letter_is_none(header: bytes) -> None:
    with pytest.raises(BadHeader):
        read(header)

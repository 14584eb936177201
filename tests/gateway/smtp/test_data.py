"""DATA in bulk: one message, however the network cuts it."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.delivery.wire import is_clean
from gateway.smtp.data import normalised, read_data

LIMIT = 1000
# Bytes of which ends are made, and a few others.
SPITEFUL = st.binary(max_size=60) | st.lists(
    st.sampled_from(
        [b"\r\n", b"\r", b"\n", b".", b"..", b"\r\n.", b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"a", b"\0", b"\xff"]
    ),
    max_size=20,
).map(b"".join)


def stuffed(message: bytes) -> bytes:
    """As a client sends it (RFC 5321 §4.5.2)."""
    text = message.replace(b"\r\n.", b"\r\n..")
    return b"." + text if text.startswith(b".") else text


async def read(chunks: list[bytes], limit: int = LIMIT) -> tuple[bytes | None, bytes]:
    """What is read from a stream that brings these chunks one by one, and what is left in it."""
    reader = asyncio.StreamReader()
    task = asyncio.ensure_future(read_data(reader, limit))
    for chunk in chunks:
        await asyncio.sleep(0)
        reader.feed_data(chunk)
    await asyncio.sleep(0)
    reader.feed_eof()
    return await task, await reader.read()


def cut(wire: bytes, places: list[int]) -> list[bytes]:
    marks = sorted({0, len(wire), *(place % (len(wire) + 1) for place in places)})
    return [wire[start:end] for start, end in pairwise(marks)]


@given(SPITEFUL, SPITEFUL, st.lists(st.integers(0, 10_000), max_size=12))
@example(b"\r\n.\r\n", b"", [])
@example(b"", b"\r\n.\r\n", [1])
def test_any_message_arrives_as_it_was_however_it_is_cut(message: bytes, behind: bytes, places: list[int]) -> None:
    """What follows the end stays in the reader, to the byte. A message without its last CRLF gets one."""
    wire = stuffed(message)
    wire += (b"" if not message or message.endswith(b"\r\n") else b"\r\n") + b".\r\n"
    whole = message if not message or message.endswith(b"\r\n") else message + b"\r\n"
    got, left = asyncio.run(read(cut(wire + behind, places)))
    assert got == whole
    assert left == behind


def test_a_message_cut_at_every_byte_is_the_same_message() -> None:
    wire = b"a\r\n..b\r\n.\n\r\n..\r\n.\r\nNOOP\r\n"
    want = (b"a\r\n.b\r\n\n\r\n.\r\n", b"NOOP\r\n")
    for place in range(len(wire)):
        assert asyncio.run(read([wire[:place], wire[place:]] if place else [wire])) == want
    assert asyncio.run(read([wire[at : at + 1] for at in range(len(wire))])) == want


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\n\0.\r\n"])
def test_only_crlf_dot_crlf_ends_a_message(end: bytes) -> None:
    got, left = asyncio.run(read([b"a" + end + b"MAIL FROM:<x@y.example>\r\n.\r\nQUIT\r\n"]))
    assert got is not None
    assert b"MAIL FROM" in got
    assert left == b"QUIT\r\n"
    assert not is_clean(got)


@given(SPITEFUL, st.integers(0, 20))
def test_the_limit_counts_the_message_and_nothing_else(message: bytes, limit: int) -> None:
    message = message if message.endswith(b"\r\n") else message + b"\r\n"
    got, left = asyncio.run(read([stuffed(message) + b".\r\nNOOP\r\n"], limit))
    assert got == (message if len(message) <= limit else None)
    assert left == b"NOOP\r\n"


def test_what_is_too_large_is_read_to_its_end_and_not_kept() -> None:
    chunks = [b"a" * 300] * 10 + [b"\r\n.", b"\r\nNOOP\r\n"]
    assert asyncio.run(read(chunks)) == (None, b"NOOP\r\n")


@pytest.mark.parametrize("wire", [b"", b"a", b"a\r\n.", b"a\r\n.\r", b"a\n.\n"])
def test_a_client_that_hangs_up_in_data_has_sent_nothing(wire: bytes) -> None:
    with pytest.raises(EOFError):
        asyncio.run(read([wire] if wire else []))


FRAME = b"\r\n", b".\r\n"


def mended(lines: bytes) -> bytes:
    """What `lines`, each with its end, becomes between the frame of DATA."""
    return normalised(FRAME[0] + lines + FRAME[1])


@given(SPITEFUL)
def test_normalised_bytes_are_clean_and_clean_bytes_stay(data: bytes) -> None:
    data += b"\r\n"
    made = mended(stuffed(data))
    assert is_clean(made)
    assert mended(stuffed(made)) == made
    if is_clean(data):
        assert made == data


@given(
    st.lists(
        st.tuples(st.sampled_from([b"a", b"", b".", b"..", b".a", b"a.b"]), st.sampled_from([b"\n", b"\r", b"\r\n"]))
    )
)
def test_each_line_is_what_it_is_whatever_ends_it(lines: list[tuple[bytes, bytes]]) -> None:
    """One dot of each line that begins with one, as from a client that ends every line with CRLF (RFC 5321 §4.5.2)."""
    wire = b"".join(line + end for line, end in lines)
    if any(one[1] == b"\r" and two == (b"", b"\n") for one, two in pairwise(lines)):  # together they are one CRLF
        return
    assert mended(wire) == b"".join(line.removeprefix(b".") + b"\r\n" for line, _ in lines)


@pytest.mark.parametrize(
    ("wire", "want"),
    [
        (b"a\n.\nb\r\n", b"a\r\n\r\nb\r\n"),
        (b"a\n..b\n.\r\nc\r\n", b"a\r\n.b\r\n\r\nc\r\n"),
        (b"a\r\0\nb\r\n", b"a\r\n\r\nb\r\n"),
        (b"a\r\n\0.\r\nb\r\n", b"a\r\n.\r\nb\r\n"),
        (b"a\0b\r\n", b"ab\r\n"),
    ],
)
def test_what_a_mended_message_says(wire: bytes, want: bytes) -> None:
    assert mended(wire) == want


async def test_a_message_is_mended_where_that_is_asked_for() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"a\n..b\n\0c\r\n.\r\nNOOP\r\n")
    assert await read_data(reader, LIMIT, mend=True) == b"a\r\n.b\r\nc\r\n"


@given(SPITEFUL)
def test_clean_is_what_has_no_bare_end_and_no_nul(data: bytes) -> None:
    rest = data.replace(b"\r\n", b"")
    assert is_clean(data) == (not any(byte in rest for byte in (b"\r", b"\n", b"\0")))

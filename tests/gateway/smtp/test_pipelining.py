"""Two ways lead to an answer, at once and by the task: whatever a client sends, cut anywhere, they are one dialogue."""

from __future__ import annotations

import asyncio
import io
import re
import socket
from contextlib import suppress
from itertools import pairwise

import uvloop
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway import logs
from tests.support.lobby import ANNA, FOREIGN, LOGIN, PASSWORDS, SECONDS, lobby

PLAIN = "AUTH PLAIN AGoud2lzc2lua0BzY2hvb2wuZXhhbXBsZQBab25uZWJsb2VtLTQy"
WORDS = [
    b"EHLO klas.test\r\n",
    b"HELO klas.test\r\n",
    b"NOOP\r\n",
    b"noop x\n",
    b"RSET\r\n",
    b"VRFY x\r\n",
    b"EXPN x\r\n",
    b"XYZZY\r\n",
    b"\r\n",
    b"NOOP\0\r\n",
    b"NOOP " + b"a" * 5000 + b"\r\n",
    f"MAIL FROM:<{LOGIN}>\r\n".encode(),
    f"MAIL FROM:<{FOREIGN}>\r\n".encode(),
    f"MAIL FROM:<{LOGIN}> SIZE=99999999\r\n".encode(),
    f"RCPT TO:<{ANNA}>\r\n".encode(),
    b"RCPT TO:<x\xff@y.example>\r\n",
    f"MAIL FROM:<{LOGIN}>\r\nRCPT TO:<{ANNA}>\r\nDATA\r\n".encode(),
    b"DATA\r\n",
    b"Subject: x\r\n\r\n..dag\r\n.\r\n",
    b"a\n.\nb\r\n.\r\n",
    b".\r\n",
    PLAIN.encode() + b"\r\n",
    b"AUTH LOGIN\r\n",
    b"AUTH PLAIN\r\n*\r\n",
    b"STARTTLS\r\n",
    b"QUIT\r\n",
]
SCRIPTS = st.lists(st.sampled_from(WORDS), max_size=14).map(b"".join)
CUTS = st.lists(st.integers(0, 10_000), max_size=10)


async def spoken(data: bytes, cuts: list[int], **settings_: object) -> tuple[bytes, list[bytes]]:
    """All replies to these bytes, sent in these pieces, and the messages they made."""
    loop, said = asyncio.get_running_loop(), b""
    async with lobby(**settings_) as here:
        with socket.socket() as sock:  # a bare one: what was answered can be read after we could not send the rest
            sock.setblocking(False)
            await loop.sock_connect(sock, ("127.0.0.1", here.port))
            marks = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
            with suppress(OSError):
                for start, end in pairwise(marks):
                    await loop.sock_sendall(sock, data[start:end])
                    for _ in range(4):
                        await asyncio.sleep(0)
                sock.shutdown(socket.SHUT_WR)
            async with asyncio.timeout(SECONDS):
                with suppress(OSError):
                    while piece := await loop.sock_recv(sock, 65536):
                        said += piece
        return said, [one.raw for one in (*here.reception.received, *here.reception.kept)]


@settings(max_examples=60, deadline=None)
@given(SCRIPTS, CUTS, st.booleans(), st.booleans())
@example(b"EHLO a\r\n" + WORDS[16] + WORDS[18] + b"NOOP\r\nQUIT\r\nNOOP\r\n", list(range(0, 200, 3)), False, False)
@example(
    b"EHLO a\r\n" + WORDS[21] + b"NOOP\r\nMAIL FROM:<" + LOGIN.encode() + b">\r\n", list(range(0, 200, 3)), True, True
)
@example(WORDS[10] + b"NOOP\r\n", [1, 4095, 4096, 4097, 5004, 5006, 5007, 5008], False, False)
def test_the_same_bytes_get_the_same_answers_however_they_are_cut(
    script: bytes, cuts: list[int], password: bool, fast: bool
) -> None:
    chosen = PASSWORDS if password else {}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if fast else None) as runner:
        whole, messages = runner.run(spoken(script, [], **chosen))
        pieces, same = runner.run(spoken(script, cuts, **chosen))
    assert same == messages
    if b"\r\n221 " in whole + pieces or b"\r\n421 " in whole + pieces:
        # We close while the client still talks: TCP may then keep the last words from it, but never exchanges them.
        assert whole.startswith(pieces) or pieces.startswith(whole)
    else:
        assert pieces == whole
    assert all(re.match(r"[2345]\d\d[ -]", line) for line in whole.decode().splitlines())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=40), max_size=12).map(b"".join), CUTS)
def test_no_bytes_make_a_fault_of_ours_or_an_answer_that_is_none(data: bytes, cuts: list[int]) -> None:
    stream, before = io.StringIO(), logs._Log.current
    logs._Log.current = logs._make(stream, terminal=False, worker="")
    try:
        said, _ = asyncio.run(spoken(data, cuts))
    finally:
        logs._Log.current = before
    assert '"event": "fault"' not in stream.getvalue()
    assert b"451" not in said
    assert all(re.match(r"[2345]\d\d[ -]", line) for line in said.decode().splitlines())

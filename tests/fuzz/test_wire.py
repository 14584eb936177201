"""The bytes of the wire under fire: the reader of DATA, and whole dialogues, ours with a client and with a mail server.

Seconds here, minutes in `make soak`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.delivery.wire import is_clean
from gateway.smtp.data import read_data
from tests.support.dialogues import ALL, RAW, mail, ours
from tests.support.hostile_server import LINE, MESSAGE, Hostile
from tests.support.lobby import ANNA, LOGIN, lobby

SOAK = bool(os.environ.get("POSTWACHT_SOAK"))
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}
READER = settings(max_examples=20_000 if SOAK else 150, **QUIET)  # type: ignore[arg-type]
DIALOGUE = settings(max_examples=6_000 if SOAK else 30, **QUIET)  # type: ignore[arg-type]
SERVER = settings(max_examples=1_500 if SOAK else 40, **QUIET)  # type: ignore[arg-type]
LIMIT = 200
PIECES = [
    b"\r\n", b"\r", b"\n", b".", b"..", b"\0", b"\r\n.", b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\n\0.\r\n",
    b"\r\n.\r\n", b"a", b"\xff", b"From: x@y.example\r\n", b"x" * 70,
]  # fmt: skip
wires = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=40).map(b"".join)
cuts = st.lists(st.integers(0, 100_000), max_size=20)


def slowly(wire: bytes, limit: int, *, mend: bool) -> tuple[bytes | None, bytes]:
    """RFC 5321 §4.1.1.4 and §4.5.2, line by line: the message (None if too large) and what follows. EOFError if unended."""
    lines: list[bytes] = []
    while True:
        end = wire.find(b"\r\n")
        if end < 0:
            raise EOFError
        line, wire = wire[:end], wire[end + 2 :]
        if line == b".":
            break
        lines.append(line)
    if mend:
        lines = [piece for line in lines for piece in re.split(rb"[\r\n]", line)]
    message = b"".join((line[1:] if line.startswith(b".") else line) + b"\r\n" for line in lines)
    message = message.replace(b"\0", b"") if mend else message
    return (message if len(message) <= limit else None), wire


async def read(wire: bytes, places: list[int], *, mend: bool) -> tuple[bytes | None, bytes]:
    """The same by the code under test, from a stream that is cut at these places."""
    reader = asyncio.StreamReader()
    task = asyncio.ensure_future(read_data(reader, LIMIT, mend=mend))
    marks = sorted({0, len(wire), *(place % (len(wire) + 1) for place in places)})
    for start, end in pairwise(marks):
        await asyncio.sleep(0)
        reader.feed_data(wire[start:end])
    await asyncio.sleep(0)
    reader.feed_eof()
    return await task, await reader.read()


@READER
@given(wires, cuts, st.booleans())
def test_the_reader_of_data_reads_what_the_rfc_says(wire: bytes, places: list[int], mend: bool) -> None:
    try:
        wanted = slowly(wire, LIMIT, mend=mend)
    except EOFError:
        wanted = None
    try:
        got = asyncio.run(read(wire, places, mend=mend))
    except EOFError:
        got = None
    assert got == wanted
    if mend and got is not None and got[0] is not None:
        assert is_clean(got[0])


LINES = [
    b"EHLO klas.test", b"HELO a", b"EHLO", f"MAIL FROM:<{LOGIN}>".encode(), b"MAIL FROM:<>", b"MAIL FROM:<a@b.example> SIZE=9 RET=HDRS ENVID=x",
    f"RCPT TO:<{ANNA}>".encode(), b"RCPT TO:<b@c.example> NOTIFY=NEVER ORCPT=rfc822;x", b"DATA", b"RSET", b"NOOP", b"VRFY x", b"HELP",
    b"AUTH PLAIN AGEAYg==", b"AUTH LOGIN", b"STARTTLS", b"BDAT 3 LAST", b".", b"", b"Subject: x", b"\0", b"\xff\xfe", b"x" * 5000, b"GET / HTTP/1.1",
]  # fmt: skip
said = st.lists(
    st.tuples(st.sampled_from(LINES) | st.binary(max_size=12), st.sampled_from([b"\r\n"] * 6 + [b"\n", b"\r", b""])), max_size=25
)  # fmt: skip
ANSWER = re.compile(rb"(?:[245]\d\d[ -][ -~]*|334 [A-Za-z0-9+/=]*|354 [ -~]*)\r\n")


@DIALOGUE
@given(said, cuts)
def test_a_dialogue_of_anything_ends_and_every_answer_is_one(
    lines: list[tuple[bytes, bytes]], places: list[int]
) -> None:
    """No answer is a fault of ours, none is no SMTP, and what is taken came in a transaction and ended with CRLF.CRLF."""
    wire = b"".join(line + end for line, end in lines)

    async def talk() -> bytes:
        async with lobby(bare_lf="normalise") as here:
            client = await here.client()
            marks = sorted({0, len(wire), *(place % (len(wire) + 1) for place in places)})
            heard = b""
            with contextlib.suppress(OSError):  # it hung up on us, and we were not done
                for start, end in pairwise(marks):
                    client.writer.write(wire[start:end])
                    await asyncio.sleep(0)
                client.writer.write_eof()
                heard = await client.rest()
            for received in here.reception.received:
                assert received.envelope.rcpt_to
                assert is_clean(received.raw)
                assert b"\r\n.\r\n" in b"\r\n" + wire
            assert len(here.reception.received) <= wire.count(b".\r\n")
            return heard

    heard = asyncio.run(talk())
    assert ANSWER.sub(b"", heard) == b""
    assert not re.search(rb"^451", heard, re.MULTILINE)


GOOD = [
    b"220 mail.test ESMTP\r\n",
    b"250-mail.test\r\n250 PIPELINING\r\n",
    b"250 Ok\r\n",
    b"250 Ok\r\n",
    b"250 Ok\r\n",
    b"354 Go on\r\n",
    b"250 Ok\r\n",
]
ODD = [
    b"250 Ok\r\n", b"250-Ok\r\n", b"250", b"2", b"\r\n", b"\n", b"\r", b"\0", b"-", b" ", b"354 Go on\r\n", b"550 5.1.1 No\r\n", b"450 Later\r\n",
    b"421 Closing\r\n", b"999 What\r\n", b"221 Bye\r\n", b"250 Ok\n", b"\xff", b"", b"250 " + b"x" * 70_000, b"250-x\r\n" * 1100,
]  # fmt: skip
answers = st.tuples(
    *(st.sampled_from([[good]] * 6) | st.lists(st.sampled_from(ODD), max_size=3) for good in GOOD)
).map(lambda found: [b"".join(pieces) for pieces in found])  # fmt: skip
YES = re.compile(rb"(?:2\d\d-[^\n]*\n)*2\d\d(?: [^\n]*|\r?)\n")


@SERVER
@given(answers)
def test_a_mail_server_that_says_anything_gets_no_yes_out_of_us(said: list[bytes]) -> None:
    """Delivered is who was named in a whole message that was followed by a yes; nobody else."""
    script: list[bytes | str] = [piece for answer in said for piece in (answer, LINE)]
    script[-3:] = [MESSAGE, said[-1]]

    async def send() -> tuple[list[str], list[bytes]]:
        async with Hostile(script=script).serving() as server:
            return await ours(server.port, mail(), seconds=0.1), server.messages

    got, messages = asyncio.run(send())
    if ALL in got:
        assert messages == [RAW + b".\r\n"]
        assert YES.match(said[-1])

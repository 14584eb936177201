"""Mail servers that mean harm: nothing is lost, and nothing counts as delivered that the server did not say yes to.

The same scripts through aiosmtplib, so that a difference is a choice of ours that says why.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from gateway.delivery.session import LINES_MAX
from gateway.delivery.smarthost import Smarthost
from tests.gateway.delivery.test_contract import theirs
from tests.support.dialogues import ALL, LATER, NONE, PATIENT_SECONDS, QUICK_SECONDS, RAW, mail, ours
from tests.support.hostile_server import LINE, MESSAGE, STILL, Drip, Hostile

GREETING, HELLO = b"220 mail.test ESMTP\r\n", b"250-mail.test\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
PLAIN_HELLO = b"250-mail.test\r\n250 8BITMIME\r\n"
YES, OK, GO = b"250 2.0.0 Taken\r\n", b"250 2.0.0 Ok\r\n", b"354 Go on\r\n"
NO = b"550 5.1.1 Unknown\r\n"
ENVELOPE = OK + OK + OK + GO
TO_HELLO = (GREETING, LINE, HELLO)
TO_DATA = (*TO_HELLO, LINE, OK, LINE, OK, LINE, OK, LINE)
TO_MESSAGE = (*TO_DATA, GO, MESSAGE)


@dataclass(frozen=True)
class Case:
    """What the server does, and what becomes of the two recipients; `theirs` and `why` where aiosmtplib ends otherwise."""

    script: Sequence[bytes | str | Drip]
    expected: tuple[str, str] = (LATER, LATER)
    theirs: tuple[str, str] | None = None
    why: str = ""

    @property
    def seconds(self) -> float:
        """How long a client may wait for each answer: where all are to come, long enough for the busiest machine."""
        return QUICK_SECONDS if self.theirs is None and self.expected == (LATER, LATER) else PATIENT_SECONDS


def case(*script: bytes | str | Drip, **changes: object) -> Case:
    return Case(script, **changes)  # type: ignore[arg-type]


CASES = {
    "yes, as a control": case(*TO_MESSAGE, YES, expected=(ALL, ALL)),
    "an endless greeting": case(b"220-welcome\r\n" * (LINES_MAX + 10), STILL),
    "an endless greeting, line by line": case(Drip(b"220-welcome\r\n")),
    "an endless answer to EHLO": case(GREETING, LINE, Drip(b"250-OFFER\r\n")),
    "an endless yes": case(*TO_MESSAGE, Drip(b"250-2.0.0 Taken\r\n")),
    "a yes of more lines than anybody says": case(*TO_MESSAGE, b"250-2.0.0 Taken\r\n" * (LINES_MAX + 10), YES,
        theirs=(ALL, ALL), why="aiosmtplib has no end of patience with lines"),
    "a yes that drips and never ends": case(*TO_MESSAGE, Drip(b"250 2.0.0 Taken")),
    "half a yes, and gone": case(*TO_MESSAGE, b"250 2.0.0 Taken"),
    "three digits, and gone": case(*TO_MESSAGE, b"250"),
    "a yes that goes on, and gone": case(*TO_MESSAGE, b"250-2.0.0 Taken\r\n"),
    "gone after the dot": case(*TO_MESSAGE),
    "a yes ended by a bare LF": case(*TO_MESSAGE, b"250 2.0.0 Taken\n", expected=(ALL, ALL)),
    "a yes ended by a bare CR": case(*TO_MESSAGE, b"250 2.0.0 Taken\r"),
    "a refusal with a yes behind a bare CR": case(*TO_MESSAGE, b"554 5.0.0 No\r250 2.0.0 Taken\r\n", expected=(NONE, NONE)),
    "a yes in capitals of another script": case(*TO_MESSAGE, "２５０ 2.0.0 Taken\r\n".encode()),
    "a yes behind a NUL": case(*TO_MESSAGE, b"\x00250 2.0.0 Taken\r\n"),
    "a yes behind a blank": case(*TO_MESSAGE, b" 250 2.0.0 Taken\r\n"),
    "a yes without a blank behind it": case(*TO_MESSAGE, b"250Taken\r\n", theirs=(ALL, ALL),
        why="RFC 5321 §4.2 wants a blank, a hyphen or the end there; aiosmtplib looks at the digits only"),
    "a yes of four digits": case(*TO_MESSAGE, b"2500 Taken\r\n", theirs=(ALL, ALL),
        why="RFC 5321 §4.2 knows three; aiosmtplib stops counting"),
    "bytes that are no text": case(*TO_MESSAGE, b"250 2.0.0 \xff\xfe\x80\r\n", expected=(ALL, ALL)),
    "a refusal in bytes that are no text": case(*TO_MESSAGE, b"554 5.7.1 \xff\xfe\r\n", expected=(NONE, NONE)),
    "NULs in a refusal": case(*TO_MESSAGE, b"554 5.7.1 a\x00b\x00\r\n", expected=(NONE, NONE)),
    "the yes together with 354": case(*TO_DATA, GO + YES, MESSAGE, STILL),
    "every answer with the greeting": case(GREETING + HELLO + ENVELOPE + YES, MESSAGE, STILL),
    "every answer with that to EHLO": case(GREETING, LINE, HELLO + ENVELOPE + YES, MESSAGE, STILL),
    "one answer too many to EHLO": case(GREETING, LINE, PLAIN_HELLO + OK, LINE, OK, LINE, NO, LINE, OK, LINE, GO, MESSAGE, YES),
    "one answer too many to MAIL": case(GREETING, LINE, PLAIN_HELLO, LINE, OK + NO, LINE, OK, LINE, OK, LINE, GO, MESSAGE, YES),
    "one answer too many to MAIL, pipelined": case(*TO_HELLO, LINE, OK + NO, LINE, OK, LINE, OK, LINE, GO, STILL),
    "all refused, and DATA is answered with a yes": case(*TO_HELLO, LINE, OK, LINE, NO, LINE, NO, LINE, OK, STILL, theirs=(NONE, NONE),
        why="aiosmtplib does not say DATA when nobody is left, so it does not hear that the server is out of step"),
    "the answers to one envelope are cut short": case(*TO_HELLO, LINE, OK, LINE, OK, STILL),
    "junk between the answers": case(*TO_HELLO, LINE, OK, LINE, b"hello there\r\n" + OK, LINE, OK, LINE, GO, MESSAGE, YES),
    "HTTP for an answer": case(GREETING, LINE, b"HTTP/1.1 200 OK\r\n\r\n"),
    "354 to everything": case(GREETING, LINE, GO, STILL),
    "354 to a recipient": case(*TO_HELLO, LINE, OK, LINE, GO, LINE, GO, LINE, GO, STILL),
    "a yes to STARTTLS that nobody asked for": case(b"220 mail.test\r\n220 2.0.0 Ready to start TLS\r\n", LINE, HELLO, LINE, STILL),
    "421 in the middle": case(*TO_HELLO, LINE, OK, LINE, b"421 4.3.2 Closing\r\n"),
    "421 for a yes": case(*TO_MESSAGE, b"421 4.3.2 Closing\r\n"),
    "221 for a yes": case(*TO_MESSAGE, b"221 2.0.0 Bye\r\n", expected=(ALL, ALL), theirs=(LATER, LATER),
        why="RFC 5321 §4.3.2: a client looks at the first digit"),
    "an offer of everything, and nothing behind it": case(GREETING, LINE,
        b"250-\xff\xfe\r\n250-SIZE x\r\n250-SIZE -1\r\n250-AUTH\r\n250-=\r\n250 PIPELINING\r\n", *TO_MESSAGE[3:], YES, expected=(ALL, ALL)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
async def test_what_becomes_of_a_message(name: str) -> None:
    one = CASES[name]
    got = {}
    for who, send in (("ours", ours), ("theirs", theirs)):
        async with Hostile(script=one.script).serving() as server:
            started = time.monotonic()
            got[who] = tuple(await send(server.port, mail(), seconds=one.seconds))
            assert time.monotonic() - started < one.seconds + 2
        if who == "ours":
            assert ALL not in got[who] or server.messages == [RAW + b".\r\n"], "a yes counts for a whole message"
    assert got["ours"] == one.expected
    assert got["theirs"] == (one.theirs or one.expected), one.why


async def test_a_yes_in_the_middle_of_a_message_is_none() -> None:
    """Only what is said after the dot is about the message."""
    large = mail(RAW + b"y" * 20_000_000 + b"\r\n")
    script = (*TO_DATA, GO, LINE, YES, LINE, MESSAGE, STILL)
    async with Hostile(script=script).serving() as server:
        assert await ours(server.port, large) == [LATER, LATER]


@pytest.mark.parametrize("said", [YES, b"421 4.4.2 Idle\r\n", b"junk\r\n", b"2", b""])
async def test_a_server_that_talks_in_its_sleep_costs_nobody_anything(said: bytes) -> None:
    """A kept connection on which something was said, or that was closed, is left: its answers belong to no question."""
    async with Hostile(script=(*TO_MESSAGE, YES + said)).serving() as server:
        smarthost = Smarthost("127.0.0.1", server.port, hostname="gate.test")
        for _ in range(2):
            assert [result.status.value for result in await smarthost.send(mail())] == [ALL, ALL]
            await asyncio.sleep(0.01)
        smarthost.close()
        assert server.messages == [RAW + b".\r\n"] * 2

"""What leaves: byte for byte, and nothing beside it. A real mail server (aiosmtpd) tells what arrived."""

from __future__ import annotations

import asyncio
import re
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.delivery.smarthost import Mail, Smarthost
from gateway.delivery.wire import LOOP_HEADER, MustNotLeave, compose, edited, header_end, loop_guard, received_line
from rules.message import HeaderEdit
from tests.support.dialogues import BOTH, SENDER

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TRACE = b"Received: from klas.test ([192.0.2.7])\r\n\tby gate.test with ESMTP id R1;\r\n\tnow\r\n"


class Keeper:
    """aiosmtpd's handler: keeps what came, as it came."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[Smarthost, Keeper]]:
    keeper = Keeper()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="mail.test", data_size_limit=60_000_000, enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    smarthost = Smarthost("127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        yield smarthost, keeper
    finally:
        smarthost.close()
        server.close()


def to_be_sent(prepended: bytes, raw: bytes, edits: tuple[HeaderEdit, ...] = ()) -> Mail:
    composed = compose(prepended, raw, edits)
    return Mail(
        SENDER, BOTH, composed.buffers, sum(map(len, composed.buffers)), composed.eight_bit, composed.utf8_header
    )


# lines of at most 900 octets with many dots at their beginning; aiosmtpd takes no longer ones
lines = st.one_of(
    st.sampled_from([b"", b".", b"..", b"...", b".a", b"a.", b". ", b"\t.", b"From x", "één".encode(), b"\xff\xfe"]),
    st.binary(max_size=60).map(lambda line: re.sub(rb"[\r\n\0]", b"", line)),
)
blocks = st.lists(lines, max_size=12).map(lambda found: b"".join(line + b"\r\n" for line in found))


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, tuple[HeaderEdit, ...]]:
    """A message and edits of whole lines of its header."""
    header = [
        name + b": " + draw(lines) + b"\r\n"
        for name in draw(st.lists(st.sampled_from([b"To", b"Cc", b"Bcc", b".X"]), min_size=1, max_size=5))
    ]
    raw = b"".join(header) + b"\r\n" + draw(blocks)
    edits: list[HeaderEdit] = []
    position = 0
    for line in header:
        change = draw(st.sampled_from(["keep", "keep", "remove", "replace", "insert"]))
        if change != "keep":
            new = b"" if change == "remove" else b"To: m.devries@school.example\r\n"
            edits.append(HeaderEdit(position, position + (0 if change == "insert" else len(line)), new))
        position += len(line)
    return raw, tuple(draw(st.permutations(edits)))


def test_a_server_receives_our_lines_the_edited_header_and_the_untouched_body() -> None:
    """One server for all examples; hypothesis is synchronous, so it turns the loop itself."""
    with asyncio.Runner() as runner:
        server = mail_server()
        smarthost, keeper = runner.run(server.__aenter__())

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(messages())
        def property_(example: tuple[bytes, tuple[HeaderEdit, ...]]) -> None:
            raw, edits = example
            expected, position = TRACE, 0
            for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
                expected += raw[position : edit.start] + edit.replacement
                position = edit.end
            expected += raw[position:]
            mail = to_be_sent(TRACE, raw, edits)
            keeper.contents.clear()
            results = runner.run(smarthost.send(mail))
            assert {result.code for result in results} == {250}
            assert keeper.contents == [expected]
            assert expected.endswith(raw[header_end(raw) :])

        property_()
        runner.run(server.__aexit__(None, None, None))


@settings(max_examples=300)
@given(
    st.binary(max_size=30),
    st.lists(st.builds(HeaderEdit, st.integers(0, 30), st.integers(0, 30), st.binary(max_size=4)), max_size=3),
)
def test_no_bytes_and_no_edits_let_a_bare_line_end_or_a_null_leave(raw: bytes, edits: list[HeaderEdit]) -> None:
    """Also edits that are no whole lines: nobody makes them, and if somebody does they fail here."""
    try:
        composed = compose(TRACE, raw, tuple(edits))
    except MustNotLeave:
        return
    wire = b"".join(composed.buffers)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", wire)
    assert wire.endswith(b"\r\n")
    assert b"\r\n.\r\n" not in wire, "only the closing dot stands alone"
    head, rest = edited(raw, tuple(edits))
    meant = head + raw[rest:]
    assert wire.replace(b"\r\n.", b"\r\n").startswith(TRACE + meant), "a receiver reads what we meant"
    assert meant.startswith(composed.header)
    assert meant.endswith(raw[composed.body_start :])


@pytest.mark.parametrize("bad", [b"\r", b"\n", b"\0", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n"])
@pytest.mark.parametrize("where", ["header", "body", "edit", "prepended"])
def test_a_smuggled_end_of_message_does_not_leave(bad: bytes, where: str) -> None:
    raw = b"To: a@b.test" + bad * (where == "header") + b"\r\n\r\nx" + bad * (where == "body") + b"y\r\n"
    edits = (HeaderEdit(0, 0, b"Cc: x" + bad + b"y\r\n"),) if where == "edit" else ()
    prepended = b"Received: x" + bad + b"y\r\n" if where == "prepended" else TRACE
    with pytest.raises(MustNotLeave):
        compose(prepended, raw, edits)


def test_an_edit_that_ends_between_cr_and_lf_does_not_leave() -> None:
    with pytest.raises(MustNotLeave):
        compose(TRACE, b"To: a\r\n\r\nx\r\n", (HeaderEdit(0, 6, b"To: b\r\n"),))


@pytest.mark.parametrize(
    ("raw", "end"),
    [(b"A: b\r\n\r\nx\r\n", 6), (b"A: b\r\n", 6), (b"", 0), (b"\r\nA: b\r\n\r\nx", 0), (b"A: b\r\n\r\n", 6)],
)
def test_where_the_header_ends(raw: bytes, end: int) -> None:
    assert header_end(raw) == end


def test_a_message_without_its_last_line_end_gets_one() -> None:
    composed = compose(TRACE, b"To: a@b.test\r\n\r\nx", ())
    assert b"".join(composed.buffers) == TRACE + b"To: a@b.test\r\n\r\nx\r\n"
    assert b"".join(compose(TRACE, b"", ()).buffers) == TRACE
    assert b"".join(compose(b"", b"", ()).buffers) == b"\r\n"


def test_a_first_line_that_begins_with_a_dot_arrives() -> None:
    assert b"".join(compose(b"", b".a: b\r\n\r\n", ()).buffers) == b"..a: b\r\n\r\n"
    assert b"".join(compose(b"", b"To: a\r\n.x\r\n", (HeaderEdit(0, 7, b""),)).buffers) == b"..x\r\n"


def test_what_needs_eight_bits_or_utf8_is_known() -> None:
    """A line that the repair removed needs nothing any more in the header, but the body's bytes stay what they are."""
    plain, wide = b"To: a@b.test\r\n\r\nx\r\n", "To: a@b.test\r\nSubject: één\r\n\r\nx\r\n".encode()
    body = "To: a@b.test\r\n\r\néén\r\n".encode()
    assert [(one.eight_bit, one.utf8_header) for one in (compose(TRACE, raw, ()) for raw in (plain, wide, body))] == [
        (False, False), (True, True), (True, False),
    ]  # fmt: skip
    assert not compose(TRACE, wide, (HeaderEdit(14, wide.index(b"\r\n\r\n") + 2, b""),)).utf8_header
    assert compose(TRACE, plain, (HeaderEdit(0, 0, "Cc: één\r\n".encode()),)).utf8_header


def test_the_body_of_a_large_message_is_the_very_same_memory() -> None:
    raw = b"To: a@b.test\r\n\r\n" + (b"x" * 76 + b"\r\n") * 250_000
    tracemalloc.start()
    composed = compose(TRACE, raw, (HeaderEdit(0, 14, b"To: c@d.test\r\n"),))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    assert isinstance(composed.buffers[1], memoryview)
    assert composed.buffers[1].obj is raw


async def test_a_large_message_arrives_whole() -> None:
    raw = b"To: a@b.test\r\n\r\n" + (b"." + b"x" * 75 + b"\r\n") * 260_000
    async with mail_server() as (smarthost, keeper):
        assert {result.code for result in await smarthost.send(to_be_sent(TRACE, raw))} == {250}
    assert keeper.contents == [TRACE + raw]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, "ESMTP"),
        ({"tls": "1"}, "ESMTPS"),
        ({"auth": "1"}, "ESMTPA"),
        ({"tls": "1", "auth": "1"}, "ESMTPSA"),
        ({"tls": "1", "auth": "1", "smtputf8": "1"}, "UTF8SMTPSA"),
    ],
)
def test_a_received_line_says_how_it_came(options: dict[str, str], kind: str) -> None:
    line = received_line("gate.test", {"peer": "192.0.2.7", "helo": "klas.test", **options}, "R1", AT)
    assert (
        line
        == (
            f"Received: from klas.test ([192.0.2.7])\r\n\tby gate.test (Postwacht) with {kind} id R1;\r\n"
            "\tTue, 24 Nov 2026 12:00:00 +0000\r\n"
        ).encode()
    )


@given(st.text(max_size=400))
def test_whatever_a_client_calls_itself_a_received_line_stays_one_and_names_nobody(helo: str) -> None:
    line = received_line("gate.test", {"peer": "2001:db8::1", "helo": f"{helo}{BOTH[0]}"}, "R1", AT)
    assert line.startswith(b"Received: from ")
    assert b"([IPv6:2001:db8::1])" in line
    assert line.count(b"\r\n") == 3
    assert line.isascii()
    assert BOTH[0].encode() not in line
    assert max(map(len, line.split(b"\r\n"))) < 400


def test_a_client_without_a_name_is_unknown() -> None:
    assert received_line("gate.test", {"peer": "192.0.2.7"}, "R1", AT).startswith(b"Received: from unknown ([")


def test_the_loop_guard_is_ours_alone_and_of_one_message_and_day() -> None:
    guard = loop_guard(b"k" * 32, "<1@klas.test>", AT)
    assert re.fullmatch(LOOP_HEADER + rb": 1 [A-Za-z0-9_-]{24}\r\n", guard)
    others = [
        loop_guard(b"l" * 32, "<1@klas.test>", AT),
        loop_guard(b"k" * 32, "<2@klas.test>", AT),
        loop_guard(b"k" * 32, "<1@klas.test>", AT.replace(day=25)),
    ]
    assert guard not in others
    assert guard == loop_guard(b"k" * 32, "<1@klas.test>", AT.replace(hour=23))

"""What was smuggled in, on its way out: one message, with its body, however gullible the server is that gets it."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.smarthost import Mail, Smarthost
from gateway.delivery.wire import MustNotLeave, compose, is_clean
from gateway.smtp.data import normalised, unstuffed
from rules.message import HeaderEdit
from tests.support.dialogues import BOTH, SENDER
from tests.support.hostile_server import ANY_END, Gullible

HEAD = b"From: m.devries@school.example\r\nTo: anna.bakker@ouders.example\r\nSubject: Vraag\r\n\r\nveilig\r\n"
EVIL = b"MAIL FROM:<directie@school.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\nSubject: vals\r\n\r\nvals\r\n"
BEFORE = [b"\r\n", b"\n", b"\r", b"\n\r", b"\r\n\r", b"\n\n", b"\r\r", b"\r\n\0", b"\r\n ", b"\0\r", b"\0\n", b"\x0b"]
AFTER = [b"\r\n", b"\n", b"\r", b"\n\r", b"\r\r\n", b"\0\r\n", b" \r\n", b"\r\0\n", b"\0\n", b"\x0c"]
DOTS = [b".", b"..", b"\0.", b".\0"]
FORMS = [b"x" + b"".join(form) for form in itertools.product(BEFORE, DOTS, AFTER)]
TRACE = b"Received: from klas.test ([192.0.2.7])\r\n\tby gate.test with ESMTP id R1;\r\n\tnow\r\n"


def to_be_sent(raw: bytes, edits: tuple[HeaderEdit, ...] = ()) -> tuple[Mail, bytes]:
    composed = compose(TRACE, raw, edits)
    plain = raw
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        plain = plain[: edit.start] + edit.replacement + plain[edit.end :]
    plain = TRACE + plain
    size = sum(len(buffer) for buffer in composed.buffers)
    return Mail(SENDER, BOTH, composed.buffers, size, composed.eight_bit, composed.utf8_header), plain


async def delivered(mails: list[Mail]) -> list[bytes]:
    """What a server that believes any end got, dots and all; with no command it was not to hear."""
    async with Gullible().serving() as server:
        smarthost = Smarthost("127.0.0.1", server.port, hostname="gate.test")
        for mail in mails:
            assert [result.status.value for result in await smarthost.send(mail)] == ["delivered"] * 2
        smarthost.close()
    verbs = {command[:4] for command in server.commands}
    assert verbs <= {b"EHLO", b"MAIL", b"RCPT", b"DATA", b"QUIT"}
    assert all(recipients == BOTH for recipients, _ in server.messages)
    return [raw for _, raw in server.messages]


async def test_every_form_that_was_taken_leaves_as_one_message_with_its_body() -> None:
    """As a listener that mends takes it. The stuffing is undone here byte by byte, and not by the code under test."""
    kept = [normalised(b"\r\n" + HEAD + form + EVIL + b".\r\n") for form in FORMS if b"\r\n.\r\n" not in form]
    pairs = [to_be_sent(raw) for raw in kept]
    got = await delivered([mail for mail, _ in pairs])
    assert len(got) == len(kept) > 300
    for wire, (_, plain) in zip(got, pairs, strict=True):
        lines = wire.split(b"\r\n")
        assert lines[-2:] == [b".", b""]
        assert b"\r\n".join(line[1:] if line[:1] == b"." else line for line in lines[:-2]) + b"\r\n" == plain


@pytest.mark.parametrize(
    "edit", [(), (HeaderEdit(0, len(b"From: m.devries@school.example\r\n"), b""),)], ids=["as it is", "mended"]
)
def test_no_form_leaves_as_it_came(edit: tuple[HeaderEdit, ...]) -> None:
    """What a listener refuses is not sent, whatever else would hand it to the outbox."""
    for form in FORMS:
        raw = unstuffed(b"\r\n" + HEAD + form + EVIL + b".\r\n")
        if is_clean(raw):
            to_be_sent(raw, edit)
        else:
            with pytest.raises(MustNotLeave):
                to_be_sent(raw, edit)


@given(
    st.lists(
        st.sampled_from([b"\r\n", b"\n", b"\r", b".", b"..", b"\0", b" ", b"a", b"\xff", b"\r\n.", b"MAIL FROM:<x@y.example>", b"DATA"]),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_is_composed_holds_one_end_and_that_is_its_last(pieces: list[bytes]) -> None:
    raw = normalised(b"\r\n" + b"".join(pieces) + b"\r\n.\r\n")
    mail, plain = to_be_sent(raw)
    wire = b"".join([*mail.buffers, b".\r\n"])
    found = ANY_END.search(wire)
    assert found is not None
    assert found.end() == len(wire)
    assert unstuffed(b"\r\n" + wire) == plain + (b"" if plain.endswith(b"\r\n") else b"\r\n")


def test_the_gullible_server_can_be_cheated() -> None:
    """Else it proves nothing: each form, sent as it came, is two messages there."""

    async def cheat(form: bytes) -> int:
        async with Gullible().serving() as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n")
            writer.write(HEAD + form + EVIL + b".\r\nQUIT\r\n")
            writer.write_eof()
            await reader.read()
            writer.close()
        return len(server.messages)

    for form in (b"x\n.\n", b"x\n.\r\n", b"x\r\n.\n", b"x\r.\r", b"x\r\n.\r", b"x\r\n\0.\r\n"):
        assert asyncio.run(cheat(form)) == 2

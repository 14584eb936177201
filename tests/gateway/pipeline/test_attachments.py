"""Attachments on the path of a message: read before it is judged, held where they can't be, never a reason to lose it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from gateway.extraction.pool import ExtractionUnavailable, Extractor, Extracts
from gateway.pipeline.received import Answer
from rules.message import Message
from tests.support import files
from tests.support.counter import AYLIN, DAAN, JAN, Counter


@pytest.fixture
async def reading(desk: Counter) -> AsyncIterator[Counter]:
    extractor = Extractor()
    running = asyncio.create_task(extractor.run())
    desk.pipeline.extract = extractor.extract
    yield desk
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def letter(*attachments: tuple[str, bytes], number: int = 1) -> bytes:
    one = EmailMessage()
    one["From"], one["To"], one["Subject"], one["Message-ID"] = DAAN, DAAN, "Huiswerk", f"<{number}@school.example>"
    one["Date"] = "Tue, 17 Nov 2026 10:00:00 +0100"
    one.set_content("Tot vrijdag.")
    for name, data in attachments:
        one.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return one.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def said(desk: Counter, raw: bytes, *recipients: str) -> tuple[Answer, list[tuple[str, str]]]:
    outcome = await desk.pipeline.accept(desk.received(*recipients, raw=raw))
    case = await desk.case_of(outcome)
    return outcome.answer, [(row.rule, row.part) for row in case.findings]


async def test_a_document_that_can_be_read_goes_out(reading: Counter) -> None:
    answer, findings = await said(reading, letter(("a.pdf", files.pdf())), AYLIN)
    assert answer is Answer.ACCEPTED
    assert not [rule for rule, _ in findings if rule == "not_inspectable"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (files.locked(files.archive(("a.txt", b"geheim"))), "part 2: file 1"),
        (files.bomb(120), "part 2"),
        (files.word()[:4_000], "part 2"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(256)), "part 2"),
    ],
)
async def test_what_can_t_be_read_is_held(reading: Counter, data: bytes, place: str) -> None:
    answer, findings = await said(reading, letter(("a", data)), AYLIN)
    assert answer is Answer.HELD
    assert ("not_inspectable", place) in findings


async def test_a_large_message_is_read_beside_the_loop(reading: Counter) -> None:
    noise = bytes(range(256)) * 2_000
    answer, findings = await said(reading, letter(("a.bin", b"MZ" + noise)), AYLIN)
    assert (answer, findings) == (Answer.HELD, [("not_inspectable", "part 2")])


async def test_copies_are_judged_with_what_was_read(reading: Counter) -> None:
    raw = letter(("a", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(256))), number=2)
    assert (await said(reading, raw, AYLIN))[0] is Answer.HELD
    answer, findings = await said(reading, raw, JAN)
    assert answer is Answer.HELD
    assert ("not_inspectable", "part 2") in findings


async def test_while_attachments_can_t_be_read_the_client_tries_again(desk: Counter) -> None:
    async def gone(_: Message) -> Extracts:
        raise ExtractionUnavailable("there is no nursery")

    desk.pipeline.extract = gone
    outcome = await desk.pipeline.accept(desk.received(AYLIN, raw=letter(("a.pdf", files.pdf()))))
    assert (outcome.answer, outcome.reference) == (Answer.TRY_LATER, "")

"""Whatever becomes of a reader or of the nursery, the gateway goes on and knows what was not read."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.extraction import pool
from gateway.extraction.pool import ExtractionUnavailable, Extractor, Extracts
from rules.case import Unread
from rules.message import Message, parse
from tests.support import files


def mail(*attachments: tuple[str, bytes]) -> Message:
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = "a@school.example", "b@outside.example", "lijst"
    one.set_content("hoi")
    for name, data in attachments:
        one.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return parse(one.as_bytes())


@pytest_asyncio.fixture(scope="function")
async def extractor() -> AsyncIterator[Extractor]:
    one = Extractor()
    running = asyncio.create_task(one.run())
    await asyncio.wait_for(one._ready.wait(), 20)
    yield one
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def nursery() -> int:
    (found,) = [
        pid for pid in children(os.getpid()) if b"extraction.nursery" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found


async def busy() -> int:
    """The reader, once it is well into a large file."""
    while not (readers := children(nursery())):
        await asyncio.sleep(0.001)
    while float(Path(f"/proc/{readers[0]}/schedstat").read_text().split()[0]) < 60e6:
        await asyncio.sleep(0.001)
    return readers[0]


async def test_a_message_without_files_asks_nobody() -> None:
    assert await Extractor().extract(parse(b"From: a@s.example\r\n\r\nhoi")) == Extracts()


async def test_files_are_read_in_their_order(extractor: Extractor) -> None:
    found = await extractor.extract(
        mail(("a.docx", files.word()), ("b.xlsx", files.sheet()), ("c.7z", b"7z\xbc\xaf\x27\x1c\0\1"))
    )
    assert found.unread == (Unread("part 4", "unknown"),)
    wheres = [text.where for text in found.texts]
    assert wheres.index("part 2: text") < wheres.index("part 3: sheet 1")
    assert any("06-11112222" in text.text for text in found.texts)
    phone = next(text for text in found.texts if text.where == "part 3: sheet 1")
    assert phone.place(phone.text.index("06-")) == "part 3: sheet 1, column Telefoon"


async def test_many_messages_wait_their_turn(extractor: Extractor) -> None:
    found = await asyncio.gather(*(extractor.extract(mail((f"{n}.csv", f"a;b\nc;{n}".encode()))) for n in range(30)))
    assert [one.texts[0].text for one in found] == [f"a\tb\nc\t{n}" for n in range(30)]


async def test_a_reader_that_dies_costs_one_file(extractor: Extractor) -> None:
    one = mail(("a.txt", b"eerste"), ("b.zip", files.bomb(99)), ("c.txt", b"derde"))

    async def kill() -> None:
        os.kill(await busy(), signal.SIGKILL)

    result, _ = await asyncio.gather(extractor.extract(one), asyncio.wait_for(kill(), 10))
    assert result.unread == (Unread("part 3", "damaged"),)
    assert [text.text for text in result.texts] == ["eerste", "derde"]


async def test_readers_that_keep_dying_are_not_started_for_ever(extractor: Extractor) -> None:
    one = mail(*((f"{n}.zip", files.bomb(90, "x.xml")) for n in range(6)))
    killed = 0

    async def kill() -> None:
        nonlocal killed
        while True:
            for pid in children(nursery()):
                os.kill(pid, signal.SIGKILL)
                killed += 1
            await asyncio.sleep(0.001)

    killing = asyncio.create_task(kill())
    result = await extractor.extract(one)
    killing.cancel()
    await asyncio.gather(killing, return_exceptions=True)
    assert killed >= pool.DEATHS_MAX
    assert result.unread == tuple(Unread(f"part {n}", "damaged") for n in range(2, 8))


async def test_what_takes_too_long_is_said(extractor: Extractor) -> None:
    extractor.seconds = 0.05
    started = time.monotonic()
    one = mail(
        ("a.txt", b"eerste"),
        ("b.zip", files.archive(*((f"{n}.xlsx", files.sheet(2_000)) for n in range(5)))),
        ("c.txt", b"x"),
    )
    result = await extractor.extract(one)
    assert time.monotonic() - started < 3
    assert {unread.why for unread in result.unread} <= {"too_big", "damaged"}
    assert "part 4" in {unread.where for unread in result.unread}


async def test_bombs_beside_each_other_leave_the_others_alone(extractor: Extractor) -> None:
    bomb = mail(("b.zip", files.bomb(130)))
    good = mail(("a.docx", files.word()))
    bombs = [asyncio.create_task(extractor.extract(bomb)) for _ in range(2)]
    assert (await extractor.extract(good)).unread == ()
    for one in await asyncio.gather(*bombs):
        assert one.unread == (Unread("part 2", "too_big"),)


async def test_a_nursery_that_dies_is_our_fault_and_comes_back(extractor: Extractor) -> None:
    bomb = asyncio.create_task(extractor.extract(mail(("b.zip", files.bomb(99, "x.xml")))))
    await busy()
    os.kill(nursery(), signal.SIGKILL)
    with pytest.raises(ExtractionUnavailable):
        await bomb
    assert (await extractor.extract(mail(("a.txt", b"tekst")))).texts[0].text == "tekst"


async def test_without_a_nursery_nothing_is_judged() -> None:
    with pytest.raises(ExtractionUnavailable):
        await Extractor(seconds=0.05).extract(mail(("a.txt", b"tekst")))


async def test_the_nursery_knows_nothing_of_ours(extractor: Extractor) -> None:
    environment = Path(f"/proc/{nursery()}/environ").read_bytes()
    assert b"HOME=" not in environment
    assert b"POSTWACHT" not in environment
    links = [str(one.readlink()) for one in Path(f"/proc/{nursery()}/fd").iterdir()]
    assert all(link.startswith(("/dev/null", "socket:")) for link in links)


async def test_the_nursery_ends_with_us() -> None:
    one = Extractor()
    running = asyncio.create_task(one.run())
    await asyncio.wait_for(one._ready.wait(), 20)
    pid = nursery()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not Path(f"/proc/{pid}").exists()


async def test_a_nursery_that_hangs_is_ended() -> None:
    one = Extractor()
    running = asyncio.create_task(one.run())
    await asyncio.wait_for(one._ready.wait(), 20)
    pid = nursery()
    os.kill(pid, signal.SIGSTOP)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not Path(f"/proc/{pid}").exists()


def test_an_order_nobody_takes_is_our_fault() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    parcel = pool.pack([])
    with ours, pytest.raises(ExtractionUnavailable):
        pool._order(ours, parcel, 0, 1, ours)
    parcel.close()
    assert not pool._lives(ours)

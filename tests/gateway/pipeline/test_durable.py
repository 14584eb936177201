"""Invariant 1 over the wire: the listener, the pipeline and the store together."""

from __future__ import annotations

import asyncio

import pysqlite3

from tests.support.counter import AYLIN, BLOCKING, DAAN, JAN, SANNE, SELF, Counter, letter, messages, notices
from tests.support.lobby import Client, Lobby, lobby, until


async def ready(here: Lobby, *rcpt_to: str) -> Client:
    client = await here.client()
    assert (await client.begin(*rcpt_to, mail_from=DAAN)).startswith("354")
    return client


async def test_a_client_that_hangs_up_during_the_commit_changes_nothing_and_its_retry_is_recognised(
    desk: Counter,
) -> None:
    """RFC 1047: the same reference, and nothing delivered twice."""
    data = letter(AYLIN, SANNE) + b".\r\n"
    async with lobby() as here:
        here.door.acceptor = desk.pipeline
        other = pysqlite3.connect(str(desk.house.folder / "state.db"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        client = await ready(here, AYLIN, SANNE)
        await client.say(data)
        await until(lambda: here.door._in_flight)
        await client.hang_up()
        await here.until_empty()
        assert desk.offered() == []
        other.execute("ROLLBACK")
        other.close()
        await until(lambda: not here.door._in_flight)
        first = desk.offered()
        again = await ready(here, AYLIN, SANNE)
        await again.say(data)
        said = await again.reply()
        assert said == f"250 2.0.0 Accepted, reference {first[0][0].reference}"
        assert desk.offered() == []
        case = await desk.store.case(first[0][0].reference)
        assert (len(messages(case)), len(notices(case)), len(case.archive_numbers)) == (1, 1, 1)


async def test_what_a_client_hears_of_a_block_names_clause_and_reference_and_nobody(desk: Counter) -> None:
    await desk.store.put_policy(BLOCKING, "test")
    await desk.rulings.refresh()
    async with lobby() as here:
        here.door.acceptor = desk.pipeline
        client = await ready(here, AYLIN)
        await client.say(letter(AYLIN, body=SELF) + b".\r\n")
        said = await client.reply()
    reference = said.rsplit(" ", 1)[-1]
    assert said.startswith("550 5.7.1 C3: ")
    assert (await desk.store.case(reference)).state.value == "blocked"
    assert "@" not in said
    assert JAN.partition("@")[0] not in said


async def test_many_clients_at_once_are_each_answered_with_their_own(desk: Counter) -> None:
    """They share a commit; references don't mix."""
    async with lobby() as here:
        here.door.acceptor = desk.pipeline
        clients = [await ready(here, AYLIN) for _ in range(20)]
        for number, client in enumerate(clients):
            await client.say(letter(AYLIN, subject=f"Nr {number}", message_id=f"<{number}@x.example>") + b".\r\n")
        said = await asyncio.gather(*(client.reply() for client in clients))
    references = [line.rsplit(" ", 1)[-1] for line in said]
    assert len(set(references)) == 20
    for number, reference in enumerate(references):
        assert (await desk.store.case(reference)).subject == f"Nr {number}"

"""250 means durable: processes are killed while they commit, and everything they were promised is there."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.archive.record import as_submitted, records
from gateway.archive.verify import verify_archive, verify_audit
from gateway.clock import SystemClock
from gateway.store.states import State
from gateway.store.store import Store
from tests.support.databases import ask
from tests.support.stores import House

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "tests.support.committer"]
WHOLE = """
    SELECT reference FROM "case" AS c WHERE
        NOT EXISTS (SELECT 1 FROM message WHERE id = c.message_id)
        OR NOT EXISTS (SELECT 1 FROM envelope WHERE case_id = c.id)
        OR NOT EXISTS (SELECT 1 FROM finding WHERE case_id = c.id)
        OR NOT EXISTS (SELECT 1 FROM outbox WHERE case_id = c.id)
        OR NOT EXISTS (SELECT 1 FROM blind_index WHERE case_id = c.id)
        OR (state = 'held') <> EXISTS (SELECT 1 FROM hold WHERE case_id = c.id)
        OR (state = 'held') = EXISTS (SELECT 1 FROM archive_record WHERE case_id = c.id)
"""


@contextmanager
def committers(house: House, *names: str) -> Iterator[list[subprocess.Popen]]:
    where = [str(house.folder)]
    if house.databases:
        where += [*(one.name for one in house.databases), str(house.databases[0].socket_folder)]
    running = []
    for name in names:
        with (house.folder / f"{name}.out").open("wb") as output:
            running.append(subprocess.Popen([*COMMAND, name, *where], stdout=output, cwd=ROOT))
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def promised(house: House, name: str) -> list[str]:
    """The references of whole lines: a killed process may leave half a line, which nobody heard."""
    return (house.folder / f"{name}.out").read_text().rpartition("\n")[0].split()


def wait_for(house: House, name: str, lines: int) -> None:
    until = time.monotonic() + 60
    while len(promised(house, name)) < lines:
        assert time.monotonic() < until, f"{name} promised only {len(promised(house, name))}"
        time.sleep(0.01)


async def assert_kept(house: House, store: Store, heard: list[str]) -> None:
    database = house.state
    if not house.databases:
        assert ask(database, "PRAGMA integrity_check") == [("ok",)]
        assert ask(database, "PRAGMA foreign_key_check") == []
    assert ask(database, WHOLE) == []
    assert set(heard) <= {reference for (reference,) in ask(database, 'SELECT reference FROM "case"')}
    for reference in heard[-60:]:
        raw = await store.read_message(reference)
        assert raw.startswith(f"Subject: {reference}\r\n".encode())
        case = await store.case(reference)
        assert case.state in {State.FIXED, State.HELD, State.DELIVERED}
        for record in await records(store, reference):
            assert await as_submitted(store, record) == raw
    for chain in (await verify_archive(store), await verify_audit(store)):
        assert chain.broken_at is None
    numbers = [number for (number,) in ask(database, "SELECT number FROM archive_record ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("round_", range(3))
def test_what_was_promised_before_the_kill_is_there_after_it(house: House, round_: int):
    with committers(house, "worker-1") as (process,):
        wait_for(house, "worker-1", 60 + 40 * round_)
        process.send_signal(signal.SIGKILL)
        process.wait()
    heard = promised(house, "worker-1")
    house.clock = SystemClock()
    with house.opened() as store:
        asyncio.run(assert_kept(house, store, heard))
        asyncio.run(store.checkpoint())
        asyncio.run(assert_kept(house, store, heard))


def test_two_processes_share_one_database_and_one_dies(house: House):
    """Numbers have no gaps and no twins though both give them; the survivor is not stopped by the other's death."""
    with committers(house, "worker-1", "worker-2") as (first, second):
        wait_for(house, "worker-1", 60)
        wait_for(house, "worker-2", 60)
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = len(promised(house, "worker-2"))
        wait_for(house, "worker-2", before + 60)
        second.send_signal(signal.SIGKILL)
        second.wait()
    heard = [*promised(house, "worker-1"), *promised(house, "worker-2")]
    house.clock = SystemClock()
    with house.opened() as store:
        asyncio.run(assert_kept(house, store, heard))


def test_a_kill_between_a_delay_and_its_report_leaves_both_or_neither(house: House):
    with committers(house, "worker-1") as (process,):
        wait_for(house, "worker-1", 90)
        process.send_signal(signal.SIGKILL)
        process.wait()
    house.clock = SystemClock()
    reports = dict(ask(house.state, "SELECT case_id, count(*) FROM outbox WHERE kind = 'dsn' GROUP BY case_id"))
    numbers = dict(ask(house.state, "SELECT id, case_id FROM outbox WHERE kind = 'message'"))
    assert len(reports) >= 10
    assert set(reports.values()) == {1}

    async def told(store: Store) -> set[int]:
        due = await store.lease("worker-1", 5000, house.clock.now() + timedelta(days=1))
        return {numbers[job.id] for job in due if job.told_late}

    with house.opened() as store:
        assert asyncio.run(told(store)) == set(reports)

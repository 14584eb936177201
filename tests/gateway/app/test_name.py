"""A worker's name belongs to one process at a time."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from gateway.app.name import keep_name, take_name
from gateway.errors import StoreUnavailable
from gateway.store.engine import claim
from tests.support.postgres import Database, server
from tests.support.stores import KINDS, built


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path):
    with built(request.param, tmp_path / "state") as house:
        yield house.url


async def test_a_second_process_does_not_get_the_name(url: str) -> None:
    held = await take_name(url, "smtp1")
    with pytest.raises(StoreUnavailable, match="smtp1"):
        await take_name(url, "smtp1", wait_seconds=0.15)
    other = await take_name(url, "smtp2", wait_seconds=0.1)
    held.close()
    other.close()


async def test_the_name_is_waited_for_while_its_owner_drains(url: str) -> None:
    held = await take_name(url, "smtp1")
    waiting = asyncio.create_task(take_name(url, "smtp1"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    held.close()
    (await waiting).close()


async def test_a_folder_or_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/nowhere/state.db", f"postgresql+psycopg://x@/x?host={tmp_path}"):
        with pytest.raises(StoreUnavailable):
            await take_name(url, "smtp1")


async def test_a_name_that_went_with_its_connection_is_taken_again(tmp_path: Path) -> None:
    with built("postgresql", tmp_path / "state") as house:
        held = await take_name(house.url, "west/main")
        keeping = asyncio.create_task(keep_name(held, "west/main", every_seconds=0.05))
        cut(house.state)
        async with asyncio.timeout(10):
            while connections(house.state) == 0:
                await asyncio.sleep(0.02)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        assert not await asyncio.to_thread(claim(house.url, "west/main").take)
        held.close()


async def test_a_worker_that_finds_its_name_in_other_hands_ends(tmp_path: Path) -> None:
    with built("postgresql", tmp_path / "state") as house:
        held = await take_name(house.url, "west/main")
        cut(house.state)
        other = await take_name(house.url, "west/main")
        with pytest.raises(StoreUnavailable, match="west/main"):
            async with asyncio.timeout(10):
                await keep_name(held, "west/main", every_seconds=0.01)
        other.close()
        held.close()


def cut(database: Database) -> None:
    ask(database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s")


def connections(database: Database) -> int:
    return ask(database, "SELECT count(*) FROM pg_stat_activity WHERE datname = %s")


def ask(database: Database, query: str) -> int:
    with closing(Database("postgres", server().folder / "data").connect(autocommit=True)) as connection:
        return connection.execute(query.encode(), (database.name,)).fetchone()[0]

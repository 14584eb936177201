"""What only a server can do: go away, come back, be asked by two at once, and leave a COMMIT without its answer."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError

from gateway.archive.verify import verify_archive, verify_audit
from gateway.config.tables import Store as Settings
from gateway.crypto import MasterKey
from gateway.errors import AlreadyDecided, StoreUnavailable
from gateway.store import engine, postgres
from gateway.store.disposition import AuditDraft, Decision
from gateway.store.engine import addresses, claim, exists, turn
from gateway.store.migrate import migrate
from gateway.store.states import State
from gateway.store.store import Store
from tests.support.databases import ask, change, locked
from tests.support.postgres import Database, Server, server
from tests.support.proxy import Proxy
from tests.support.stores import (
    MASTER,
    NOON,
    PARENTS,
    RAW,
    House,
    all_of,
    delivered,
    disposition,
    held,
    message,
    together,
)

LEADER = "t.leider@school.example"


@pytest.fixture
def house(server_house: House) -> House:
    return server_house


async def settings_of(store: Store, *names: str) -> list[str]:
    def show(connection: object) -> list[str]:
        return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    return await store._writer.run(show)


# what a connection asks of the server


async def test_a_commit_waits_for_the_disk_and_nobody_waits_without_end(store: Store, house: House):
    assert await settings_of(store, "synchronous_commit", "transaction_isolation", "lock_timeout") == [
        "on",
        "read committed",
        "3s",
    ]
    waits = ("statement_timeout", "idle_in_transaction_session_timeout")
    assert await settings_of(store, *waits) == ["10s", "10s"]


async def test_what_the_database_has_for_everybody_does_not_weaken_it(house: House):
    """Its keeper may have set other defaults: they decide about speed, not about what 250 means."""
    name = house.state.name
    for setting in ("synchronous_commit = off", "default_transaction_isolation = 'serializable'"):
        change(house.state, f"ALTER DATABASE {name} SET {setting}")
    try:
        with house.opened() as store:
            assert await settings_of(store, "synchronous_commit", "transaction_isolation") == ["on", "read committed"]
        change(house.state, f"ALTER DATABASE {name} SET synchronous_commit = remote_apply")
        with house.opened() as store:  # stricter than ours stays
            assert await settings_of(store, "synchronous_commit") == ["remote_apply"]
    finally:
        change(house.state, f"ALTER DATABASE {name} RESET ALL")


def test_a_server_that_does_not_flush_is_not_used(house: House):
    with setting("fsync", "off"), pytest.raises(StoreUnavailable, match="fsync"):
        house.open()
    house.open().close()


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    """Change a setting of the whole server for a while."""
    with closing(Database("postgres", server().folder / "data").connect(autocommit=True)) as connection:

        def put(statement: str, expected: str) -> None:
            connection.execute(statement.encode())
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute(f"SHOW {name}".encode()).fetchone() != (expected,):
                pass

        before = connection.execute(f"SHOW {name}".encode()).fetchone()[0]
        put(f"ALTER SYSTEM SET {name} = {value}", value)
        try:
            yield
        finally:
            put(f"ALTER SYSTEM RESET {name}", before)


async def test_a_reader_is_refused_by_the_server_itself(store: Store):
    with pytest.raises(StoreUnavailable, match="25006"):  # read_only_sql_transaction
        await store._read(lambda connection: connection.execute(text("DELETE FROM contact")))


# two at once


async def test_two_nodes_write_at_once_and_numbers_have_no_gaps_and_no_twins(house: House):
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        drafts = [disposition() for _ in range(60)]
        await asyncio.gather(*((west, oost)[n % 2].commit(d) for n, d in enumerate(drafts)))
        await asyncio.gather(*((west, oost)[n % 2].audit(AuditDraft("a", f"act{n}")) for n in range(40)))
        for store in (west, oost):
            for chain in (await verify_archive(store), await verify_audit(store)):
                assert chain.broken_at is None
        assert (await verify_archive(west)).rows == 60
        assert (await verify_audit(west)).rows == 40
    for table in ("message", '"case"', "outbox"):
        assert ask(house.state, f"SELECT min(id), max(id), count(*) FROM {table}") == [(1, 60, 60)]


async def test_the_same_message_at_two_nodes_is_one_case(house: House):
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        for number in range(10):
            twins = [disposition(number, reference=f"T{number}{n}") for n in range(4)]
            answers = await asyncio.gather(*((west, oost)[n % 2].commit(d) for n, d in enumerate(twins)))
            assert len({one.reference for one in answers}) == 1
            assert sorted(one.repeated for one in answers) == [False, True, True, True]
        assert ask(house.state, 'SELECT count(*) FROM "case"') == [(10,)]


async def test_copies_for_different_people_at_two_nodes_are_one_case_with_all_of_them(house: House):
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        for number in range(6):
            rcpts = [f"ouder{n}@ouders.example" for n in range(6)]
            copies = [disposition(number, reference=f"K{number}{n}", rcpt_to=(rcpt,)) for n, rcpt in enumerate(rcpts)]
            answers = await asyncio.gather(*(together((west, oost)[n % 2], d) for n, d in enumerate(copies)))
            (reference,) = {one.reference for one in answers}
            case = await west.case(reference)
            assert sorted(rcpt for one in case.envelopes for rcpt in one.rcpt_to) == rcpts
            assert len(case.jobs) == len(case.archive_numbers) == 6


async def test_of_two_who_decide_at_two_nodes_one_wins(house: House):
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        for _ in range(8):
            d = held("team_leader", LEADER)
            await west.commit(d)
            said = await all_of(
                west.decide(d.reference, Decision.RELEASE, by=LEADER, reason="", now=NOON),
                oost.decide(d.reference, Decision.RETURN, by=LEADER, reason="", now=NOON),
            )
            (lost,) = (one for one in said if isinstance(one, Exception))
            assert isinstance(lost, AlreadyDecided)
            assert len((await west.case(d.reference)).holds) == 1


async def test_what_is_due_goes_to_one_of_two_nodes(house: House):
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        for _ in range(30):
            await west.commit(disposition(jobs=(message(leased=False),)))
        taken = await asyncio.gather(*((west, oost)[n % 2].lease(f"node{n}", 4, NOON) for n in range(10)))
        numbers = [job.id for jobs in taken for job in jobs]
        assert sorted(numbers) == list(range(1, 31))


async def test_the_last_copies_of_a_case_delivered_at_two_nodes_close_it(house: House):
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        for number in range(8):
            first = await west.commit(disposition(number, rcpt_to=PARENTS[:1]))
            second = await together(oost, disposition(number, rcpt_to=PARENTS[1:]))
            await asyncio.gather(
                west.settle(first.jobs[0].id, delivered(PARENTS[0])),
                oost.settle(second.jobs[0].id, delivered(PARENTS[1])),
            )
            assert (await west.case(first.reference)).state is State.DELIVERED


async def test_rows_somebody_else_is_busy_with_are_passed_over(store: Store, house: House):
    for _ in range(3):
        await store.commit(disposition(jobs=(message(leased=False),)))
    with closing(house.state.connect()) as stranger:
        stranger.execute("SELECT 1 FROM outbox WHERE id = 2 FOR UPDATE")
        async with asyncio.timeout(2):
            assert [job.id for job in await store.lease("w", 10, NOON)] == [1, 3]
        stranger.rollback()
    assert [job.id for job in await store.lease("w", 10, NOON)] == [2]


async def test_a_case_somebody_else_has_locked_is_waited_for(store: Store, house: House):
    d = held()
    await store.commit(d)
    with closing(house.state.connect()) as stranger:
        stranger.execute('SELECT 1 FROM "case" FOR UPDATE')
        deciding = asyncio.create_task(store.decide(d.reference, Decision.RETURN, by=LEADER, reason="", now=NOON))
        await asyncio.sleep(0.2)
        assert not deciding.done()
        stranger.execute("UPDATE \"case\" SET state = 'expired'")
        stranger.commit()
        with pytest.raises(AlreadyDecided):
            await deciding


async def test_a_deadlock_is_tried_again_and_the_caller_hears_nothing_of_it(store: Store, house: House):
    """A stranger holds a case and asks for the turn; we have the turn and ask for the case."""
    d = held()
    await store.commit(d)
    stranger = house.state.connect()
    stranger.execute('SELECT 1 FROM "case" FOR UPDATE')
    rounds = []

    def lock(connection: object) -> int:
        rounds.append(None)
        if len(rounds) == 1:
            threading.Thread(target=wants_the_turn, daemon=True).start()
        return connection.execute(text('SELECT count(*) FROM (SELECT 1 FROM "case" FOR UPDATE) AS one')).scalar()

    def wants_the_turn() -> None:
        stranger.execute("SET lock_timeout = '20s'")
        stranger.execute("SET deadlock_timeout = '15s'")  # it is ours that finds out
        stranger.execute("SELECT pg_advisory_xact_lock(7201)")
        stranger.commit()
        stranger.close()

    async with asyncio.timeout(20):
        assert await store._writer.run(lock) == 1
    assert len(rounds) == 2


async def test_a_deadlock_without_end_is_unavailable_after_a_few_tries(store: Store):
    rounds = []

    def serialization(connection: object) -> None:
        rounds.append(None)
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(StoreUnavailable):
        await store._writer.run(serialization)
    assert len(rounds) == 3
    await store.commit(disposition())


async def test_what_the_server_refuses_of_one_is_its_alone(store: Store):
    """A text PostgreSQL does not take (SQLite would): the others of the transaction are written."""
    bad, good = await all_of(store.audit(AuditDraft("a", "x" * 41)), store.commit(disposition()))
    assert isinstance(bad, StoreUnavailable)
    assert good.state is State.FIXED
    assert await store.audit_rows() == ()


async def test_one_who_stops_in_the_middle_does_not_stop_the_others(house: House, monkeypatch: pytest.MonkeyPatch):
    """A frozen machine would hold the turn: the server takes it away."""
    monkeypatch.setattr(postgres, "IDLE_SECONDS", 0.3)
    with house.opened("west/main") as west, house.opened("oost/main") as oost:
        frozen, thawed = threading.Event(), threading.Event()
        await oost.commit(disposition())

        def freeze(_connection: object) -> None:
            frozen.set()
            thawed.wait(10)

        stuck = asyncio.create_task(west._writer.run(freeze))
        await asyncio.to_thread(frozen.wait, 10)
        async with asyncio.timeout(3):
            await oost.commit(disposition())
        thawed.set()
        await stuck  # it lost its transaction, and did it again


# names


def test_a_name_belongs_to_one_connection_and_goes_with_it(house: House):
    first, second = claim(house.url, "west/main"), claim(house.url, "west/main")
    other = claim(house.url, "oost/main")
    assert first.take()
    assert first.take(), "asking again is no second taking"
    assert not second.take()
    assert other.take()
    first.close()
    assert second.take()
    cut_all(house.state)
    with pytest.raises(StoreUnavailable):
        second.take()
    assert second.take(), "taken again"
    for one in (second, other):
        one.close()


def cut_all(database: Database) -> None:
    """The server ends every connection to a database, as at its own end."""
    with closing(Database("postgres", database.socket_folder).connect(autocommit=True)) as connection:
        query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(query, (database.name,))


# connections that break


async def test_a_connection_that_broke_while_nothing_was_asked_is_made_anew(store: Store, house: House):
    await store.commit(disposition())
    for database in house.databases:
        cut_all(database)
    d = disposition()
    await store.commit(d)
    assert await store.read_message(d.reference) == RAW


async def test_a_server_that_is_away_is_unavailable_and_found_when_it_is_back(tmp_path: Path):
    here = Server.start()
    try:
        house = House(tmp_path / "state", databases=here.pair())
        house.folder.mkdir()
        with house.opened() as store:
            kept = disposition()
            await store.commit(kept)
            for away in (here.stop, here.crash):
                away()
                for waiting in (store.commit(disposition()), store.case(kept.reference), store.changes()):
                    with pytest.raises(StoreUnavailable):
                        await waiting
                here.again()
                d = disposition()
                await store.commit(d)
                assert await store.read_message(d.reference) == await store.read_message(kept.reference) == RAW
            assert (await verify_archive(store)).rows == 3
    finally:
        here.end()
    with pytest.raises(StoreUnavailable):
        house.open()
    with pytest.raises(StoreUnavailable):
        exists(house.url)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    folder = tmp_path / "p"
    folder.mkdir()
    between = Proxy(folder, server().folder / "data")
    yield between
    between.close()


@pytest.fixture
def beyond(house: House, proxy: Proxy) -> House:
    """The house as seen through the proxy: its state; the keys directly."""
    state, keys = house.databases
    return replace(house, databases=(Database(state.name, proxy.folder), keys))


async def test_a_commit_without_an_answer_that_was_done_is_answered_as_done(beyond: House, house: House, proxy: Proxy):
    with beyond.opened() as store:
        await store.commit(disposition())
        d = disposition()
        proxy.armed = "after"
        assert (await store.commit(d)).reference == d.reference
        assert ask(house.state, 'SELECT count(*) FROM "case"') == [(2,)]
        assert await store.read_message(d.reference) == RAW


async def test_a_commit_that_did_not_reach_the_server_is_done_again_and_once(beyond: House, house: House, proxy: Proxy):
    with beyond.opened() as store:
        await store.commit(disposition())
        d = disposition()
        proxy.armed = "before"
        assert not (await store.commit(d)).repeated
        assert ask(house.state, 'SELECT count(*) FROM "case"') == [(2,)]
        assert (await verify_archive(store)).rows == 2


async def test_a_commit_nobody_can_be_asked_about_is_unavailable_and_its_retry_is_recognised(
    beyond: House, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres, "DOUBT_SECONDS", 0.3)
    with beyond.opened() as store:
        await store.commit(disposition())
        d = disposition()
        proxy.armed, proxy.deaf = "after", True
        with pytest.raises(StoreUnavailable, match="during COMMIT"):
            await store.commit(d)
        proxy.deaf = False
        again = await store.commit(d)
        assert (again.repeated, again.reference) == (True, d.reference)


async def test_a_connection_that_breaks_while_it_is_made_is_let_go_of(beyond: House, proxy: Proxy):
    proxy.word, proxy.armed = b"synchronous_commit", "before"
    with pytest.raises(StoreUnavailable):
        beyond.open()
    with beyond.opened() as store:
        await store.commit(disposition())


async def test_an_error_that_is_not_the_server_s_is_not_tried_again(store: Store):
    rounds = []

    def mistake(_connection: object) -> None:
        rounds.append(None)
        raise InvalidRequestError("ours")

    with pytest.raises(StoreUnavailable):
        await store._writer.run(mistake)
    assert len(rounds) == 1


# the schema


def test_two_that_start_at_once_on_an_empty_server_make_one_schema():
    state, keys = server().make(), server().make()
    assert not exists(state.url)
    words = "import sys; from gateway.store.migrate import migrate; migrate(*sys.argv[1:])"
    started = [subprocess.Popen([sys.executable, "-c", words, state.url, keys.url]) for _ in range(3)]
    assert [one.wait(60) for one in started] == [0, 0, 0]
    assert exists(state.url)
    before = [server().dump(one) for one in (state, keys)]
    migrate(state.url, keys.url)
    assert [schema(one) for one in before] == [schema(server().dump(one)) for one in (state, keys)]


def schema(dump: bytes) -> list[bytes]:
    """A dump without the word that is another each time."""
    return [line for line in dump.splitlines() if b"restrict" not in line]


def test_the_indexes_are_the_ones_the_queries_need(house: House):
    """A partial index is used only by a query that says its condition: the outbox asks each second."""
    with closing(house.state.connect()) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute("EXPLAIN SELECT min(due_at) FROM outbox WHERE status = 'open'").fetchall()
        assert "ix_outbox_due" in str(plan)


# addresses


def test_a_password_goes_into_the_address_and_into_no_print_of_it():
    key = MasterKey(bytes(32))
    url = "postgresql+psycopg://gateway@db.school.example/post?sslmode=verify-full"
    mine = Settings(url=url, keys_url=url.replace("/post", "/keys"), key=key, password="hier@ligt/het?")
    state, keys = addresses(mine)
    assert state.password == keys.password == "hier@ligt/het?"
    assert (state.host, state.database) == ("db.school.example", "post")
    assert "hier" not in repr([mine, state, keys, str(state)])
    state, keys = addresses(replace(mine, keys_password="anders"))
    assert (state.password, keys.password) == ("hier@ligt/het?", "anders")
    state, _ = addresses(replace(mine, password=""))
    assert state.password is None


async def test_a_password_is_asked_for_and_given(house: House):
    """By an account that needs one: with the wrong one nothing opens."""
    data = server().folder / "data"
    access = (data / "pg_hba.conf").read_text()
    change(house.state, "CREATE ROLE clerk LOGIN SUPERUSER PASSWORD 'Zand/Pad@9'")
    try:
        (data / "pg_hba.conf").write_text(f"local all clerk scram-sha-256\n{access}")
        change(house.state, "SELECT pg_reload_conf()")
        urls = [url.replace("postgres@", "clerk@") for url in (house.url, house.keys_url)]
        for password, opens in (("Zand/Pad@9", True), ("fout", False)):
            mine = Settings(url=urls[0], keys_url=urls[1], key=MASTER, password=password)
            if opens:
                store = Store.open(*addresses(mine), MASTER, house.clock, house.folder, "w")
                await store.commit(disposition())
                store.close()
            else:
                with pytest.raises(StoreUnavailable) as caught:
                    Store.open(*addresses(mine), MASTER, house.clock, house.folder, "w")
                assert "fout" not in str(caught.value)
    finally:
        (data / "pg_hba.conf").write_text(access)
        change(house.state, "SELECT pg_reload_conf()")
        change(house.state, "DROP ROLE clerk")


def test_there_is_no_line_before_a_transaction(house: House):
    line = turn(house.url)
    with line.taken(), line.taken():
        pass
    line.close()


async def test_a_stranger_with_the_turn_is_not_waited_for_without_end(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    with house.opened() as store:
        with locked(house.state), pytest.raises(StoreUnavailable) as caught:
            await store.commit(disposition())
        assert caught.value.__cause__.orig.sqlstate == psycopg.errors.LockNotAvailable.sqlstate
        await store.commit(disposition())

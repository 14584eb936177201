"""The one thread that writes: groups, failures, the end."""

import asyncio
import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.errors import DiskLow, StoreUnavailable, UnknownReference
from gateway.store import engine as engines
from gateway.store import sqlite
from gateway.store import store as stores
from gateway.store.disposition import AuditDraft, Decision
from gateway.store.states import State
from gateway.store.store import Store
from gateway.store.writer import GROUP_MAX
from tests.support.databases import ask, locked
from tests.support.stores import MASTER, NOON, PARENTS, RAW, House, all_of, delivered, disposition, held

LEADER = "t.leider@school.example"


class Commits:
    """Counts the transactions that reach the state database."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        event.listen(store._writing, "commit", self)

    def __call__(self, _connection: object) -> None:
        self.count += 1


async def test_all_that_waits_is_one_transaction_and_one_flush(store: Store, monkeypatch: pytest.MonkeyPatch):
    await store.commit(disposition())  # there are keys now
    commits = Commits(store)
    gate = await hold_the_thread(store)
    waiting = asyncio.gather(*(store.commit(disposition()) for _ in range(50)))
    await let_run()
    gate.set()
    done = await waiting
    assert len({one.reference for one in done}) == 50
    # The one that held the thread, and all fifty.
    assert commits.count == 2


async def hold_the_thread(store: Store) -> threading.Event:
    """Keep the writer busy until the event is set, so that others queue up behind."""
    gate, reached = threading.Event(), threading.Event()

    def wait(_connection: object) -> None:
        reached.set()
        gate.wait(10)

    asyncio.get_running_loop().create_task(store._writer.run(wait))
    await asyncio.to_thread(reached.wait, 10)
    return gate


async def let_run() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_no_transaction_grows_without_bound(store: Store):
    commits = Commits(store)
    gate = await hold_the_thread(store)
    waiting = asyncio.gather(*(store.audit(AuditDraft("a", "b")) for _ in range(GROUP_MAX + 5)))
    await let_run()
    gate.set()
    await waiting
    assert commits.count == 3


async def test_one_that_fails_does_not_spoil_the_others(store: Store):
    """Same reference twice: the database refuses one of fifty."""
    twin = disposition(1)
    gate = await hold_the_thread(store)
    others = [disposition() for _ in range(20)]
    waiting = asyncio.create_task(
        all_of(
            store.commit(twin),
            *(store.commit(d) for d in others),
            store.commit(disposition(2, reference=twin.reference)),
            store.decide("R-none", Decision.RELEASE, by=LEADER, reason="", now=NOON),
            store.audit(AuditDraft("a", "after")),
        )
    )
    await let_run()
    gate.set()
    outcomes = await waiting
    assert isinstance(outcomes[-3], StoreUnavailable)
    assert isinstance(outcomes[-2], UnknownReference)
    assert outcomes[-1] is None
    for d in (twin, *others):
        assert await store.read_message(d.reference) == RAW
    assert [line.act for line in await store.audit_rows()] == ["after"]


async def test_a_mistake_of_our_own_hits_its_caller_only(store: Store):
    def mistake(_connection: object) -> None:
        raise ZeroDivisionError

    bad, good = await all_of(store._writer.run(mistake), store.commit(disposition()))
    assert isinstance(bad, ZeroDivisionError)
    assert good.state is State.FIXED


async def test_a_locked_database_is_unavailable_after_the_wait_and_works_again(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    with house.opened() as store:
        d = disposition()
        with locked(house.state):
            with pytest.raises(StoreUnavailable):
                await store.commit(d)
            assert isinstance((await all_of(store.put_policy("x", LEADER)))[0], StoreUnavailable)
        await store.commit(d)
        assert await store.read_message(d.reference) == RAW


def test_the_wait_for_the_lock_is_three_seconds():
    """architecture.md section 4: then the client hears 451."""
    assert engines.BUSY_SECONDS == 3.0


async def test_a_fault_outside_the_database_is_unavailable_and_the_thread_lives_on(file_store: Store):
    await file_store.commit(disposition())
    turn = file_store._turn._file
    spare = os.dup(turn)
    os.close(turn)  # a lock that the system does not give
    with pytest.raises(StoreUnavailable):
        async with asyncio.timeout(5):
            await file_store.commit(disposition())
    os.dup2(spare, turn)
    os.close(spare)
    async with asyncio.timeout(5):
        await file_store.commit(disposition())


async def test_a_full_database_is_unavailable_and_nothing_is_half_written(file_store: Store, file_house: House):
    await file_store.commit(disposition())

    def fill(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    await file_store._writer.run(fill)
    with pytest.raises(StoreUnavailable):
        await file_store.commit(disposition(message=os.urandom(200_000)))
    database = file_house.state
    assert ask(database, "SELECT count(*) FROM message") == ask(database, 'SELECT count(*) FROM "case"') == [(1,)]
    # The connection that met the full disk was dropped; the next one starts afresh.
    await file_store.commit(disposition())


async def test_a_failing_key_database_refuses_new_mail_and_loses_none(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    with house.opened() as store:
        with locked(house.keys), pytest.raises(StoreUnavailable):
            await store.commit(disposition())
        await store.commit(disposition())


async def test_reading_a_broken_database_is_unavailable(file_house: House):
    with file_house.opened() as file_store:
        await file_store.commit(disposition())
        await file_store.checkpoint()
        (file_house.folder / "state.db").write_bytes(b"not a database" * 1000)
        with pytest.raises(StoreUnavailable):
            await file_store.settings()
    with pytest.raises(StoreUnavailable):
        file_house.open()


def test_without_a_schema_or_a_folder_the_store_does_not_open(file_house: House):
    nowhere = House(file_house.folder / "no" / "where")
    with pytest.raises(StoreUnavailable):
        Store.open(nowhere.url, nowhere.keys_url, MASTER, file_house.clock, file_house.folder, "w")


async def test_a_client_that_hangs_up_during_the_commit_changes_nothing(store: Store):
    """Trap 2 of the listener: cancelling the await leaves the disposition wholly written, and the retry is recognised."""
    await store.commit(disposition())
    gate = await hold_the_thread(store)
    waiting = asyncio.create_task(store.commit(disposition(7)))
    await let_run()
    waiting.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = await store.commit(disposition(7))
    assert again.repeated
    assert len(await store.archive_rows()) == 2


def test_a_loop_that_was_closed_meanwhile_does_not_stop_the_writer(house: House):
    with house.opened() as store:
        gate: list[threading.Event] = []

        async def leave() -> None:
            gate.append(await hold_the_thread(store))

        asyncio.run(leave())
        gate[0].set()
        d = disposition()
        asyncio.run(store.commit(d))
        assert asyncio.run(store.read_message(d.reference)) == RAW


def test_closing_writes_what_waits_and_then_refuses(house: House):
    d = disposition()

    async def last_words() -> None:
        store = house.open()
        await store.commit(disposition())
        gate = await hold_the_thread(store)
        waiting = asyncio.create_task(store.commit(d))
        await let_run()
        gate.set()
        store.close()
        await waiting
        with pytest.raises(StoreUnavailable):
            await store.commit(disposition())

    asyncio.run(last_words())
    with house.opened() as store:
        assert asyncio.run(store.read_message(d.reference)) == RAW


async def test_under_the_disk_floor_new_mail_is_refused_by_name(house: House):
    with house.opened() as store:
        store.check_disk()
    with house.opened(disk_floor_bytes=1 << 60) as store, pytest.raises(DiskLow):
        store.check_disk()


async def test_the_log_is_folded_into_the_database(
    file_store: Store, file_house: House, monkeypatch: pytest.MonkeyPatch
):
    log = file_house.folder / "state.db-wal"
    for _ in range(20):
        await file_store.commit(disposition())
    long = log.stat().st_size
    await file_store.checkpoint()
    assert log.stat().st_size == long  # a short log is folded beside the writers and used again
    monkeypatch.setattr(sqlite, "WAL_BYTES_MAX", 1000)
    await file_store.checkpoint()
    assert log.stat().st_size == 0
    assert len(await file_store.archive_rows()) == 20


async def test_no_connection_of_ours_folds_the_log_by_itself(file_store: Store, file_house: House):
    """SQLite's own default is to fold at a thousand pages, in the middle of somebody's 250."""
    for _ in range(30):
        await file_store.commit(disposition(message=os.urandom(200_000)))
    assert (file_house.folder / "state.db-wal").stat().st_size > 4096 * 1000
    assert (file_house.folder / "state.db").stat().st_size < 4096 * 100


async def test_every_write_waits_for_the_disk(file_store: Store):
    def ask_pragma(connection: object) -> tuple:
        names = ("synchronous", "journal_mode", "wal_autocheckpoint", "secure_delete")
        return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)

    assert await file_store._writer.run(ask_pragma) == (2, "wal", 0, 1)
    assert stores.READERS >= 2


async def test_readers_cannot_write(store: Store):
    from sqlalchemy import text

    with pytest.raises(StoreUnavailable):
        await store._read(lambda connection: connection.execute(text("DELETE FROM message")))


async def test_a_reading_sees_one_moment(store: Store, house: House):
    """A case read while another process settles it is the case before or after, never half of each."""
    from sqlalchemy import text

    d = disposition()
    (job,) = (await store.commit(d)).jobs
    started, go_on = threading.Event(), threading.Event()

    def read_twice(connection: object) -> list:
        query = text('SELECT state FROM "case"')
        seen = [connection.scalar(query)]
        started.set()
        go_on.wait(10)
        return [*seen, connection.scalar(query)]

    reading = asyncio.create_task(store._read(read_twice))
    await asyncio.to_thread(started.wait, 10)
    await store.settle(job.id, delivered(*PARENTS))
    go_on.set()
    assert await reading == ["fixed", "fixed"]
    assert (await store.case(d.reference)).state is State.DELIVERED


async def test_leases_survive_the_death_of_their_process(house: House):
    with house.opened() as store:
        await store.commit(held())
        (job,) = (await store.commit(disposition())).jobs
    with house.opened("worker-2") as store:
        again = await store.lease("worker-2", 10, NOON + timedelta(minutes=2))
        assert job.id in {one.id for one in again}


async def test_a_database_that_fails_in_the_second_round_fails_everybody(store: Store):
    """The first round is undone for one operation's sake; in the second the database itself gives up."""
    rounds: list[str] = []

    def refused(_connection: object) -> None:
        rounds.append("refused")
        raise IntegrityError("", None, Exception())

    def breaks(_connection: object) -> None:
        rounds.append("breaks")
        raise OperationalError("", None, Exception())

    gate = await hold_the_thread(store)
    waiting = asyncio.gather(store._writer.run(refused), store._writer.run(breaks), return_exceptions=True)
    await let_run()
    gate.set()
    assert [type(outcome) for outcome in await waiting] == [StoreUnavailable, StoreUnavailable]
    assert rounds == ["refused", "refused", "breaks"]
    assert (await store.commit(disposition())).jobs, "the next transaction has a connection of its own"


async def test_a_database_that_can_t_be_opened_again_is_said_each_time(store: Store):
    class Gone:
        def connect(self) -> None:
            raise OperationalError("", None, Exception())

    def breaks(_connection: object) -> None:
        raise OperationalError("", None, Exception())

    writer = store._writer
    engine, writer._engine = writer._engine, Gone()  # type: ignore[assignment]
    for act in (breaks, lambda _: None, lambda _: None):
        with pytest.raises(StoreUnavailable):
            await writer.run(act)
    writer._engine = engine
    await writer.run(lambda _: None)


async def test_a_commit_that_the_database_refuses_was_not_done(file_house: House):
    """SQLite says no at COMMIT itself: a row that points at nothing, looked at only then."""

    def strict(connection: object, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    def dangling(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("INSERT INTO link VALUES (x'00', 999, 'fix', 1, NULL, NULL)")

    with file_house.opened() as store:
        event.listen(store._writing, "connect", strict)
        await asyncio.to_thread(store._writing.dispose)
        with pytest.raises(StoreUnavailable):  # on the connection it had, the mistake below would not be seen
            await store._writer.run(lambda connection: connection.exec_driver_sql("no SQL"))
        with pytest.raises(StoreUnavailable):
            await store._writer.run(dangling)
        assert ask(file_house.state, "SELECT count(*) FROM link") == [(0,)]
        await store.commit(disposition())


async def test_a_message_nobody_has_is_said(store: Store):
    with pytest.raises(UnknownReference):
        await store.read_message("NOWHERE")
    with pytest.raises(UnknownReference):
        await store.read_by_name("nobody")

"""The one thread that writes.

Promises: everything that waits when the thread is free becomes one transaction and one flush; a future is resolved
only after the commit returned. One operation that fails does not spoil the others: the transaction is done again
with each operation behind a savepoint of its own. The event loop never waits for the disk.
Fails: StoreUnavailable for every operation of a transaction the database could not do; otherwise the operation's own
exception, for it alone. A connection that breaks during COMMIT is the one case in which StoreUnavailable may be said of
what was written after all: only if the database can't be asked soon after.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from gateway.errors import StoreUnavailable
from gateway.store.engine import available, kind

I_contra = TypeVar("I_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")

# A transaction takes no more than this: it bounds how long another process waits for the lock.
GROUP_MAX = 128
# After a transaction the writer rests as long as it worked, this much at most: a lone message waits for nobody, but
# under load more of them share a flush, and what a flush costs is paid less often. Measured: docs/performance.md.
REST_SECONDS_MAX = 0.005
# What nobody waits for (what became of a delivery) waits this long for company.
PATIENCE_SECONDS = 0.02
# How often a transaction is tried that the database itself says may succeed when tried again.
TRIES_MAX = 3
# What the database refuses of one operation, for what is in it.
REFUSED = (IntegrityError, DataError)


class Group(Protocol[I_contra, R_co]):
    """An operation that is written for many items in few statements. Results in the order of the items."""

    def __call__(self, connection: Connection, items: Sequence[I_contra], /) -> Sequence[R_co]: ...


@dataclass(slots=True)
class _Waiting:
    """One operation and whoever waits for it."""

    group: Group[Any, Any]
    item: Any
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    patient: bool = False
    outcome: Any = None
    error: BaseException | None = None


class _UndecidedError(Exception):
    """Nobody can say whether a transaction was committed: it must not be done again."""

    def __str__(self) -> str:
        return "the connection broke during COMMIT and did not come back in time"


class _Each(Generic[R]):
    """Wraps a plain function as a group: done one after the other."""

    def __call__(self, connection: Connection, items: Sequence[Callable[[Connection], R]]) -> Sequence[R]:
        return [act(connection) for act in items]


EACH: _Each[Any] = _Each()


class Writer:
    """Owns the writing connection.

    `before` runs ahead of each transaction (it makes keys); `turn` is held for the length of one.
    """

    def __init__(
        self,
        engine: Engine,
        before: Callable[[], None],
        name: str,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._engine = engine
        self._kind = kind(engine.url)
        self._before = before
        self._turn = turn
        self._connection: Connection | None = None
        self._inbox: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"store-writer-{name}", daemon=True)
        self._closed = False
        self._rested = 0.0
        self._connect()
        self._thread.start()

    async def group(self, group: Group[Any, R], item: object, *, patient: bool = False) -> R:
        """Have `item` written with all others of its group; a `patient` one may wait for company."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(group, item, loop.create_future(), loop, patient)
        self._inbox.put(waiting)
        result: R = await waiting.future
        return result

    async def run(self, act: Callable[[Connection], R]) -> R:
        """Have one function done inside the next transaction. It may be called twice: the first time undone."""
        return await self.group(EACH, act)

    def close(self) -> None:
        """Write what is waiting, then stop."""
        self._closed = True
        self._inbox.put(None)
        self._thread.join()

    # the thread

    def _run(self) -> None:
        going = True
        while going:
            batch: list[_Waiting] = []
            going = self._gather(batch)
            if batch:
                began = time.monotonic()
                self._write(batch)
                _resolve(batch)
                ended = time.monotonic()
                self._rested = ended + min(ended - began, REST_SECONDS_MAX)
        self._disconnect()

    def _gather(self, batch: list[_Waiting]) -> bool:
        """Take what there is for the next transaction, once it is time for one; False at the end."""
        patience = time.monotonic() + PATIENCE_SECONDS
        hurry = False
        while not hurry:
            try:
                item = self._inbox.get(timeout=max(0.0, patience - time.monotonic()) if batch else None)
            except queue.Empty:
                break
            if item is None:
                return False
            if not batch:
                patience = time.monotonic() + PATIENCE_SECONDS
            batch.append(item)
            hurry = not item.patient or len(batch) == GROUP_MAX
        rest = self._rested - time.monotonic()
        if rest > 0 and not self._closed:
            time.sleep(rest)
        while len(batch) < GROUP_MAX:
            try:
                item = self._inbox.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return False
            batch.append(item)
        return True

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            self._before()
            self._persist(batch)
        except Exception as exc:  # noqa: BLE001 - whatever it was, the thread lives on: without it nothing is ever written
            self._disconnect()
            said = str(exc) if isinstance(exc, _UndecidedError) else f"nothing was written: {type(exc).__name__}"
            for waiting in batch:
                waiting.error = StoreUnavailable(said)
                waiting.error.__cause__ = exc

    def _persist(self, batch: list[_Waiting]) -> None:
        """Try until it is written; what broke or lost against another process before COMMIT was undone wholly."""
        for tries in range(1, TRIES_MAX + 1):
            try:
                self._attempt(batch)
            except SQLAlchemyError as exc:
                if tries == TRIES_MAX or not self._kind.transient(exc):
                    raise
                self._disconnect()
            else:
                return

    def _attempt(self, batch: list[_Waiting]) -> None:
        try:
            self._transact(batch, _all_at_once)
        except REFUSED:
            self._transact(batch, _one_by_one)
        except (SQLAlchemyError, _UndecidedError):
            raise
        except Exception:  # noqa: BLE001 - whatever it was, the second round tells whose it is
            self._transact(batch, _one_by_one)

    def _transact(self, batch: list[_Waiting], work: Callable[[Connection, list[_Waiting]], None]) -> None:
        for waiting in batch:
            waiting.error = None
        connection = self._connect()
        with self._turn():
            transaction = connection.begin()
            try:
                work(connection, batch)
                proof = self._kind.proof(connection)
            except BaseException:
                with suppress(SQLAlchemyError):  # the connection may be what broke: then the database undoes it itself
                    transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as exc:
                self._doubt(proof, exc)

    def _doubt(self, proof: str, exc: DBAPIError) -> None:
        """COMMIT got no answer: it may have been done all the same, and then nobody is to hear otherwise."""
        self._disconnect()
        try:
            done = self._kind.happened(self._engine, proof)
        except SQLAlchemyError as unknown:
            raise _UndecidedError from unknown
        if not done:
            raise exc

    def _connect(self) -> Connection:
        if self._connection is None:
            with available():
                self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        """Drop the connection: after a failure of the disk nobody knows what it still believes."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _all_at_once(connection: Connection, batch: list[_Waiting]) -> None:
    groups: dict[int, list[_Waiting]] = {}
    for waiting in batch:
        groups.setdefault(id(waiting.group), []).append(waiting)
    for members in groups.values():
        outcomes = members[0].group(connection, [waiting.item for waiting in members])
        for waiting, outcome in zip(members, outcomes, strict=True):
            waiting.outcome = outcome


def _one_by_one(connection: Connection, batch: list[_Waiting]) -> None:
    for waiting in batch:
        savepoint = connection.begin_nested()
        try:
            (waiting.outcome,) = waiting.group(connection, [waiting.item])
        except REFUSED as exc:
            savepoint.rollback()
            waiting.error = StoreUnavailable("the database refused this operation")
            waiting.error.__cause__ = exc
        except SQLAlchemyError:
            raise
        except Exception as exc:  # noqa: BLE001 - it belongs to the one who asked, not to the others
            savepoint.rollback()
            waiting.error = exc
        else:
            savepoint.commit()


def _resolve(batch: list[_Waiting]) -> None:
    """Wake each event loop once for all its futures."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in batch:
        loops.setdefault(waiting.loop, []).append(waiting)
    for loop, members in loops.items():
        try:
            loop.call_soon_threadsafe(_deliver, members)
        except RuntimeError:  # the loop was closed: nobody waits any more, and what is written stays written
            continue


def _deliver(members: list[_Waiting]) -> None:
    for waiting in members:
        if waiting.future.done():  # cancelled: the client hung up
            continue
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.outcome)

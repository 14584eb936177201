"""The store as everything above it sees it: one object per process, opened after fork.

Promises: a coroutine that writes returns only after the commit is on the disk; one that reads sees what was committed
before it was called. The event loop never waits for the disk: writing has its one thread, reading a small pool.
Cancelling a waiting `commit` does not undo it.
Fails: the StoreError tree of `gateway.errors`; StoreUnavailable always means that nothing of the operation was written.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select

from gateway import logs
from gateway.clock import Clock, instant, micros
from gateway.config.tables import DISK_FLOOR_BYTES
from gateway.crypto import MasterKey
from gateway.errors import AlreadyDecided, Damaged, DiskLow, Erased
from gateway.store import links
from gateway.store.audit import Chains
from gateway.store.blobs import Blobs, BlobWriter
from gateway.store.cases import Cases
from gateway.store.chain import ChainRow
from gateway.store.commit import CommitGroup
from gateway.store.disposition import (
    AuditDraft,
    Committed,
    Decided,
    Decision,
    Disposition,
    HoldDraft,
    Job,
    JobDraft,
    LinkDraft,
    Result,
    Siblings,
)
from gateway.store.engine import Address, available, checkpoint, reading_engine, turn, writing_engine
from gateway.store.holds import DecisionDraft, Holds
from gateway.store.intake import Intake
from gateway.store.keys import Keys
from gateway.store.outbox import IS_OPEN, Outbox, SettleGroup, Settlement
from gateway.store.pen import Pen
from gateway.store.registers import Registers
from gateway.store.schema import outbox
from gateway.store.seals import House
from gateway.store.statements import Statements
from gateway.store.sweeps import Sweeper
from gateway.store.views import (
    ArchiveRow,
    AuditRow,
    CaseView,
    Changes,
    Copies,
    HoldView,
    LinkView,
    PolicyVersion,
    RegisterEntry,
    Snapshot,
    Swept,
)
from gateway.store.writer import Writer

T = TypeVar("T")

READERS = 3
DISK_SECONDS = 0.1


class Store:
    """All state of the gateway. Make it with `Store.open`; the schema is there after `migrate`."""

    @classmethod
    def open(  # noqa: PLR0917 - what a store is made of, in the order of the configuration
        cls,
        url: Address,
        keys_url: Address,
        master: MasterKey,
        clock: Clock,
        state_dir: Path,
        worker_name: str,
        *,
        disk_floor_bytes: int = DISK_FLOOR_BYTES,
    ) -> Store:
        """Open the databases and start the writer. Fails with StoreUnavailable if the schema is not there."""
        house = House(master)
        keys = Keys(keys_url, house.sealer("messages"), clock, readers=READERS + 1)
        return cls(url, keys, house, clock, state_dir, worker_name, disk_floor_bytes)

    def __init__(  # noqa: PLR0917 - only `open` calls it
        self,
        url: Address,
        keys: Keys,
        house: House,
        clock: Clock,
        state_dir: Path,
        owner: str,
        disk_floor_bytes: int,
    ) -> None:
        self._clock = clock
        self._house = house
        self._keys = keys
        self._state_dir = state_dir
        self._disk_floor = disk_floor_bytes
        self._owner = owner
        self._disk_checked = float("-inf")
        self._disk_low = False  # said once, until there is room again
        self._writing = writing_engine(url)
        self._reading = reading_engine(url, threads=READERS)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix=f"store-{owner}")
        statements = Statements(self._writing.dialect)
        self._blobs = Blobs(state_dir / "blobs")
        self._commits = CommitGroup(statements, house, keys, owner)
        self._settles = SettleGroup(statements, keys)
        self._outbox = Outbox(statements, house, keys, owner)
        self._holds = Holds(statements, house, keys, owner)
        self._pen = Pen(statements, house, keys, owner, self._outbox)
        self._registers = Registers(statements, house, owner)
        self._chains = Chains(statements, house, keys, owner)
        self._sweeper = Sweeper(statements, house, keys, self._blobs, owner)
        self._cases = Cases(house, keys, self._blobs)
        self._turn = turn(url)
        self._writer = Writer(self._writing, self._make_keys, owner, self._turn.taken)
        self._intake = Intake(keys, house, self._blobs, clock, self._threads, self._writer)

    def close(self) -> None:
        """Write what is waiting, then close everything."""
        self._writer.close()
        self._threads.shutdown()
        self._reading.dispose()
        self._writing.dispose()
        self._keys.close()
        self._turn.close()

    # taking mail

    async def commit(self, disposition: Disposition) -> Committed | Siblings:
        """Write a disposition, together with all others of this moment. When this returns, 250 may be said.

        Siblings: nothing was written, because it was judged without copies that are there: see `copies`.
        """
        return await self._writer.group(self._commits, await self._intake.prepared(disposition))

    def new_blob(self) -> BlobWriter:
        """Begin a message that may be too large for a row, while it comes in."""
        return self._intake.new_blob()

    def _make_keys(self) -> None:
        if self._keys.low:
            self._keys.refill()

    def check_disk(self) -> None:
        """Raise DiskLow under the floor. Asks at most every DISK_SECONDS: the floor leaves room for those."""
        now = self._clock.monotonic()
        if now < self._disk_checked + DISK_SECONDS:
            return
        space = os.statvfs(self._state_dir)
        free = space.f_bavail * space.f_frsize
        if free < self._disk_floor:
            if not self._disk_low:
                logs.disk_low(free_bytes=free, floor_bytes=self._disk_floor)
            self._disk_low = True
            raise DiskLow("less free space than the floor")
        self._disk_checked, self._disk_low = now, False

    # the outbox

    async def lease(self, owner: str, limit: int, now: datetime) -> list[Job]:
        """Take up to `limit` jobs that are due; they are `owner`'s until the lease ends."""
        return await self._writer.run(lambda connection: self._outbox.lease(connection, owner, limit, now))

    async def renew(self, job_ids: Sequence[int], owner: str, now: datetime) -> None:
        """Keep leased jobs a while longer."""
        await self._writer.run(lambda connection: self._outbox.renew(connection, job_ids, owner, now))

    async def settle(self, job_id: int, results: Sequence[Result], next_attempt: datetime | None = None) -> None:
        """Enter what became of an attempt. Recipients still waiting are tried again at `next_attempt`.

        No results: the job is put back untried.
        """
        settlement = Settlement(job_id, tuple(results), next_attempt, self._clock.now())
        await self._writer.group(self._settles, settlement, patient=True)

    async def settle_and_report(
        self, job: Job, results: Sequence[Result], again: datetime | None, reports: Sequence[JobDraft], *, late: bool
    ) -> tuple[Job, ...]:
        """Settle and add the reports in one transaction: each is made once, whatever crashes in between."""
        settlement = Settlement(job.id, tuple(results), again, self._clock.now(), late)

        def act(connection: Connection) -> tuple[Job, ...]:
            (news,) = self._settles(connection, [settlement])
            return self._outbox.add(connection, job.reference, reports, settlement.now) if news else ()

        return await self._writer.run(act)

    async def release_leases(self, owner: str) -> None:
        """Give back all of `owner`'s jobs: at shutdown, and at start for what a crash left."""
        await self._writer.run(lambda connection: self._outbox.release(connection, owner))

    async def outbox_size(self) -> int:
        """Return how many jobs are not settled yet."""
        query = select(func.count()).select_from(outbox).where(IS_OPEN)
        return await self._read(lambda connection: connection.scalar(query) or 0)

    async def next_due(self) -> datetime | None:
        """Return when the next job is due, leased ones at the end of their lease."""
        value = await self._read(lambda connection: connection.scalar(select(func.min(outbox.c.due_at)).where(IS_OPEN)))
        return None if value is None else instant(value)

    # cases and holds

    async def read_message(self, reference: str) -> bytes:
        """Return the bytes of a case's message as received."""
        return await self._read(lambda connection: self._cases.message(connection, reference))

    async def read_by_name(self, message_name: str) -> bytes:
        """Return the bytes a job sends, before its edits."""
        return await self._read(lambda connection: self._cases.by_name(connection, message_name))

    async def case(self, reference: str) -> CaseView:
        return await self._read(lambda connection: self._cases.case(connection, reference))

    async def copies(self, reference: str) -> Copies:
        """Show what a further copy of a case's message must be judged together with."""
        now = micros(self._clock.now())
        return await self._read(lambda connection: self._cases.copies(connection, reference, now))

    async def ask(self, question: Callable[[Connection, House, Keys], T]) -> T:
        """Let a question of another module read what it must."""
        return await self._read(lambda connection: question(connection, self._house, self._keys))

    async def act(self, deed: Callable[[Connection, Pen], T]) -> T:
        """Let a deed of another module write in one transaction, outbox rows and audit lines with it."""
        return await self._writer.run(lambda connection: deed(connection, self._pen))

    async def list_holds(self, *, approver: str | None = None, person: str | None = None) -> tuple[HoldView, ...]:
        """List open holds: all, those of a role, those on one person's desk. The most urgent first."""
        return await self._read(lambda connection: self._cases.open_holds(connection, approver, person))

    async def decide(
        self,
        reference: str,
        decision: Decision,
        *,
        by: str,
        reason: str,
        now: datetime,
        jobs: Sequence[JobDraft] = (),
        link: bytes | None = None,
        hold: HoldDraft | None = None,
        not_before: datetime | None = None,
        leased: bool = False,
        fresh_links: Sequence[LinkDraft] = (),
        seen: tuple[int, str | None] | None = None,
    ) -> Decided:
        """Decide a case in one transaction. Exactly one of two deciders wins; the other gets AlreadyDecided.

        Message jobs in `jobs` replace what the first copy had parked; notices are added. `link` is used up with it.
        """
        draft = DecisionDraft(
            reference, decision, by, reason, now, tuple(jobs), link, hold, not_before, leased, tuple(fresh_links), seen
        )
        return await self._writer.run(lambda connection: self._holds(connection, draft))

    async def expire_holds(self, now: datetime, notice: Callable[[CaseView], Sequence[JobDraft]]) -> tuple[str, ...]:
        """Send back every hold whose time is over, each with the notice made for it. Returns their references.

        One that can't be opened is left, and said each time: it must not keep the others waiting.
        """
        expired = []
        for reference in await self._read(lambda connection: self._cases.overdue(connection, micros(now))):
            try:
                jobs = notice(await self.case(reference))
                await self.decide(reference, Decision.EXPIRE, by="system", reason="", now=now, jobs=jobs)
            except AlreadyDecided:
                continue
            except (Damaged, Erased) as error:
                logs.fault("holds", error)
                continue
            expired.append(reference)
        return tuple(expired)

    # links

    async def peek_link(self, token_digest: bytes) -> LinkView:
        """Look at a link without using it."""
        return await self._read(lambda connection: links.peek(connection, token_digest))

    # policy, directory, settings

    async def put_policy(self, text: str, author: str) -> PolicyVersion:
        now = self._clock.now()
        return await self._writer.run(lambda connection: self._registers.put_policy(connection, text, author, now))

    async def active_policy(self) -> PolicyVersion | None:
        return await self._read(self._registers.active_policy)

    async def policy_versions(self) -> tuple[PolicyVersion, ...]:
        return await self._read(self._registers.policies)

    async def put_snapshot(self, blob: bytes, counts: Mapping[str, int], author: str) -> Snapshot:
        now = self._clock.now()
        return await self._writer.run(
            lambda connection: self._registers.put_snapshot(connection, blob, counts, author, now)
        )

    async def active_snapshot(self) -> Snapshot | None:
        return await self._read(self._registers.active_snapshot)

    async def snapshots(self) -> tuple[Snapshot, ...]:
        return await self._read(self._registers.snapshots)

    async def put_setting(self, key: str, value: str, author: str) -> None:
        now = self._clock.now()
        await self._writer.run(lambda connection: self._registers.put_setting(connection, key, value, author, now))

    async def settings(self) -> Mapping[str, str]:
        return await self._read(self._registers.settings)

    async def put_entry(self, entry: RegisterEntry, act: str) -> None:
        """Write an entry of the register of consents or grounds."""
        now = self._clock.now()
        await self._writer.run(lambda connection: self._registers.put_entry(connection, entry, act, now))

    async def entries(self) -> tuple[RegisterEntry, ...]:
        """Give everything in the registers of consents and grounds."""
        return await self._read(self._registers.entries)

    async def changes(self) -> Changes:
        """Tell what is in force: one cheap query, for asking every second."""
        return await self._read(self._registers.changes)

    # the chains

    async def audit(self, *drafts: AuditDraft, reference: str | None = None) -> None:
        """Add lines to the audit chain."""
        now = self._clock.now()
        await self._writer.run(lambda connection: self._chains.append(connection, drafts, reference, now))

    async def audit_rows(
        self, reference: str | None = None, *, after: int = 0, limit: int = 500
    ) -> tuple[AuditRow, ...]:
        return await self._read(lambda connection: self._chains.audit_rows(connection, reference, after, limit))

    async def audit_chain(self, *, after: int = 0, limit: int = 1000) -> list[ChainRow]:
        return await self._read(lambda connection: self._chains.audit_chain(connection, after, limit))

    async def archive_rows(
        self, reference: str | None = None, *, after: int = 0, limit: int = 500
    ) -> tuple[ArchiveRow, ...]:
        return await self._read(lambda connection: self._chains.archive_rows(connection, reference, after, limit))

    async def archive_chain(self, *, after: int = 0, limit: int = 1000) -> list[ChainRow]:
        return await self._read(lambda connection: self._chains.archive_chain(connection, after, limit))

    # the office's work

    async def sweep(self, now: datetime) -> Swept:
        """Remove what may go. To be run every few minutes, by one process."""
        removed = await self._writer.run(lambda connection: self._sweeper.remove_bytes(connection, now))
        erased = await self._writer.run(lambda connection: self._sweeper.erase_due(connection, now))
        await self._writer.run(lambda connection: self._sweeper.forget_contacts_and_links(connection, now))
        blobs = await self._writer.run(lambda connection: self._sweeper.orphan_files(connection, now))
        keys = await self._writer.run(lambda connection: self._sweeper.orphan_keys(connection, now))
        return Swept(removed, erased, blobs, keys)

    async def erase(self, reference: str, by: str, reason: str) -> None:
        """Erase a closed case now: its key, bytes, personal columns and index rows."""
        now = self._clock.now()
        await self._writer.run(lambda connection: self._sweeper.erase(connection, reference, by, reason, now))

    async def checkpoint(self) -> None:
        """Fold the write-ahead logs into the databases. The only place that does."""
        await self._thread(lambda: checkpoint(self._reading))
        await self._thread(self._keys.checkpoint)

    # threads

    async def _thread(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, act)

    async def _read(self, act: Callable[[Connection], T]) -> T:
        def read() -> T:
            with available(), self._reading.connect() as connection:
                return act(connection)

        return await self._thread(read)

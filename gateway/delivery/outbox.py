"""The outbox: tries at once what was just accepted, again what could not be delivered, and reports what never will be.

Promises: a job is in one process's hands at a time (its lease, renewed while it is sent); every attempt is entered per
recipient; a refusal for good becomes one report to the sender, written in the transaction that settles the job, so
that no crash swallows or repeats it. While the mail server is down one probe goes out now and then; everything else
waits, and that is no attempt. The give-up age counts all the same.
Fails: never as a whole; a fault at one job is logged, and the job is tried again later, or given up like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from gateway import logs, metrics
from gateway.clock import Clock
from gateway.delivery.attempt import GIVE_UP, Office, given_up, late, next_attempt, opened
from gateway.delivery.bounces import draft, is_delay, told
from gateway.delivery.smarthost import Mail, Smarthost
from gateway.delivery.wire import MustNotLeave
from gateway.errors import Damaged, Erased, SmarthostError, StoreError, StoreUnavailable
from gateway.store.disposition import Job, JobDraft, JobKind, Result, Status
from gateway.store.store import Store

T = TypeVar("T")
POLL_SECONDS = 0.5
# Leases last two minutes; a dialogue may last longer.
RENEW_SECONDS = 40.0
LEASED_AT_ONCE = 64
# Two minutes: as long as the lease lasts nobody else tries.
ENTER_TRIES = 240
# A connection does not wait for the flush that settles what it just sent: another sender uses it meanwhile.
SENDERS_PER_CONNECTION = 3
DOWN_SECONDS_MIN = 2.0
DOWN_SECONDS_MAX = 60.0


@dataclass(slots=True)
class Outbox:
    """One per process. `owner` names its leases."""

    store: Store
    smarthost: Smarthost
    office: Office
    clock: Clock
    owner: str
    _queue: asyncio.Queue[tuple[Job, bytes | None]] = field(default_factory=asyncio.Queue)
    _active: set[int] = field(default_factory=set)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _draining: bool = False
    _down_until: float = 0.0
    _down_seconds: float = 0.0
    _probing: bool = False

    def offer(self, job: Job, raw: bytes | None = None) -> None:
        """Send a job this process holds the lease of, as soon as a connection is free."""
        self._active.add(job.id)
        self._queue.put_nowait((job, raw))

    async def run(self) -> None:
        """Send, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(SENDERS_PER_CONNECTION * self.smarthost.max_connections):
                tasks.create_task(self._send_all(), name=f"sender {number}")
            tasks.create_task(self._lease_all(), name="leases")
            tasks.create_task(self._renew_all(), name="renewals")

    async def drain(self) -> None:
        """Finish what is in hand, then give the leases back."""
        self._draining = True
        if self._active:
            self._idle.clear()
            await self._idle.wait()
        await self.store.release_leases(self.owner)
        self.smarthost.close()

    async def _lease_all(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if self._draining or self._queue.qsize() >= LEASED_AT_ONCE or self._is_down():
                continue
            try:
                due = await self.store.next_due()
                if due is None or due > self.clock.now():
                    continue
                # After the server was down one job goes ahead; the others would only be put back.
                limit = 1 if self._down_seconds else LEASED_AT_ONCE
                for job in await self.store.lease(self.owner, limit, self.clock.now()):
                    if job.id not in self._active:  # ours, and not renewed in time: it is still in hand
                        self.offer(job)
            except StoreError as error:
                logs.store_unavailable(error)

    async def _renew_all(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if self._active:
                try:
                    await self.store.renew(tuple(self._active), self.owner, self.clock.now())
                except StoreError as error:
                    logs.store_unavailable(error)

    async def _send_all(self) -> None:
        while True:
            job, raw = await self._queue.get()
            try:
                await self._attempt(job, raw)
            except Exception as error:  # noqa: BLE001 - one job must not stop the others; its lease passes on
                self._fault(error)
            finally:
                self._active.discard(job.id)
                if not self._active:
                    self._idle.set()

    def _is_down(self) -> bool:
        return self.clock.monotonic() < self._down_until or self._probing

    async def _attempt(self, job: Job, raw: bytes | None) -> None:
        started = self.clock.monotonic()
        if self._is_down():
            await self._put_back(job, started)
            return
        # From here to its answer this job is the probe, if the server was down: the others see that at once.
        self._probing = probe = self._down_seconds > 0
        try:
            results = await self._send(job, raw)
        except SmarthostError as error:
            self._went_down(type(error).__name__)
            await self._put_back(job, started)
            return
        finally:
            if probe:
                self._probing = False
        await self._settle(job, results)
        self._tell(job, results, started)

    async def _send(self, job: Job, raw: bytes | None) -> list[Result]:
        try:
            mail = await self._mail(job, raw)
        except StoreUnavailable:
            raise
        except MustNotLeave:
            return [
                Result(rcpt, Status.FAILED, 554, "5.6.0 The message can't be sent as it is") for rcpt in job.rcpt_to
            ]
        except Exception as error:  # noqa: BLE001 - whatever it is will be so again: it counts as an attempt
            self._fault(error)
            return _deferred(job, "4.3.0 fault of our own")
        results = await self.smarthost.send(mail)
        if self._down_seconds and any(result.code for result in results):
            self._down_seconds = self._down_until = 0.0
            logs.smarthost_up()
        return results

    async def _mail(self, job: Job, raw: bytes | None) -> Mail:
        if raw is None and job.kind not in {JobKind.NOTICE, JobKind.ASK}:
            try:
                raw = await self.store.read_by_name(job.message_name)
            except Erased:
                if job.kind is JobKind.MESSAGE:
                    raise
        make, at = self.office.mail, self.clock.now()
        if self.office.signs:
            return await asyncio.to_thread(make, job, raw or b"", at)
        return make(job, raw or b"", at)

    def _went_down(self, kind: str) -> None:
        """Wait longer than the last time; what was under way together counts once."""
        if self._is_down() and not self._probing:
            return
        if not self._down_seconds:
            logs.smarthost_down(kind)
        self._down_seconds = min(max(2 * self._down_seconds, DOWN_SECONDS_MIN), DOWN_SECONDS_MAX)
        self._down_until = self.clock.monotonic() + self._down_seconds

    async def _put_back(self, job: Job, started: float) -> None:
        """Let a job wait until the mail server is there again; past its give-up age it waits no longer."""
        now = self.clock.now()
        if next_attempt(job, now) is None:
            results = _deferred(job, "the mail server is down")
            await self._settle(job, results)
        else:
            results = []
            await self.store.settle(job.id, (), now + timedelta(seconds=self._down_seconds))
        self._tell(job, results or _deferred(job, ""), started, "unavailable")

    async def _settle(self, job: Job, results: list[Result]) -> None:
        now = self.clock.now()
        again = None
        if any(result.status is Status.WAITING for result in results):
            again = next_attempt(job, now)
            if again is None:
                results[:] = given_up(results)
        told_late = again is not None and late(job, now, self.office.late_after)
        reports = await self._reports(job, results, told_late=told_late)
        if not reports:
            await self._entered(lambda: self.store.settle(job.id, results, again))
            return
        settle = partial(self.store.settle_and_report, job, results, again, reports, late=told_late)
        for one in await self._entered(settle):
            self.offer(one)
            logs.bounce_queued(reference=job.reference, recipients=told(one), delayed=is_delay(one))

    async def _reports(self, job: Job, results: list[Result], *, told_late: bool) -> list[JobDraft]:
        """What the sender is told. Nothing for a case that doesn't open: what was delivered is entered all the same."""
        failed = [result for result in results if result.status is Status.FAILED]
        waiting = [result for result in results if result.status is Status.WAITING] if told_late else []
        if not failed + waiting or job.kind is not JobKind.MESSAGE:
            return []
        try:
            case = await self._entered(lambda: self.store.case(job.reference))
        except (Damaged, Erased) as error:
            self._fault(error)
            return []
        say = partial(draft, job, identity=case.identity, subject=case.subject)
        drafts = (say(failed), say(waiting, until=opened(job) + GIVE_UP))
        return [one for one in drafts if one is not None]

    @staticmethod
    async def _entered(act: Callable[[], Awaitable[T]]) -> T:
        """Do it, again while the database is away: what was heard and is not entered is sent a second time."""
        for _ in range(ENTER_TRIES):
            try:
                return await act()
            except StoreUnavailable as error:
                logs.store_unavailable(error)
                await asyncio.sleep(POLL_SECONDS)
        return await act()

    def _tell(self, job: Job, results: list[Result], started: float, code: str = "") -> None:
        seconds = self.clock.monotonic() - started
        counts = {status: sum(result.status is status for result in results) for status in Status}
        metrics.dialogue(job.kind.value, code or _summary(counts, len(results)), seconds)
        delay = (self.clock.now() - job.created_at).total_seconds()
        for status, name in ((Status.DELIVERED, "delivered"), (Status.WAITING, "deferred"), (Status.FAILED, "failed")):
            if counts[status]:
                metrics.recipients(job.kind.value, name, counts[status], delay if name == "delivered" else None)
        logs.job_settled(
            reference=job.reference,
            job=job.id,
            kind=job.kind.value,
            attempt=job.attempts + 1,
            delivered=counts[Status.DELIVERED],
            deferred=counts[Status.WAITING],
            failed=counts[Status.FAILED],
            code=max((result.code for result in results), default=0),
            seconds=seconds,
        )

    @staticmethod
    def _fault(error: Exception) -> None:
        logs.fault("outbox", error)
        metrics.fault("outbox")


def _deferred(job: Job, why: str) -> list[Result]:
    return [Result(rcpt, Status.WAITING, 0, why) for rcpt in job.rcpt_to]


def _summary(counts: dict[Status, int], total: int) -> str:
    if counts[Status.DELIVERED] == total:
        return "accepted"
    if counts[Status.DELIVERED]:
        return "partly"
    return "refused" if counts[Status.FAILED] else "deferred"

"""Two workers on one store, and whoever stands behind them: copies of a message are handed to either, in any order.

The store is a parameter: whatever opens two of them on one database can stand here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from gateway.clock import FixedClock
from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Signer
from gateway.delivery.notices import Letterhead
from gateway.delivery.outbox import Outbox
from gateway.delivery.smarthost import Smarthost
from gateway.directory import school_beside
from gateway.pipeline.accept import Pipeline
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.received import Outcome, Peer, Received
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import Job, JobKind, Result, Status
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules.message import Envelope
from tests.support.counter import DAAN, LINK_KEY
from tests.support.school import SCHOOL

T = TypeVar("T")
NAME = "postwacht.zilverberg.example"
WINDOW = timedelta(seconds=10)
# What each way out writes anew, and each way in: not part of what readers see of a message.
TRACE = (b"received:", b"x-postwacht-", b"x-trace:")


@dataclass(frozen=True)
class Sent:
    """One recipient's copy as it went out, without trace lines."""

    reference: str
    kind: JobKind
    rcpt: str
    raw: bytes
    params: dict[str, str]


@dataclass
class Twins:
    """Opened by `opened`; everything runs on a loop of its own, so that Hypothesis may drive it."""

    clock: FixedClock
    stores: tuple[Store, Store]
    window: timedelta = WINDOW
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    pipelines: list[Pipeline] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    @classmethod
    def opened(cls, clock: FixedClock, open_store: Callable[[str], Store]) -> Twins:
        self = cls(clock, (open_store("worker-1"), open_store("worker-2")))
        rulings = Rulings(self.stores[0], school_beside(SCHOOL), b"r" * 32)
        self.run(rulings.load())
        head = Letterhead("Zilverberg", "info@zilverberg.example", "http://127.0.0.1", "nl", NAME)
        self.office = Office(NAME, head, Signer("s", {}), b"loop" * 8)
        for number, store in enumerate(self.stores, 1):
            smarthost = Smarthost("127.0.0.1", 1, "none", None, "", "", 1, NAME)
            outbox = Outbox(store, smarthost, self.office, clock, f"worker-{number}")
            self.pipelines.append(Pipeline(store, outbox, rulings, Disposer(b"d" * 32, LINK_KEY), clock))
        self.decider = Decider(self.stores[0], rulings, clock)
        return self

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(act)

    def close(self) -> None:
        for store in self.stores:
            store.close()
        self.loop.close()

    def received(self, raw: bytes, *rcpt_to: str, login: str | None = DAAN, mail_from: str = DAAN) -> Received:
        return Received(
            listener="relay",
            peer=Peer("192.0.2.25", "exchange.test", tls=True, login=login),
            envelope=Envelope(mail_from, rcpt_to),
            raw=raw,
            at=self.clock.now(),
            window=self.window,
        )

    def hand_in(self, *copies: tuple[int, Received]) -> list[Outcome]:
        """Hand in copies at the same moment, each to one of the two workers."""

        async def all_at_once() -> list[Outcome]:
            return await asyncio.gather(*(self.pipelines[worker].accept(received) for worker, received in copies))

        return self.run(all_at_once())

    def deliver(self, worker: int, results: Callable[[Job], list[Result]] | None = None) -> list[Job]:
        """Send what this worker may send now: from memory, and what is due."""
        return self.run(self._deliver(worker, results or taken))

    async def _deliver(self, worker: int, results: Callable[[Job], list[Result]]) -> list[Job]:
        store, queue = self.stores[worker], self.pipelines[worker].outbox._queue
        jobs = []
        while not queue.empty():
            jobs.append(queue.get_nowait()[0])
        while due := await store.lease(f"worker-{worker + 1}", 10, self.clock.now()):
            jobs += due
        for job in jobs:
            raw = b"" if job.kind is JobKind.NOTICE else await store.read_by_name(job.message_name)
            mail = self.office.mail(job, raw, self.clock.now())
            said = results(job)
            whole = readable(b"".join(mail.buffers))
            self.sent += [
                Sent(job.reference, job.kind, one.rcpt, whole, dict(job.params))
                for one in said
                if one.status is Status.DELIVERED
            ]
            await store.settle(job.id, said)
        return jobs

    def case(self, reference: str) -> CaseView:
        return self.run(self.stores[1].case(reference))

    def sent_of(self, reference: str, kind: JobKind) -> list[Sent]:
        return [one for one in self.sent if (one.reference, one.kind) == (reference, kind)]


def taken(job: Job) -> list[Result]:
    return [Result(rcpt, Status.DELIVERED, 250, "2.0.0 taken") for rcpt in job.rcpt_to]


def readable(raw: bytes) -> bytes:
    """The message without trace lines: what must be the same for everybody."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and lines:
            lines[-1] += b"\r\n" + line
        else:
            lines.append(line)
    kept = [line for line in lines if not line.lower().startswith(TRACE)]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body

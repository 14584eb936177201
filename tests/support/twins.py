"""Two workers on one store, and whoever stands behind them: copies of a message are handed to either, in any order.

The store is a parameter (`House`), and whether the second worker is a process of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from gateway.clock import FixedClock
from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Signer
from gateway.delivery.notices import Letterhead
from gateway.delivery.outbox import Outbox
from gateway.delivery.smarthost import Smarthost
from gateway.directory import import_directory, school_beside
from gateway.pipeline.accept import Pipeline
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.received import Outcome, Peer, Received
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import Job, JobKind, Result, Status
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules.message import Envelope
from tests.support.counter import DAAN, LINK_KEY, SHIPPED
from tests.support.school import SCHOOL
from tests.support.stores import House

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
class Worker:
    """One process's worth of pipeline and outbox; what it sends is remembered."""

    name: str
    clock: FixedClock
    store: Store
    rulings: Rulings
    pipeline: Pipeline
    office: Office

    @classmethod
    def made(cls, name: str, clock: FixedClock, store: Store) -> Worker:
        rulings = Rulings(store, school_beside(SCHOOL), b"r" * 32)
        head = Letterhead("Zilverberg", "info@zilverberg.example", "http://127.0.0.1", "nl", NAME)
        office = Office(NAME, head, Signer(), b"loop" * 8)
        smarthost = Smarthost("127.0.0.1", 1, "none", None, "", "", 1, NAME)
        outbox = Outbox(store, smarthost, office, clock, name)
        pipeline = Pipeline(store, outbox, rulings, Disposer(b"d" * 32, LINK_KEY), clock)
        return cls(name, clock, store, rulings, pipeline, office)

    async def accept(self, received: list[Received]) -> list[Outcome]:
        return await asyncio.gather(*(self.pipeline.accept(one) for one in received))

    async def deliver(self, results: Callable[[Job], list[Result]]) -> tuple[list[Job], list[Sent]]:
        """Send what this worker may send now: from memory, and what is due."""
        queue = self.pipeline.outbox._queue
        jobs = []
        while not queue.empty():
            jobs.append(queue.get_nowait()[0])
        while due := await self.store.lease(self.name, 10, self.clock.now()):
            jobs += due
        sent = []
        for job in jobs:
            raw = b"" if job.kind in {JobKind.NOTICE, JobKind.ASK} else await self.store.read_by_name(job.message_name)
            mail = self.office.mail(job, raw, self.clock.now())
            said = results(job)
            whole = readable(b"".join(mail.buffers))
            sent += [
                Sent(job.reference, job.kind, one.rcpt, whole, dict(job.params))
                for one in said
                if one.status is Status.DELIVERED
            ]
            await self.store.settle(job.id, said)
        return jobs, sent


class Here:
    """A worker in this process."""

    def __init__(self, worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
        self.worker = worker
        self._loop = loop
        self._asked: Coroutine[Any, Any, Any] | None = None

    def ask(self, what: str, argument: Any) -> None:
        self._asked = getattr(self.worker, what)(argument)

    def answer(self) -> Any:
        assert self._asked is not None
        return self._loop.run_until_complete(self._asked)

    def close(self) -> None:
        self.worker.store.close()


class Elsewhere:
    """A worker in a process of its own, asked through a pipe; asked and not yet answered it works beside us."""

    def __init__(self, house: House, name: str) -> None:
        self._clock = house.clock
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_work, args=(other, house, name), daemon=True)
        self._process.start()
        self.answer()

    def ask(self, what: str, argument: Any) -> None:
        self._pipe.send((self._clock.at, self._clock.seconds, what, argument))

    def answer(self) -> Any:
        assert self._pipe.poll(60), "the other process does not answer"
        return self._pipe.recv()

    def close(self) -> None:
        self._pipe.send(None)
        self._process.join(20)
        assert self._process.exitcode == 0


def _work(pipe: Any, house: House, name: str) -> None:
    loop = asyncio.new_event_loop()
    worker = Worker.made(name, house.clock, house.open(name))
    loop.run_until_complete(worker.rulings.load())
    pipe.send("ready")
    while (asked := pipe.recv()) is not None:
        house.clock.at, house.clock.seconds, what, argument = asked
        pipe.send(loop.run_until_complete(getattr(worker, what)(argument)))
    worker.store.close()
    loop.close()


@dataclass(eq=False)
class Twins:
    """Both workers, and a loop of their own, so that Hypothesis may drive it."""

    house: House
    apart: bool = False
    window: timedelta = WINDOW
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = self.house.clock
        first, *others = ["worker-1"] if self.apart else ["worker-1", "worker-2"]
        self.workers = [Worker.made(name, self.clock, self.house.open(name)) for name in (first, *others)]
        self.run(self.fill())
        self.asked: list[Here | Elsewhere] = [Here(worker, self.loop) for worker in self.workers]
        if self.apart:
            self.asked.append(Elsewhere(self.house, "worker-2"))
        self.decider = Decider(self.store, self.workers[0].rulings, self.clock)

    async def fill(self) -> None:
        await self.store.put_policy(SHIPPED, "test")
        await self.store.put_snapshot(directory(), {}, "test")
        for worker in self.workers:
            await worker.rulings.load()

    @property
    def store(self) -> Store:
        return self.workers[0].store

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(act)

    def close(self) -> None:
        for one in self.asked:
            one.close()
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
        asked = {worker: [received for one, received in copies if one == worker] for worker, _ in copies}
        if not self.apart:  # on one loop: at the same moment only if they are gathered there
            return self.run(self._all_at_once(copies))
        for worker in sorted(asked, reverse=True):  # the other process first: it works while we do
            self.asked[worker].ask("accept", asked[worker])
        said = {worker: iter(self.asked[worker].answer()) for worker in sorted(asked)}
        return [next(said[worker]) for worker, _ in copies]

    async def _all_at_once(self, copies: tuple[tuple[int, Received], ...]) -> list[Outcome]:
        return await asyncio.gather(*(self.workers[worker].pipeline.accept(one) for worker, one in copies))

    def deliver(self, worker: int, results: Callable[[Job], list[Result]] | None = None) -> list[Job]:
        """Send what this worker may send now."""
        self.asked[worker].ask("deliver", results or taken)
        jobs, sent = self.asked[worker].answer()
        self.sent += sent
        return jobs

    def case(self, reference: str) -> CaseView:
        return self.run(self.store.case(reference))

    def sent_of(self, reference: str, kind: JobKind) -> list[Sent]:
        return [one for one in self.sent if (one.reference, one.kind) == (reference, kind)]


@cache
def directory() -> bytes:
    """The demo's school, as the store keeps it."""
    return import_directory([SCHOOL]).blob


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

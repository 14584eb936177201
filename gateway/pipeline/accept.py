"""The path of one message, from its last byte to the answer. Read this first.

Promises: the commit is the last thing awaited before an answer that says the message is ours; a fault of our own before
that is an answer that says "later"; nothing half-done is kept. Ten seconds at most.
Fails: never; whatever happens becomes an Outcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar, TypeVarTuple
from weakref import WeakValueDictionary

from gateway import logs, metrics
from gateway.clock import Clock
from gateway.delivery.outbox import Outbox
from gateway.errors import DiskLow, StoreUnavailable
from gateway.extraction.pool import Extracts
from gateway.pipeline.authorise import may_send, may_use
from gateway.pipeline.copies import judge_together
from gateway.pipeline.dispose import WIRE, Disposer
from gateway.pipeline.facts import gather
from gateway.pipeline.received import Answer, Outcome, Received
from gateway.pipeline.ruling import Ruling, Rulings
from gateway.pipeline.thread import asks, with_history
from gateway.store.disposition import Committed, Siblings
from gateway.store.states import State
from gateway.store.store import Store
from rules.case import Case, Facts
from rules.explain import block_sentence
from rules.message import Envelope, Message, parse
from rules.verdict import Action, Verdict, refused

# RFC 1047: a client that waits long for the reply gives up and sends again. Past this we say "later" ourselves.
ACCEPT_SECONDS = 10.0
# Judging more than this may take long enough to keep others waiting: some text is read at 200 KB a second.
INLINE_BYTES_MAX = 128 * 1024
LARGE_AT_ONCE = 2
Args = TypeVarTuple("Args")
Result = TypeVar("Result")


async def unread(_: Message) -> Extracts:
    """Attachments are not looked into: for benches that judge headers and texts alone."""
    return Extracts()


@dataclass(frozen=True, slots=True)
class Judged:
    """One transaction, read and judged; no verdict where the account may not write in this name."""

    message: Message
    facts: Facts
    extracts: Extracts
    verdict: Verdict | None


@dataclass(slots=True)
class Pipeline:
    """Accepts messages. Holds only what was built once at start."""

    store: Store
    outbox: Outbox
    rulings: Rulings
    disposer: Disposer
    clock: Clock
    extract: Callable[[Message], Awaitable[Extracts]] = unread
    # Of its own: no password and no signature waits behind a message that is slow to read.
    threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(LARGE_AT_ONCE, "judge"))
    # Of many copies at once only one can be the next; each of the others would be judged in vain, and time out.
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def may_send_as(self, login: str | None, mail_from: str) -> bool:
        """Whether this account may put that address in MAIL FROM."""
        ruling = self.rulings.current
        return may_use(ruling.roster, login, mail_from, ruling.here(self.clock.now()).date())

    async def refuse(self, received: Received) -> Outcome:
        """Keep as evidence what no client may send: bare CR, bare LF, NUL."""
        return await self._answered(received, self._refuse)

    async def accept(self, received: Received) -> Outcome:
        """Judge, keep, answer."""
        return await self._answered(received, self._accept)

    async def _answered(self, received: Received, act: Callable[[Received, float], Awaitable[Outcome]]) -> Outcome:
        """Make an answer of whatever happens, in time."""
        started = self.clock.monotonic()
        try:
            async with asyncio.timeout(ACCEPT_SECONDS):
                outcome = await act(received, started)
        except DiskLow:
            outcome = Outcome(Answer.DISK_LOW)
        except StoreUnavailable as error:
            logs.store_unavailable(error)
            outcome = Outcome(Answer.TRY_LATER)
        except TimeoutError:
            outcome = Outcome(Answer.TRY_LATER)
        except Exception as error:  # noqa: BLE001 - ours, whatever it was: the client tries again
            logs.fault("pipeline", error)
            metrics.fault("pipeline")
            outcome = Outcome(Answer.TRY_LATER)
        seconds = self.clock.monotonic() - started
        metrics.answered(received.listener, outcome.answer.value, seconds)
        if not outcome.reference:
            logs.message_refused(
                listener=received.listener,
                answer=outcome.answer.value,
                recipients=len(received.envelope.rcpt_to),
                size_bytes=len(received.raw),
                seconds=seconds,
            )
        return outcome

    async def _accept(self, received: Received, started: float) -> Outcome:
        self.store.check_disk()
        ruling = self.rulings.current
        alone = await self._judged(ruling, received)
        verdict = alone.verdict
        if verdict is None:
            return Outcome(Answer.NOT_YOURS)
        judged = self.clock.monotonic()
        disposition = self.disposer.dispose(ruling, received, alone.message, alone.facts, verdict)
        committed = await self.store.commit(disposition)
        if isinstance(committed, Siblings):
            async with self._turns.setdefault(committed.reference, asyncio.Lock()):
                committed, verdict = await self._joined(ruling, received, alone, verdict, committed)
        for job in committed.jobs:
            self.outbox.offer(job, received.raw)
        metrics.judged(received.listener, verdict, judged - started)
        metrics.committed(self.clock.monotonic() - judged)
        tell(received, verdict, committed, self.clock.monotonic() - started)
        return answer(committed, verdict)

    async def _judged(self, ruling: Ruling, received: Received) -> Judged:
        """Read, look into attachments, judge."""
        size = len(received.raw)
        message, facts, allowed = await self._beside(size, read, ruling, received)
        if not allowed:
            return Judged(message, facts, Extracts(), None)
        extracts = await self.extract(message)
        verdict = await self._beside(size, judge_one, ruling, message, (received.envelope,), facts, extracts)
        if asks(verdict, message):
            facts = await with_history(self.store, ruling.roster, message, facts, verdict.together)
            verdict = await self._beside(size, judge_one, ruling, message, (received.envelope,), facts, extracts)
        return Judged(message, facts, extracts, verdict)

    async def _beside(self, size: int, work: Callable[[*Args], Result], *args: *Args) -> Result:
        """Do it here; for a large message beside the loop: whatever is in it, everybody else is answered meanwhile."""
        if size <= INLINE_BYTES_MAX:
            return work(*args)
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *args)

    async def _joined(
        self, ruling: Ruling, received: Received, alone: Judged, verdict: Verdict, found: Committed | Siblings
    ) -> tuple[Committed, Verdict]:
        """Judge the message with its copies until none came in between; ACCEPT_SECONDS bound it."""

        async def judging(raw: bytes, envelopes: tuple[Envelope, ...]) -> Verdict:
            # Copies differ in headers that servers write, never in their body: what was read of it holds for all.
            return await self._beside(len(raw), judge_copies, ruling, raw, envelopes, alone.facts, alone.extracts)

        said = verdict
        while isinstance(found, Siblings):
            together = None
            received = replace(received, blob=found.blob or received.blob)
            if found.reference:
                together = await judge_together(self.store, found.reference, received.raw, received.envelope, judging)
            said = verdict if together is None else together.verdict
            disposition = self.disposer.dispose(ruling, received, alone.message, alone.facts, said, together)
            found = await self.store.commit(disposition)
        return found, said

    async def _refuse(self, received: Received, started: float) -> Outcome:
        self.store.check_disk()
        ruling = self.rulings.current
        message = parse(received.raw)
        facts = gather(ruling, received, message)
        committed = await self.store.commit(self.disposer.evidence(ruling, received, message, facts))
        assert isinstance(committed, Committed), "evidence has no Message-ID, and joins nothing"
        tell(received, refused(WIRE), committed, self.clock.monotonic() - started)
        return Outcome(Answer.MALFORMED, committed.reference)


def read(ruling: Ruling, received: Received) -> tuple[Message, Facts, bool]:
    """Read; the last says whether the account may write in this name."""
    message = parse(received.raw)
    facts = gather(ruling, received, message)
    return message, facts, may_send(ruling.roster, received, message, facts.now.date())


def judge_one(
    ruling: Ruling, message: Message, envelopes: tuple[Envelope, ...], facts: Facts, extracts: Extracts
) -> Verdict:
    """Judge a message with what its attachments say."""
    return ruling.judge.judge(Case(message, envelopes, extracts.texts, extracts.unread), facts)


def judge_copies(
    ruling: Ruling, raw: bytes, envelopes: tuple[Envelope, ...], facts: Facts, extracts: Extracts
) -> Verdict:
    """Judge one copy's bytes under the envelopes of all."""
    return judge_one(ruling, parse(raw), envelopes, facts, extracts)


def tell(received: Received, verdict: Verdict, committed: Committed, seconds: float) -> None:
    """Write the canonical line of a message."""
    logs.message_judged(
        reference=committed.reference,
        listener=received.listener,
        action=verdict.action.name.lower(),
        approver=verdict.approver.label if verdict.approver is not None else None,
        state=committed.state.value,
        clauses=[finding.clause or finding.rule for finding in verdict.findings],
        recipients=len(received.envelope.rcpt_to),
        size_bytes=len(received.raw),
        external=verdict.external,
        repeated=committed.repeated,
        seconds=seconds,
    )


def answer(committed: Committed, verdict: Verdict) -> Outcome:
    """What the client hears; a retry hears what the first one heard (RFC 1047)."""
    blocked = committed.first_action == Action.BLOCK if committed.repeated else committed.state is State.BLOCKED
    if blocked:
        clause, sentence = block_sentence(verdict)
        return Outcome(Answer.BLOCKED, committed.reference, clause, sentence)
    held = committed.first_action >= Action.HOLD
    return Outcome(Answer.HELD if held else Answer.ACCEPTED, committed.reference)

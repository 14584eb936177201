"""The sender's decisions over the store and the pipeline: what stands behind `/m/TOKEN`.

Promises: only a token that we signed, that the store knows and that is not expired tells anything; after its act, or
after anybody's decision, it tells where the message stands and nothing of what was found. Evidence is masked.
Fails: the store's errors, other than those that say "no" or "already".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from gateway import links
from gateway.clock import Clock
from gateway.errors import AlreadyDecided, Erased, LinkRefused, UnknownReference
from gateway.pipeline.mending import Mends, Offer, offer
from gateway.store.disposition import Decided, Decision, FindingRow, JobKind
from gateway.store.states import State
from gateway.store.views import CaseView, LinkView
from gateway.web.decisions import Done, SenderCase, Standing
from rules.message import parse
from rules.verdict import APPROVERS, Action, Finding

STANDINGS: Final[Mapping[State, Standing]] = {
    State.HELD: Standing.HELD,
    State.PENDING: Standing.HELD,
    State.WAITING: Standing.SENT,
    State.RETURNED: Standing.RETURNED,
    State.WITHDRAWN: Standing.WITHDRAWN,
    State.EXPIRED: Standing.EXPIRED,
    State.BLOCKED: Standing.BLOCKED,
}


# What waits to go out with a notice may be taken back by its link.
UNDOABLE: Final = frozenset({State.WAITING, State.RELEASED, State.FIXED})


class Deciding(Protocol):
    """What is used of `gateway.pipeline.release.Decider`."""

    async def by_link(self, digest: bytes, decision: Decision, reason: str) -> Decided: ...

    async def mend_by_link(self, digest: bytes, reason: str, wanted: Mends) -> Decided: ...


class Cases(Protocol):
    """What is used of `gateway.store.store.Store`."""

    async def peek_link(self, token_digest: bytes) -> LinkView: ...

    async def case(self, reference: str) -> CaseView: ...

    async def read_message(self, reference: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """`Decisions` as the pages use them. `key` is the one derived for links."""

    decider: Deciding
    store: Cases
    key: bytes
    clock: Clock

    async def look(self, token: str) -> SenderCase | None:
        if not self._genuine(token):
            return None
        try:
            seen = await self.store.peek_link(links.digest(token))
            case = await self.store.case(seen.reference)
        except (LinkRefused, UnknownReference, Erased):
            return None
        standing = STANDINGS.get(case.state, Standing.SENT)
        if seen.used or case.state not in {State.HELD, *UNDOABLE}:
            return SenderCase(case.reference, standing, case.approver or "")
        if case.state in UNDOABLE:
            return self._undoable(case, seen.acts)
        # A copy that came later may have made it somebody else's to decide.
        acts = tuple(act for act in seen.acts if act != "confirm" or case.approver == "self")
        return SenderCase(
            reference=case.reference,
            standing=standing,
            approver=case.approver or "admin",
            acts=acts,
            recipients=len({rcpt for envelope in case.envelopes for rcpt in envelope.rcpt_to}),
            received_at=case.created_at,
            expires_at=min((hold.expires_at for hold in case.holds if hold.decision is None), default=None),
            findings=reasons(case.findings),
            offer=await self._offer(case) if "confirm" in acts else None,
        )

    async def _offer(self, case: CaseView) -> Offer | None:
        try:
            return offer(case, parse(await self.store.read_message(case.reference)))
        except (UnknownReference, Erased):
            return None

    def _undoable(self, case: CaseView, acts: tuple[str, ...]) -> SenderCase:
        """What may still be taken back, or has gone."""
        ends = max((job.due_at for job in case.jobs if job.kind is JobKind.MESSAGE), default=case.created_at)
        if ends <= self.clock.now() or "withdraw" not in acts:
            return SenderCase(case.reference, Standing.SENT, case.approver or "")
        return SenderCase(
            reference=case.reference,
            standing=Standing.WAITING,
            approver="",
            acts=("withdraw",),
            recipients=len({rcpt for envelope in case.envelopes for rcpt in envelope.rcpt_to}),
            received_at=case.created_at,
            expires_at=ends,
            findings=tuple(masked(row) for row in case.findings if row.action > Action.PASS),
        )

    async def confirm(self, token: str, reason: str) -> Done | None:
        return await self._decide(token, Decision.CONFIRM, reason)

    async def withdraw(self, token: str, reason: str) -> Done | None:
        return await self._decide(token, Decision.WITHDRAW, reason)

    async def mend(self, token: str, reason: str, wanted: Mends) -> Done | None:
        return await self._decide(token, Decision.FIX, reason, wanted)

    async def _decide(self, token: str, decision: Decision, reason: str, wanted: Mends | None = None) -> Done | None:
        if not self._genuine(token):
            return None
        try:
            if wanted is not None:
                decided = await self.decider.mend_by_link(links.digest(token), reason, wanted)
            else:
                decided = await self.decider.by_link(links.digest(token), decision, reason)
        except AlreadyDecided as error:
            return Done(STANDINGS.get(State(error.state), Standing.SENT), repeated=True)
        except LinkRefused as error:
            if error.reason != "used":
                return None
            seen = await self.look(token)
            return None if seen is None else Done(seen.standing, repeated=True)
        except (UnknownReference, Erased):
            return None
        return Done(STANDINGS.get(decided.state, Standing.SENT))

    def _genuine(self, token: str) -> bool:
        """Without the key nobody reaches the database with a guess."""
        link = links.verify(self.key, token)
        return link is not None and not link.expired(self.clock.now())


def reasons(rows: tuple[FindingRow, ...]) -> tuple[Finding, ...]:
    """The findings for which a message is held, in their order, without what was matched."""
    return tuple(masked(row) for row in rows if row.action >= Action.HOLD)


def masked(row: FindingRow) -> Finding:
    """A stored finding as `rules` explains it."""
    return Finding(
        clause=row.clause,
        rule=row.rule,
        action=Action(row.action),
        approver=APPROVERS[row.approver] if row.approver is not None else None,
        would_be=None,
        kind=row.kind,
        confidence=row.confidence,
        part=row.part,
        evidence=row.evidence,
        clear="",
        why=row.why,
        params=row.params,
    )

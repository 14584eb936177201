"""Decisions about held messages: the sender's by link, an approver's by command, the clock's.

Promises: every decision is one transaction with its audit line, its archive record and its outbox rows, and exactly one
of two deciders wins. A release goes out through the same outbox as everything else. The sender hears the end of every
held message, whichever it is.
Fails: AlreadyDecided, LinkRefused, UnknownReference, NotTheApprover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.clock import Clock
from gateway.errors import PostwachtError
from gateway.pipeline import mails
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import Decided, Decision, HoldDraft, Job, JobDraft
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules.message import canonical_address


class NotTheApprover(PostwachtError):
    """Not a person who may decide about that message."""


@dataclass(slots=True)
class Decider:
    """Decides. `offer` hands opened jobs to this process's outbox, if it has one."""

    store: Store
    rulings: Rulings
    clock: Clock
    offer: Callable[[Job], None] | None = None

    async def by_link(self, digest: bytes, decision: Decision, reason: str) -> Decided:
        """The sender's own decision. The link is used up in the same transaction."""
        link = await self.store.peek_link(digest)
        case = await self.store.case(link.reference)
        return await self._decide(case, decision, by=case.identity, reason=reason, link=digest)

    async def by_person(self, reference: str, decision: Decision, by: str, reason: str, *, until: datetime) -> Decided:
        """An approver's decision by command line. `until`: when a block turned into a hold expires."""
        case = await self.store.case(reference)
        self._authorise(case, canonical_address(by))
        officer = next(iter(self.rulings.current.roster.privacy_officer_addresses()), None)
        hold = HoldDraft("privacy_officer", officer, until) if decision is Decision.UNBLOCK else None
        return await self._decide(case, decision, by=by, reason=reason, hold=hold)

    async def expire(self) -> tuple[str, ...]:
        """Send back what nobody decided about in time; returns the references."""
        return await self.store.expire_holds(self.clock.now(), lambda case: self._notice(case, Decision.EXPIRE, ""))

    async def _decide(
        self,
        case: CaseView,
        decision: Decision,
        *,
        by: str,
        reason: str,
        link: bytes | None = None,
        hold: HoldDraft | None = None,
    ) -> Decided:
        decided = await self.store.decide(
            case.reference,
            decision,
            by=by,
            reason=reason,
            now=self.clock.now(),
            jobs=self._notice(case, decision, reason),
            link=link,
            hold=hold,
            leased=self.offer is not None,
        )
        if self.offer is not None:
            for job in decided.jobs:
                self.offer(job)
        return decided

    def _notice(self, case: CaseView, decision: Decision, reason: str) -> Sequence[JobDraft]:
        return mails.for_decision(case, decision, reason)

    def _authorise(self, case: CaseView, by: str) -> None:
        """The person found for the hold, or an administrator or privacy officer; never the sender."""
        roster = self.rulings.current.roster
        if roster.identify(by) is None:
            raise NotTheApprover("only a member of staff can decide")
        own = roster.identify(case.identity)
        if own is not None and roster.same_person(by, own):
            raise NotTheApprover("nobody decides about an own message")
        named = {hold.approver_person for hold in case.holds if hold.decision is None}
        offices = (*roster.school.admins, *roster.privacy_officer_addresses())
        if by not in {canonical_address(address) for address in (*named, *offices) if address}:
            raise NotTheApprover("this message waits for somebody else")

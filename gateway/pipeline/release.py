"""Decisions about held messages: the sender's by link, an approver's by command, the clock's.

Promises: every decision is one transaction with its audit line, its archive record and its outbox rows, and exactly one
of two deciders wins. A release goes out through the same outbox as everything else. The sender hears the end of every
held message, whichever it is.
Fails: AlreadyDecided, CaseChanged, LinkRefused, UnknownReference, NotTheApprover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway import links, logs, metrics
from gateway.clock import Clock
from gateway.errors import PostwachtError
from gateway.pipeline import mails
from gateway.pipeline.approver import resolve, stand_ins
from gateway.pipeline.dispose import message_job
from gateway.pipeline.mending import Mends, mended
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import Decided, Decision, HoldDraft, Job, JobDraft, LinkDraft
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules.case import Case, Facts, Identity
from rules.message import Envelope, canonical_address, parse
from rules.verdict import APPROVERS, Approver, Delivery

# What a person may decide about somebody else's message; the rest is the sender's by link, or the clock's.
PERSONAL = frozenset({Decision.RELEASE, Decision.FIX, Decision.RETURN, Decision.BLOCK, Decision.UNBLOCK})


LETS_GO = frozenset({Decision.RELEASE, Decision.FIX})


class NotTheApprover(PostwachtError):
    """Not a person who may decide about that message."""


@dataclass(slots=True)
class Decider:
    """Decides. `offer` hands opened jobs to this process's outbox, if it has one."""

    store: Store
    rulings: Rulings
    clock: Clock
    offer: Callable[[Job], None] | None = None
    link_key: bytes = field(default=b"", repr=False)  # without it nothing released can be taken back

    async def by_link(self, digest: bytes, decision: Decision, reason: str) -> Decided:
        """The sender's own decision. The link is used up in the same transaction."""
        link = await self.store.peek_link(digest)
        case = await self.store.case(link.reference)
        return await self._decide(case, decision, by=case.identity, reason=reason, link=digest)

    async def by_person(self, reference: str, decision: Decision, by: str, reason: str, *, until: datetime) -> Decided:
        """An approver's decision by command line. `until`: when a block turned into a hold expires."""
        case = await self.store.case(reference)
        if decision is Decision.FIX:
            raise NotTheApprover("that is not an approver's to decide without saying what to change: see `mend`")
        self._authorise(case, decision, canonical_address(by))
        hold = await self._anew(case, until) if decision is Decision.UNBLOCK else None
        return await self._decide(case, decision, by=by, reason=reason, hold=hold)

    async def mend(self, reference: str, by: str, reason: str, wanted: Mends) -> Decided:
        """An approver's own repair, and its release. NothingMended if it can't be done."""
        case = await self.store.case(reference)
        self._authorise(case, Decision.FIX, canonical_address(by))
        return await self._decide(case, Decision.FIX, by=by, reason=reason, jobs=await self._mended(case, wanted))

    async def mend_by_link(self, digest: bytes, reason: str, wanted: Mends) -> Decided:
        """The sender's own repair of a message that waits for them, and its release."""
        link = await self.store.peek_link(digest)
        case = await self.store.case(link.reference)
        jobs = await self._mended(case, wanted)
        return await self._decide(case, Decision.FIX, by=case.identity, reason=reason, link=digest, jobs=jobs)

    async def _mended(self, case: CaseView, wanted: Mends) -> tuple[JobDraft, ...]:
        ruling = self.rulings.current
        message = parse(await self.store.read_message(case.reference))
        facts = Facts(now=ruling.here(self.clock.now()), identity=ruling.roster.identify(case.identity))
        mail_from = case.envelopes[0].mail_from if case.envelopes else ""
        return tuple(message_job(mail_from, one) for one in mended(ruling, case, message, facts, wanted))

    async def _anew(self, case: CaseView, until: datetime) -> HoldDraft:
        """A block becomes a hold for the privacy officer; what a release will send is judged by today's rules."""
        if any(row.rule == "wire" for row in case.findings):
            raise NotTheApprover("nobody can let go what no client may send")
        ruling = self.rulings.current
        message = parse(await self.store.read_message(case.reference))
        envelopes = tuple(Envelope(one.mail_from, one.rcpt_to) for one in case.envelopes)
        facts = Facts(now=ruling.here(self.clock.now()), identity=ruling.roster.identify(case.identity))
        mail_from = envelopes[0].mail_from
        deliveries = ruling.judge.deliveries(Case(message, envelopes), facts)
        jobs = tuple(message_job(mail_from, delivery) for delivery in without(deliveries, mails.served(case)))
        officer = resolve(ruling.roster, facts.identity, Approver.PRIVACY_OFFICER, facts.now.date())
        return HoldDraft(Approver.PRIVACY_OFFICER.label, officer or None, until, jobs)

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
        jobs: tuple[JobDraft, ...] = (),
    ) -> Decided:
        now = self.clock.now()
        undo = self._undo_until(case, decision, now)
        notice, fresh = self._told(case, decision, reason, undo)
        decided = await self.store.decide(
            case.reference,
            decision,
            by=by,
            reason=reason,
            now=now,
            jobs=(*jobs, *notice),
            link=link,
            hold=hold,
            leased=self.offer is not None,
            not_before=undo,
            fresh_links=fresh,
            # What lets a message go is decided about the copies that were looked at, by who must.
            seen=(len(case.envelopes), case.approver) if decision in LETS_GO else None,
        )
        logs.hold_decided(
            reference=case.reference, decision=decision.value, approver=case.approver or "privacy_officer"
        )
        metrics.decided(decision.value)
        if self.offer is not None:
            for job in decided.jobs:
                self.offer(job)
        return decided

    def _undo_until(self, case: CaseView, decision: Decision, now: datetime) -> datetime | None:
        """Until when the sender may take a released message back; None if not at all, or if nobody hears of it."""
        if decision is not Decision.RELEASE or not self.link_key or not self._notice(case, decision, ""):
            return None
        ruling = self.rulings.current
        identity = ruling.roster.identify(case.identity)
        clauses = {row.clause for row in case.findings if row.action}
        seconds = ruling.policy.undo.seconds(clauses, identity.roles if identity is not None else ())
        return now + timedelta(seconds=seconds) if seconds else None

    def _told(
        self, case: CaseView, decision: Decision, reason: str, undo: datetime | None
    ) -> tuple[Sequence[JobDraft], tuple[LinkDraft, ...]]:
        """The notice, and the link in it by which a released message is taken back."""
        if undo is None:
            return self._notice(case, decision, reason), ()
        token = links.sign(self.link_key, case.reference, links.Act.WITHDRAW, undo)
        at = f"{self.rulings.current.here(undo):%H:%M:%S}"
        link = LinkDraft(links.digest(token), ("withdraw",), undo)
        return mails.for_decision(case, decision, reason, token=token, undo=at), (link,)

    def _notice(self, case: CaseView, decision: Decision, reason: str) -> Sequence[JobDraft]:
        return mails.for_decision(case, decision, reason)

    def may_decide(self, case: CaseView, decision: Decision, by: str) -> bool:
        """Whether this person would be let decide so now."""
        try:
            self._authorise(case, decision, canonical_address(by))
        except NotTheApprover:
            return False
        return True

    def _gone(self, by: str) -> bool:
        """Whether everybody of that address has left the school."""
        ruling = self.rulings.current
        owners = ruling.roster.owners(by)
        return bool(owners) and all(one.left(ruling.here(self.clock.now()).date()) for one in owners)

    def concerns(self, case: CaseView, by: str) -> bool:
        """Whether a case lies on this person's desk: found for it, standing in, or of the office it waits for."""
        roster = self.rulings.current.roster
        known = roster.identify(canonical_address(by))
        own = roster.identify(case.identity)
        if self._gone(canonical_address(by)):
            return False
        if known is None or (own is not None and roster.same_person(known.address, own)):
            return known is None and canonical_address(by) in self._office(case)
        return not {canonical_address(by), known.address}.isdisjoint({*self._approvers(case, own), *self._office(case)})

    def _office(self, case: CaseView) -> frozenset[str]:
        """Everybody who holds the office a case waits for, or, where nobody was found, may decide in its place."""
        roster = self.rulings.current.roster
        approver = case.approver or (case.holds[-1].approver if case.holds else "")
        officers = map(canonical_address, roster.privacy_officer_addresses())
        admins = map(canonical_address, roster.school.admins)
        match approver:
            case "privacy_officer":
                return frozenset(officers)
            case "editors":
                return frozenset(map(canonical_address, roster.editor_addresses()))
            case "admin":
                return frozenset(admins)
        return frozenset() if any(True for _ in named(case)) else frozenset(admins)

    def _authorise(self, case: CaseView, decision: Decision, by: str) -> None:
        """The person found for the hold, or an administrator or privacy officer; never the sender."""
        roster = self.rulings.current.roster
        known = roster.identify(by)
        names = {by} if known is None else {by, known.address}  # an alias is its owner
        if self._gone(by):
            raise NotTheApprover("who has left the school decides nothing")
        offices = {canonical_address(one) for one in (*roster.school.admins, *roster.privacy_officer_addresses())}
        if known is None and by not in offices:  # an office may be held from outside the school
            raise NotTheApprover("only a member of staff can decide")
        own = roster.identify(case.identity)
        if by == case.identity or (own is not None and roster.same_person(by, own)):
            raise NotTheApprover("nobody decides about an own message")
        if decision not in PERSONAL:
            raise NotTheApprover("that is not an approver's to decide")
        if decision is Decision.UNBLOCK:
            officers = (*roster.privacy_officer_addresses(), resolve(roster, own, Approver.PRIVACY_OFFICER))
            if names.isdisjoint(map(canonical_address, officers)):
                raise NotTheApprover("only the privacy officer turns a block into a hold")
        elif names.isdisjoint({*offices, *self._approvers(case, own)}):
            raise NotTheApprover("this message waits for somebody else")
        elif (
            # An administrator is no reader: what its sender must confirm is not theirs to let go.
            decision in LETS_GO
            and case.approver == Approver.SELF.label
            and names.isdisjoint(map(canonical_address, roster.privacy_officer_addresses()))
        ):
            raise NotTheApprover("only its sender or the privacy officer lets this message go")

    def _approvers(self, case: CaseView, own: Identity | None) -> Iterator[str]:
        """Whoever was found for the hold, and who stands in for them."""
        ruling = self.rulings.current
        on = ruling.here(self.clock.now()).date()
        role = APPROVERS[case.approver] if case.approver else Approver.ADMIN
        for person in named(case):
            yield person
            yield from map(canonical_address, stand_ins(ruling.roster, own, role, person, on))


def without(deliveries: Iterable[Delivery], served: AbstractSet[str]) -> Iterator[Delivery]:
    """What is left to send when some of a case went out before it was blocked."""
    for delivery in deliveries:
        if left := tuple(rcpt for rcpt in delivery.rcpt_to if rcpt not in served):
            yield Delivery(left, delivery.edits)


def named(case: CaseView) -> Iterator[str]:
    """Whoever was found for the strictest hold: among several it decides alone (protocol.md, Actions)."""
    # Once all is decided whoever had to is told so by the store, and not that it was never theirs.
    holds = [hold for hold in case.holds if hold.decision is None] or list(case.holds)
    strictest = max((APPROVERS[hold.approver] for hold in holds), default=None)
    for hold in holds:
        if APPROVERS[hold.approver] is strictest and hold.approver_person:
            yield canonical_address(hold.approver_person)

"""What the review pages ask of the rest of the gateway: lists, cases, decisions, all of them audited.

Promises: who may see what of a case is decided here, once: `Sight`. A case is opened by whoever must decide about it,
or for a reason that is kept; an administrator sees that it exists. Every look at a message or at what was found in it
is a line in the audit chain before it is shown.
Fails: StoreError.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

from gateway.accounts.roles import Right
from gateway.clock import Clock
from gateway.errors import Erased, UnknownReference
from gateway.pipeline.deadline import expires_at
from gateway.pipeline.mending import Mends, Offer, offer
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import AuditDraft, Decided, Decision
from gateway.store.figures import Backwards, Figures, Recent
from gateway.store.queue import Page, Queue, Wanted
from gateway.store.states import State
from gateway.store.store import Store
from gateway.store.views import AuditRow, CaseView, HoldView
from gateway.web.gate import Visit
from rules.message import Message, canonical_address, parse
from rules.people import Audience, Roster

READING: Final = timedelta(minutes=30)
SIMILAR: Final = 5
AUDIT_PAGE: Final = 100
FIGURE_DAYS: Final = 14
FIGURES_SECONDS: Final = 60.0
# What a person may do to a case, by the state it is in.
CHOICES: Final = {State.HELD: (Decision.RELEASE, Decision.RETURN), State.BLOCKED: (Decision.UNBLOCK,)}


class Sight(IntEnum):
    """How much of a case somebody sees."""

    NOTHING = 0
    OUTLINE = 1  # that it is there, which clauses spoke, who must decide: nobody's words
    READING = 2  # everything, values masked
    DECIDING = 3  # the same, and the decision


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as somebody sees it."""

    case: CaseView
    sight: Sight
    choices: tuple[Decision, ...] = ()
    recipients: tuple[tuple[str, Audience], ...] = field(default=(), repr=False)
    history: tuple[AuditRow, ...] = field(default=(), repr=False)
    similar: tuple[HoldView, ...] = field(default=(), repr=False)
    offer: Offer | None = field(default=None, repr=False)


@dataclass(slots=True)
class Counted:
    """Figures, remembered for a while: counting two weeks of mail is not done at every look."""

    _kept: dict[int, tuple[float, Figures]] = field(default_factory=dict)

    async def of(self, store: Store, clock: Clock, days: int, zone: str) -> Figures:
        at, figures = self._kept.get(days, (0.0, None))
        if figures is None or clock.monotonic() - at >= FIGURES_SECONDS:
            figures = await store.ask(Recent(clock.now(), days, ZoneInfo(zone)))
            self._kept[days] = (clock.monotonic(), figures)
        return figures


@dataclass(frozen=True, slots=True)
class Review:
    """Stands on the store, the decider and the rules in force."""

    store: Store
    decider: Decider
    rulings: Rulings
    clock: Clock
    key: bytes = field(repr=False)
    counted: Counted = field(default_factory=Counted, repr=False)

    async def queue(self, visit: Visit, wanted: Wanted, *, everybody: bool) -> Page:
        """One page of what waits, or was decided: what lies on the own desk, or all for who may see that."""
        if not (everybody and Right.ALL_HOLDS in visit.rights):
            wanted = replace(wanted, desks=self.desks(visit), offices=self.offices(visit))
        page = await self.store.ask(Queue(wanted))
        # Who stands in for somebody does not find the own messages that lie there.
        rows = tuple(hold for hold in page.rows if not self._own(visit, hold))
        return replace(page, rows=rows, total=page.total - len(page.rows) + len(rows))

    def shows(self, visit: Visit, hold: HoldView) -> bool:
        """Whether a list may say what the message is about, and from whom: to whom it waits for, nobody protected."""
        office = not hold.approver_person and hold.approver in self.offices(visit)
        mine = office or hold.approver_person in self.desks(visit)
        return mine and not self.rulings.current.roster.protects(hold.identity)

    def _own(self, visit: Visit, hold: HoldView) -> bool:
        roster = self.rulings.current.roster
        sender = roster.identify(hold.identity) if hold.identity else None
        return hold.identity == visit.address or (sender is not None and roster.same_person(visit.address, sender))

    def desks(self, visit: Visit) -> frozenset[str]:
        """The own desk, and the desks of those whose deputy this is."""
        roster = self.rulings.current.roster
        known = roster.identify(visit.address)
        if known is None or known.person_id is None:
            return frozenset({visit.address})
        own = roster.person(known.person_id)
        mine = own.emails if own is not None else ()
        others = (p.emails[0] for p in roster.people.values() if p.deputy_id == known.person_id and p.emails)
        return frozenset(map(canonical_address, (visit.address, *mine, *others)))

    def offices(self, visit: Visit) -> frozenset[str]:
        """The approvers' roles this person fills by office."""
        roster, who = self.rulings.current.roster, visit.address
        filled = {
            "admin": roster.school.admins,
            "privacy_officer": roster.privacy_officer_addresses(),
            "editors": roster.editor_addresses(),
        }
        return frozenset(role for role, people in filled.items() if who in map(canonical_address, people))

    async def open(self, visit: Visit, reference: str, reading: str = "") -> Opened | None:
        """A case, as far as this person may see it; None if not at all, or if it is not there."""
        try:
            case = await self.store.case(reference)
        except (UnknownReference, Erased):
            return None
        sight = self._sight(visit, case, reading)
        choices = tuple(one for one in self._choices(case) if sight is Sight.DECIDING and self._may(visit, case, one))
        if self._protected(case):
            # protocol.md, Protected people: whoever must decide does so without reading.
            sight = min(sight, Sight.OUTLINE)
        if sight < Sight.READING:
            return None if sight is Sight.NOTHING else Opened(case, sight, choices)
        return Opened(
            case,
            sight,
            choices,
            self._recipients(case),
            await self.store.audit_rows(reference=reference),
            await self._similar(case),
            await self._offer(case) if Decision.RELEASE in choices else None,
        )

    async def _offer(self, case: CaseView) -> Offer | None:
        """What may be changed of it before it goes."""
        try:
            return offer(case, parse(await self.store.read_message(case.reference)))
        except (Erased, UnknownReference):
            return None

    def _sight(self, visit: Visit, case: CaseView, reading: str) -> Sight:
        if Right.CASE in visit.rights and self.decider.concerns(case, visit.address):
            return Sight.DECIDING
        if Right.ANY_CASE in visit.rights and self._reads(visit, case.reference, reading):
            # Whoever holds an office may then also decide, where the decider lets them.
            return Sight.DECIDING if Right.DECIDE in visit.rights else Sight.READING
        return Sight.NOTHING if visit.rights.isdisjoint({Right.ANY_CASE, Right.ALL_HOLDS}) else Sight.OUTLINE

    def _protected(self, case: CaseView) -> bool:
        """Whether it is from somebody protected, or to such people alone."""
        roster = self.rulings.current.roster
        rcpts = {canonical_address(rcpt) for envelope in case.envelopes for rcpt in envelope.rcpt_to}
        return roster.protects(case.identity) or (bool(rcpts) and all(map(roster.protects, rcpts)))

    @staticmethod
    def _choices(case: CaseView) -> tuple[Decision, ...]:
        return CHOICES.get(case.state, ())

    def _may(self, visit: Visit, case: CaseView, decision: Decision) -> bool:
        return Right.DECIDE in visit.rights and self.decider.may_decide(case, decision, visit.address)

    def _recipients(self, case: CaseView) -> tuple[tuple[str, Audience], ...]:
        ruling = self.rulings.current
        spelt = dict.fromkeys(rcpt for envelope in case.envelopes for rcpt in envelope.rcpt_to)
        found = {rcpt: canonical_address(rcpt) for rcpt in spelt}
        alone = [(rcpt, _audience(ruling.roster, one, ruling.policy.private_mail)) for rcpt, one in found.items()]
        return tuple(sorted(alone, key=lambda pair: (pair[1].value, pair[0])))

    async def _similar(self, case: CaseView) -> tuple[HoldView, ...]:
        """The latest decisions where the clause that is strictest here spoke too."""
        spoken = sorted((row for row in case.findings if row.clause and row.action), key=lambda row: -row.action)
        if not spoken or not spoken[0].clause:
            return ()
        page = await self.store.ask(Queue(Wanted(decided=True, clause=spoken[0].clause, newest_first=True)))
        return tuple(hold for hold in page.rows if hold.reference != case.reference)[:SIMILAR]

    async def decide(self, visit: Visit, opened: Opened, decision: Decision, reason: str) -> Decided:
        """Decide. AlreadyDecided if somebody else was first; NotTheApprover if it is not this person's to decide."""
        school = self.rulings.current.roster.school
        until = expires_at(self.clock.now(), zone=school.time_zone, holidays=school.holidays)
        return await self.decider.by_person(opened.case.reference, decision, visit.address, reason, until=until)

    async def mend(self, visit: Visit, opened: Opened, reason: str, wanted: Mends) -> Decided:
        """Decide with a change. NothingMended if it can't be made; else as `decide`."""
        return await self.decider.mend(opened.case.reference, visit.address, reason, wanted)

    async def message(self, visit: Visit, opened: Opened) -> Message | None:
        """The message; None if its bytes are gone."""
        await self.note(visit, opened, "message_read")
        try:
            return parse(await self.store.read_message(opened.case.reference))
        except (Erased, UnknownReference):
            return None

    async def note(self, visit: Visit, opened: Opened, act: str, reason: str = "") -> None:
        """Write down that somebody looked."""
        detail = {"reason": reason} if reason else {}
        await self.store.audit(AuditDraft(visit.address, act, detail), reference=opened.case.reference)

    def reading(self, visit: Visit, reference: str) -> str:
        """A pass to read one case for a while in this session, after a reason was given."""
        until = f"{int((self.clock.now() + READING).timestamp()):x}"
        return f"{until}.{self._signed(visit, reference, until)}"

    def _reads(self, visit: Visit, reference: str, reading: str) -> bool:
        until, _, signed = reading.partition(".")
        try:
            ends = int(until, 16)
        except ValueError:
            return False
        genuine = hmac.compare_digest(self._signed(visit, reference, until), signed)
        return genuine and self.clock.now().timestamp() < ends

    def _signed(self, visit: Visit, reference: str, until: str) -> str:
        said = f"reading\0{visit.token}\0{reference}\0{until}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.key, said, "sha256").hex()

    async def audit(self, before: int, act: str, reference: str) -> Sequence[AuditRow]:
        """The audit chain backwards, a page at a time."""
        return await self.store.ask(Backwards(before, AUDIT_PAGE, act, reference))

    async def figures(self) -> Figures:
        """What the overview draws."""
        return await self.counted.of(self.store, self.clock, FIGURE_DAYS, self.rulings.current.roster.school.time_zone)


def _audience(roster: Roster, address: str, private_mail: frozenset[str]) -> Audience:
    return roster.audience(address, private_mail, beside_parent=False)

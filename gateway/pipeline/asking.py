"""Asking the people who must decide: the approver at once, again with a deputy after some working hours.

Promises: nobody is asked twice for the same; the sender of a message is never its approver's stand-in; evidence in the
mails is masked. Where contact data of several people was to leave the school, the privacy officer is told
(protocol.md, Private data).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway import logs
from gateway.clock import Clock
from gateway.errors import Damaged, Erased
from gateway.pipeline import mails
from gateway.pipeline.approver import stand_ins
from gateway.pipeline.deadline import remind_at
from gateway.pipeline.release import named
from gateway.pipeline.ruling import Ruling, Rulings
from gateway.store.asking import Asking, Stage, Unasked, Waiting
from gateway.store.disposition import JobDraft
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules.message import canonical_address
from rules.verdict import APPROVERS, Approver


@dataclass(frozen=True, slots=True)
class Asker:
    """Goes round the holds."""

    store: Store
    rulings: Rulings
    clock: Clock

    async def round(self) -> int:
        """Ask and remind whoever is due; returns how many holds were asked about."""
        asked = 0
        for hold in await self.store.ask(Waiting(self.clock.now())):
            try:
                case = await self.store.case(hold.reference)
            except (Damaged, Erased) as error:
                logs.fault("holds", error)
                continue
            asked += await self._ask(hold, case)
        return asked

    async def _ask(self, hold: Unasked, case: CaseView) -> bool:
        ruling, now = self.rulings.current, self.clock.now()
        jobs = tuple(_mails(ruling, hold.stage, case))
        again = remind_at(hold.created_at, ruling.roster.school) if hold.stage is Stage.UNASKED else None
        taken = await self.store.act(Asking(hold, jobs, again, now))
        if taken and jobs:
            logs.approver_asked(reference=case.reference, approver=case.approver or "admin", again=hold.stage > 0)
        return taken


def _mails(ruling: Ruling, stage: Stage, case: CaseView) -> Iterator[JobDraft]:
    role = APPROVERS[case.approver] if case.approver else Approver.ADMIN
    first = tuple(named(case))
    if role is Approver.SELF:
        if stage is Stage.ASKED:
            yield from mails.to_remind_sender(case)
        return
    people = first if stage is Stage.UNASKED else (*first, *deputies(ruling, case, role, first))
    yield from (mails.to_approver(ruling, case, to, again=stage > 0) for to in dict.fromkeys(people))
    if stage is Stage.UNASKED and any("informed" in dict(row.params) for row in case.findings):
        officers = {canonical_address(one) for one in ruling.roster.privacy_officer_addresses()}
        yield from (mails.to_inform(ruling, case, to) for to in sorted(officers.difference(people)))


def deputies(ruling: Ruling, case: CaseView, role: Approver, people: Iterable[str]) -> tuple[str, ...]:
    """Who stands in for the approvers of a case."""
    identity = ruling.roster.identify(case.identity) if case.identity else None
    on = ruling.here(case.created_at).date()
    return tuple(one for person in people for one in stand_ins(ruling.roster, identity, role, person, on))

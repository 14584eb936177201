"""Who must still be asked about a hold, and reminded: each once, however many processes go round.

Promises: a hold steps from unasked to asked to reminded, and its mails are written with the step in one transaction;
whoever decided meanwhile is not asked any more. Copies may still join a case in its window: until then nobody is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sqlalchemy import Connection, and_, func, or_, select, update

from gateway.clock import instant, micros
from gateway.store.disposition import JobDraft
from gateway.store.keys import Keys
from gateway.store.pen import Pen
from gateway.store.schema import case, hold
from gateway.store.seals import House

ROUND = 200


class Stage(IntEnum):
    """How far the asking is."""

    UNASKED = 0
    ASKED = 1
    REMINDED = 2


@dataclass(frozen=True, slots=True)
class Unasked:
    """A hold somebody is to be written to about."""

    number: int
    reference: str
    stage: Stage
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Asks which holds want a mail now, the oldest first."""

    now: datetime

    def __call__(self, connection: Connection, _house: House, _keys: Keys) -> tuple[Unasked, ...]:
        now = micros(self.now)
        due = or_(hold.c.stage == Stage.UNASKED, and_(hold.c.stage == Stage.ASKED, hold.c.remind_at <= now))
        rows = connection.execute(
            select(hold.c.id, case.c.reference, hold.c.stage, hold.c.created_at)
            .join(case, case.c.id == hold.c.case_id)
            .where(hold.c.decided_at.is_(None), due, func.coalesce(case.c.window_ends_at, 0) <= now)
            .order_by(hold.c.created_at, hold.c.id)
            .limit(ROUND)
        )
        return tuple(Unasked(row.id, row.reference, Stage(row.stage), instant(row.created_at)) for row in rows)


@dataclass(frozen=True, slots=True)
class Asking:
    """Takes one step, with the mails that go with it. True if it was ours to take."""

    hold: Unasked
    jobs: Sequence[JobDraft] = field(repr=False)
    remind_at: datetime | None
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> bool:
        step = update(hold).where(
            hold.c.id == self.hold.number, hold.c.stage == self.hold.stage, hold.c.decided_at.is_(None)
        )
        remind_at = None if self.remind_at is None else micros(self.remind_at)
        taken = connection.execute(step.values(stage=self.hold.stage + 1, remind_at=remind_at)).rowcount
        if taken and self.jobs:
            pen.outbox.add(connection, self.hold.reference, self.jobs, self.now)
        return bool(taken)

"""Figures for the overview: counts by day, by clause and by who must decide. None is of a person.

Promises: counted by the database on columns that name nobody; nothing is unsealed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, func, literal_column, select

from gateway.clock import instant, micros
from gateway.store.disposition import JobKind, JobStatus
from gateway.store.keys import Keys
from gateway.store.schema import audit, case, finding, hold, outbox
from gateway.store.seals import House, open_value
from gateway.store.views import AuditRow

HOUR = 3_600_000_000
# Of so many decisions the middle one tells enough.
DECISIONS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in the days before now; what waits now."""

    days: Mapping[date, Mapping[int, int]]  # messages by action
    clauses: Mapping[str, int]  # cases in which each spoke
    waiting: Mapping[str, int]  # open holds by approver
    decided: int
    middle: timedelta | None  # time to decision: half took longer


@dataclass(frozen=True, slots=True)
class Going:
    """How many messages are on their way, and since when the oldest is."""

    count: int
    oldest: datetime | None


def waiting(connection: Connection, _house: House, _keys: Keys) -> dict[str, int]:
    """Ask how many holds are open, by who must decide."""
    rows = connection.execute(
        select(hold.c.approver, func.count()).where(hold.c.decided_at.is_(None)).group_by(hold.c.approver)
    )
    return {row[0]: row[1] for row in rows}


def going(connection: Connection, _house: House, _keys: Keys) -> Going:
    """Ask what is on its way now."""
    mine = (outbox.c.status == JobStatus.OPEN.value) & (outbox.c.kind == JobKind.MESSAGE.value)
    count, oldest = connection.execute(
        select(func.count(), func.min(outbox.c.created_at)).select_from(outbox).where(mine)
    ).one()
    return Going(count, None if oldest is None else instant(oldest))


@dataclass(frozen=True, slots=True)
class Recent:
    """Asks for the figures of so many days, today among them, by the clocks of a zone."""

    now: datetime
    days: int
    zone: ZoneInfo

    def __call__(self, connection: Connection, house: House, keys: Keys) -> Figures:
        today = self.now.astimezone(self.zone).date()
        first = today - timedelta(days=self.days - 1)
        since = micros(datetime(first.year, first.month, first.day, tzinfo=self.zone))
        # Written out: PostgreSQL takes two parameters of one value for two expressions.
        hour_of = case.c.created_at // literal_column(str(HOUR), BigInteger)
        by_hour = connection.execute(
            select(hour_of.label("hour"), case.c.action, func.count().label("cases"))
            .where(case.c.created_at >= since)
            .group_by(hour_of, case.c.action)
        )
        days: dict[date, Counter[int]] = {first + timedelta(days=n): Counter() for n in range(self.days)}
        for hour, action, cases in by_hour:
            day = instant(int(hour) * HOUR).astimezone(self.zone).date()
            days.setdefault(day, Counter())[action] += cases
        spoken = connection.execute(
            select(finding.c.clause, func.count(finding.c.case_id.distinct()))
            .join(case, case.c.id == finding.c.case_id)
            .where(case.c.created_at >= since, finding.c.action > 0, finding.c.clause.is_not(None))
            .group_by(finding.c.clause)
        )
        took = connection.scalars(
            select(hold.c.decided_at - hold.c.created_at).where(hold.c.decided_at >= since).limit(DECISIONS_MAX)
        ).all()
        return Figures(
            days=days,
            clauses={row[0]: row[1] for row in spoken},
            waiting=waiting(connection, house, keys),
            decided=len(took),
            middle=timedelta(microseconds=int(median(took))) if took else None,
        )


@dataclass(frozen=True, slots=True)
class Backwards:
    """Asks for audit lines before a number (0: from the end), the newest first; those of one act or one case."""

    before: int
    limit: int
    act: str = ""
    reference: str = ""

    def __call__(self, connection: Connection, house: House, _keys: Keys) -> tuple[AuditRow, ...]:
        query = select(audit).order_by(audit.c.number.desc()).limit(self.limit)
        if self.before:
            query = query.where(audit.c.number < self.before)
        if self.act:
            query = query.where(audit.c.act == self.act)
        if self.reference:
            query = query.where(audit.c.reference == self.reference)
        rows = []
        for row in connection.execute(query):
            actor, detail = open_value(house.sealer("audit"), row.sealed, f"audit.sealed:{row.number}")
            rows.append(AuditRow(row.number, instant(row.at), actor, row.act, row.reference, detail))
        return tuple(rows)

"""What waits for a person, and what was decided: holds a page at a time, without reading the rest.

Promises: filters and order are the database's, on columns that name nobody; only the rows of one page are unsealed. A
hold that does not open is listed without its people: it must not hide the others.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from gateway.clock import instant
from gateway.errors import Damaged, Erased
from gateway.store.keys import Keys
from gateway.store.schema import case, finding, hold, message
from gateway.store.seals import House, open_value
from gateway.store.views import HoldView

PAGE: Final = 50
# Nobody turns more pages than this; counting on would cost more than it tells.
COUNTED_MAX: Final = 5_000
# A copy that joined its case later sealed its hold with its own key.
_own = message.alias("own")
HOLDS: Final = (
    select(hold, case.c.reference, case.c.sealed.label("about"), message.c.name, _own.c.name.label("own_name"))
    .join(case, case.c.id == hold.c.case_id)
    .join(message, message.c.id == case.c.message_id)
    .join(_own, _own.c.id == hold.c.message_id)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for. `desks`: addresses whose holds these are, None for everybody's."""

    desks: frozenset[str] | None = field(default=None, repr=False)
    offices: frozenset[str] = frozenset()  # approvers' roles whose holds lie on nobody's desk
    decided: bool = False
    approver: str = ""
    clause: str = ""
    reference: str = ""  # how it begins
    newest_first: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of holds, the clauses that spoke of each case, and how many there are in all (at most COUNTED_MAX)."""

    rows: tuple[HoldView, ...]
    clauses: Mapping[str, tuple[str, ...]]  # by reference
    total: int


@dataclass(frozen=True, slots=True)
class Queue:
    """Asks for one page."""

    wanted: Wanted

    def __call__(self, connection: Connection, house: House, keys: Keys) -> Page:
        # First the numbers alone, from indexes and narrow columns; then the rows of one page.
        numbers = select(hold.c.id).where(*self._conditions(house))
        counted = select(func.count()).select_from(numbers.limit(COUNTED_MAX).subquery())
        page = numbers.order_by(*self._order()).limit(PAGE).offset((self.wanted.page - 1) * PAGE)
        ids = connection.scalars(page).all()
        found = {row.id: row for row in connection.execute(HOLDS.where(hold.c.id.in_(ids)))}
        rows = [found[number] for number in ids]
        clauses = _clauses(connection, {row.case_id: row.reference for row in rows})
        return Page(tuple(_hold(keys, row) for row in rows), clauses, connection.scalar(counted) or 0)

    def _order(self) -> tuple[ColumnElement[Any], ...]:
        if self.wanted.decided:
            return hold.c.decided_at.desc(), hold.c.id
        return (hold.c.id.desc(),) if self.wanted.newest_first else (hold.c.expires_at, hold.c.id)

    def _conditions(self, house: House) -> Sequence[ColumnElement[bool]]:
        wanted = self.wanted
        found: list[ColumnElement[bool]] = [
            hold.c.decided_at.is_not(None) if wanted.decided else hold.c.decided_at.is_(None)
        ]
        if wanted.desks is not None:
            mine = hold.c.person.in_([house.blind("approver", one) for one in wanted.desks])
            nobody = hold.c.person.is_(None) & hold.c.approver.in_(wanted.offices)
            found.append(or_(mine, nobody) if wanted.offices else mine)
        if wanted.approver:
            found.append(hold.c.approver == wanted.approver)
        if wanted.clause:
            spoke = (finding.c.case_id == hold.c.case_id) & (finding.c.clause == wanted.clause)
            found.append(select(finding.c.n).where(spoke, finding.c.action > 0).exists())
        if wanted.reference:
            like = case.c.reference.startswith(wanted.reference, autoescape=True)
            found.append(hold.c.case_id.in_(select(case.c.id).where(like)))
        return found


def read_holds(connection: Connection, keys: Keys, query: Select[Any]) -> tuple[HoldView, ...]:
    """Read the holds a query names, the most urgent first."""
    rows: Sequence[Any] = connection.execute(query.order_by(hold.c.expires_at, hold.c.id)).all()
    return tuple(_hold(keys, row) for row in rows)


def about(keys: Keys, sealed: bytes, name: str, number: int) -> list[str]:
    """What a case's sealed column says: identity, sender, subject, Message-ID."""
    opened: list[str] = open_value(keys.sealer(name), sealed, f"case.sealed:{number}")
    return opened


def _clauses(connection: Connection, ids: Mapping[int, str]) -> dict[str, tuple[str, ...]]:
    spoken = connection.execute(
        select(finding.c.case_id, finding.c.clause)
        .distinct()
        .where(finding.c.case_id.in_(ids), finding.c.action > 0, finding.c.clause.is_not(None))
    )
    found: dict[str, list[str]] = {}
    for number, clause in spoken:
        found.setdefault(ids[number], []).append(clause)
    return {reference: tuple(sorted(clauses, key=lambda one: int(one[1:]))) for reference, clauses in found.items()}


def _hold(keys: Keys, row: Any) -> HoldView:
    person, by, reason, identity, subject = "", "", "", "", ""
    with contextlib.suppress(Damaged, Erased):
        if row.about is not None:
            sealer = keys.sealer(row.own_name)
            identity, _sender, subject, _message_id = about(keys, row.about, row.name, row.case_id)
            person = open_value(sealer, row.sealed, f"hold.sealed:{row.id}")
            if row.outcome is not None:
                by, reason = open_value(sealer, row.outcome, f"hold.outcome:{row.id}")
    return HoldView(
        reference=row.reference,
        approver=row.approver,
        approver_person=person,
        identity=identity,
        subject=subject,
        created_at=instant(row.created_at),
        expires_at=instant(row.expires_at),
        decision=row.decision,
        decided_by=by,
        reason=reason,
        decided_at=None if row.decided_at is None else instant(row.decided_at),
    )

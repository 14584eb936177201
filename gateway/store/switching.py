"""Switching one clause's mode, and asking a second person to: deeds for `Store.act`.

Promises: a switch is made on the policy that was looked at, or not at all; a request names who asked, and is gone once
it is agreed to, taken back, or overtaken. Each step leaves its lines in the audit chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, select

from gateway.store.disposition import AuditDraft
from gateway.store.keys import Keys
from gateway.store.pen import Pen
from gateway.store.registers import Registers
from gateway.store.schema import setting
from gateway.store.seals import House, open_value

PREFIX = "switch_off."


@dataclass(frozen=True, slots=True)
class Request:
    """A clause somebody wants switched off."""

    clause: str
    by: str = field(repr=False)
    reason: str = field(repr=False)


def requests(connection: Connection, house: House, _keys: Keys) -> tuple[Request, ...]:
    """Ask for the requests nobody has agreed to yet."""
    rows = connection.execute(select(setting).where(setting.c.key.startswith(PREFIX, autoescape=True)))
    found = []
    for row in rows:
        reason, by = open_value(house.sealer("fields"), row.sealed, f"setting.sealed:{row.key}")
        found.append(Request(row.key.removeprefix(PREFIX), by, reason))
    return tuple(sorted(found, key=lambda one: int(one.clause[1:])))


@dataclass(frozen=True, slots=True)
class Ask:
    """Leaves a request, instead of an older one."""

    clause: str
    by: str = field(repr=False)
    reason: str = field(repr=False)
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> None:
        registers = Registers(pen.statements, pen.house, pen.owner)
        registers.put_setting(connection, PREFIX + self.clause, self.reason, self.by, self.now)
        detail = {"clause": self.clause, "reason": self.reason}
        pen.audit(connection, AuditDraft(self.by, "switch_off_asked", detail), self.now)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Takes a request away."""

    clause: str
    by: str = field(repr=False)
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> None:
        if connection.execute(delete(setting).where(setting.c.key == PREFIX + self.clause)).rowcount:
            pen.audit(connection, AuditDraft(self.by, "switch_off_withdrawn", {"clause": self.clause}), self.now)


@dataclass(frozen=True, slots=True)
class Switch:
    """Puts the changed text in force. False if another policy came between, or nobody asks for it any more.

    `asked_by`: whose request this agrees to; it must still be theirs. Any request about the clause is gone then.
    """

    base: str
    text: str = field(repr=False)
    clause: str
    mode: str
    by: str = field(repr=False)
    reason: str = field(repr=False)
    now: datetime
    asked_by: str = field(default="", repr=False)

    def __call__(self, connection: Connection, pen: Pen) -> bool:
        if self.asked_by and not any(
            one.clause == self.clause and one.by == self.asked_by for one in requests(connection, pen.house, pen.keys)
        ):
            return False
        registers = Registers(pen.statements, pen.house, pen.owner)
        if not registers.replace_policy(connection, self.base, self.text, self.by, self.now):
            return False
        connection.execute(delete(setting).where(setting.c.key == PREFIX + self.clause))
        detail = {"clause": self.clause, "mode": self.mode, "reason": self.reason, "asked_by": self.asked_by}
        pen.audit(connection, AuditDraft(self.by, "clause_switched", detail), self.now)
        return True

"""Accounts of those who review mail, and their sessions: questions and deeds for `Store.ask` and `Store.act`.

Promises: nothing of a password, a second factor or a session's token is kept but what recognises it; every change
leaves a line in the audit chain, in the same transaction. Ending a session holds from the next request on.
Fails: AccountExists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.clock import instant, micros
from gateway.errors import StoreError
from gateway.store.disposition import AuditDraft
from gateway.store.keys import Keys
from gateway.store.pen import Pen
from gateway.store.schema import account, session
from gateway.store.seals import House, open_value, pack, seal_value


class AccountExists(StoreError):
    """Somebody signs in by that address already."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `address` is canonical, and who they are to the rest of the gateway."""

    number: int
    address: str = field(repr=False)
    roles: frozenset[str]
    active: bool = True
    password: str = field(default="", repr=False)  # argon2 hash
    second_factor: str = field(default="", repr=False)  # base32, RFC 6238; "" until it is set up
    spare_codes: tuple[str, ...] = field(default=(), repr=False)  # digests of the codes not used yet
    failures: int = 0
    locked_until: datetime | None = None
    used_step: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A visit of somebody who signed in."""

    digest: bytes = field(repr=False)
    account: Account
    proven: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


# questions


@dataclass(frozen=True, slots=True)
class ByAddress:
    """Asks for the account of an address."""

    address: str = field(repr=False)

    def __call__(self, connection: Connection, house: House, _keys: Keys) -> Account | None:
        row = connection.execute(
            select(account).where(account.c.login == house.blind("account", self.address))
        ).one_or_none()
        return None if row is None else _account(house, row)


def everybody(connection: Connection, house: House, _keys: Keys) -> tuple[Account, ...]:
    """Ask for all accounts, in the order they were made."""
    return tuple(_account(house, row) for row in connection.execute(select(account).order_by(account.c.id)))


@dataclass(frozen=True, slots=True)
class OfSession:
    """Asks whose visit this is; None if it has ended, or the account was closed."""

    digest: bytes = field(repr=False)
    now: datetime

    def __call__(self, connection: Connection, house: House, _keys: Keys) -> Session | None:
        row = connection.execute(
            select(account, session.c.created_at.label("began_at"), session.c.seen_at, session.c.proven)
            .add_columns(session.c.expires_at)
            .join(session, session.c.account_id == account.c.id)
            .where(session.c.digest == self.digest, session.c.expires_at > micros(self.now), account.c.active.is_(True))
        ).one_or_none()
        if row is None:
            return None
        began, seen, ends = (instant(one) for one in (row.began_at, row.seen_at, row.expires_at))
        return Session(self.digest, _account(house, row), row.proven, began, seen, ends)


# deeds


@dataclass(frozen=True, slots=True)
class Open:
    """Makes an account."""

    address: str = field(repr=False)
    roles: frozenset[str]
    password: str = field(repr=False)
    by: str = field(repr=False)
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> None:
        login = pen.house.blind("account", self.address)
        if connection.scalar(select(account.c.id).where(account.c.login == login)) is not None:
            raise AccountExists("there is an account of that address already")
        number = (connection.scalar(select(func.max(account.c.id))) or 0) + 1
        made = Account(number, self.address, self.roles, password=self.password)
        connection.execute(
            insert(account).values(
                id=number, login=login, created_at=micros(self.now), **_columns(made), sealed=_sealed(pen.house, made)
            )
        )
        detail = {"account": self.address, "roles": _written(self.roles)}
        pen.audit(connection, AuditDraft(self.by, "account_opened", detail), self.now)


@dataclass(frozen=True, slots=True)
class Change:
    """Changes an account as it stands in that moment. `ends` its sessions, all of them, but one that is `kept`."""

    number: int
    edit: Callable[[Account], Account]
    act: str  # what the audit calls it
    by: str = field(repr=False)
    now: datetime
    ends: bool = False
    kept: bytes = field(default=b"", repr=False)

    def __call__(self, connection: Connection, pen: Pen) -> None:
        row = connection.execute(select(account).where(account.c.id == self.number).with_for_update()).one()
        one = self.edit(_account(pen.house, row))
        _write(connection, pen, one)
        if self.ends:
            connection.execute(delete(session).where(session.c.account_id == one.number, session.c.digest != self.kept))
        detail = {"account": one.address, "roles": _written(one.roles)}
        pen.audit(connection, AuditDraft(self.by, self.act, detail), self.now)


@dataclass(frozen=True, slots=True)
class Failed:
    """Counts a wrong password or code; from `most` on nobody gets in for a while. True once the door is shut."""

    number: int
    most: int
    until: datetime
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> bool:
        row = connection.execute(select(account).where(account.c.id == self.number).with_for_update()).one()
        failures = row.failures + 1
        shut = failures >= self.most
        connection.execute(
            update(account)
            .where(account.c.id == self.number)
            .values(failures=0 if shut else failures, locked_until=micros(self.until) if shut else row.locked_until)
        )
        if shut:
            address = _account(pen.house, row).address
            pen.audit(connection, AuditDraft(address, "sign_in_shut", {}), self.now)
        return bool(shut)


@dataclass(frozen=True, slots=True)
class Enter:
    """Begins a session, and forgets those that are over."""

    digest: bytes = field(repr=False)
    account: Account
    proven: bool
    now: datetime
    until: datetime

    def __call__(self, connection: Connection, pen: Pen) -> None:
        now = micros(self.now)
        connection.execute(delete(session).where(session.c.expires_at <= now))
        connection.execute(
            insert(session).values(
                digest=self.digest, account_id=self.account.number, created_at=now, seen_at=now,
                expires_at=micros(self.until), proven=self.proven,
            )
        )  # fmt: skip
        connection.execute(update(account).where(account.c.id == self.account.number).values(failures=0))
        if self.proven:
            pen.audit(connection, AuditDraft(self.account.address, "signed_in", {}), self.now)


@dataclass(frozen=True, slots=True)
class Prove:
    """Takes the second factor of a session: a code of one step, or a spare code, each once. False if it was used.

    The session goes on under another token: whoever knew the first gets nothing of it.
    """

    before: Session
    digest: bytes = field(repr=False)
    step: int  # 0 for a spare code
    spare: str = field(repr=False)
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> bool:
        row = connection.execute(
            select(account).where(account.c.id == self.before.account.number).with_for_update()
        ).one()
        one = _account(pen.house, row)
        if self.spare and self.spare not in one.spare_codes:
            return False
        if not self.spare and self.step <= one.used_step:
            return False
        left = tuple(code for code in one.spare_codes if code != self.spare)
        step = max(one.used_step, self.step)
        _write(connection, pen, replace(one, spare_codes=left, used_step=step, failures=0, locked_until=None))
        taken = connection.execute(
            update(session)
            .where(session.c.digest == self.before.digest)
            .values(digest=self.digest, proven=True, seen_at=micros(self.now))
        ).rowcount
        act = "signed_in_by_spare_code" if self.spare else "signed_in"
        pen.audit(connection, AuditDraft(one.address, act, {}), self.now)
        return bool(taken)


@dataclass(frozen=True, slots=True)
class Seen:
    """Lets a session go on."""

    digest: bytes = field(repr=False)
    now: datetime
    until: datetime

    def __call__(self, connection: Connection, _pen: Pen) -> None:
        connection.execute(
            update(session)
            .where(session.c.digest == self.digest)
            .values(seen_at=micros(self.now), expires_at=micros(self.until))
        )


@dataclass(frozen=True, slots=True)
class Leave:
    """Ends a session."""

    before: Session
    now: datetime

    def __call__(self, connection: Connection, pen: Pen) -> None:
        connection.execute(delete(session).where(session.c.digest == self.before.digest))
        pen.audit(connection, AuditDraft(self.before.account.address, "signed_out", {}), self.now)


def _write(connection: Connection, pen: Pen, one: Account) -> None:
    connection.execute(
        update(account).where(account.c.id == one.number).values(**_columns(one), sealed=_sealed(pen.house, one))
    )


def _account(house: House, row: Any) -> Account:
    place = f"account.sealed:{row.id}"
    address, password, second_factor, spare_codes = open_value(house.sealer("fields"), row.sealed, place)
    return Account(
        number=row.id,
        address=address,
        roles=frozenset(row.roles.split()),
        active=row.active,
        password=password,
        second_factor=second_factor,
        spare_codes=tuple(spare_codes),
        failures=row.failures,
        locked_until=None if row.locked_until is None else instant(row.locked_until),
        used_step=row.used_step,
        created_at=instant(row.created_at),
    )


def _columns(one: Account) -> dict[str, object]:
    return {
        "roles": _written(one.roles),
        "active": one.active,
        "failures": one.failures,
        "locked_until": None if one.locked_until is None else micros(one.locked_until),
        "used_step": one.used_step,
    }


def _sealed(house: House, one: Account) -> bytes:
    values: Sequence[object] = (one.address, one.password, one.second_factor, list(one.spare_codes))
    return seal_value(house.sealer("fields"), pack(values), f"account.sealed:{one.number}")


def _written(roles: frozenset[str]) -> str:
    return " ".join(sorted(roles))

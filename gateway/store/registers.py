"""Policy versions, directory snapshots, settings: one of each is in force, and workers notice within a second.

Promises: versions are never changed, only added; exactly one policy and one snapshot is active (the database holds
it). Every change leaves a line in the audit chain. Texts and authors are sealed with the fields key, a snapshot with
the roster key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from backports import zstd
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gateway.clock import instant, micros
from gateway.crypto import SealBroken
from gateway.errors import Damaged
from gateway.store.disposition import AuditDraft
from gateway.store.rows import Rows
from gateway.store.schema import policy_version, setting, snapshot
from gateway.store.seals import House, open_value, pack, seal_value
from gateway.store.statements import Statements
from gateway.store.views import Changes, PolicyVersion, RegisterEntry, Snapshot

# A roster is written seldom and read by every worker: worth a slower, smaller packing.
SNAPSHOT_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Registers:
    """Reads and writes the registers. Writing methods run inside a transaction."""

    statements: Statements
    house: House = field(repr=False)
    owner: str

    def _audit(self, connection: Connection, now: datetime, draft: AuditDraft) -> None:
        rows = Rows(connection, self.statements, self.house, micros(now), self.owner)
        rows.add_audit(draft, None)
        rows.flush()

    # policies

    def put_policy(self, connection: Connection, text: str, author: str, now: datetime) -> PolicyVersion:
        """Make this text the active policy. The text that is active already stays the version it is."""
        digest = sha256(text.encode()).hexdigest()
        active = self.active_policy(connection)
        if active is not None and active.sha256 == digest:
            return active
        number = (connection.scalar(select(func.max(policy_version.c.id))) or 0) + 1
        connection.execute(update(policy_version).values(active=False))
        connection.execute(
            insert(policy_version).values(
                id=number,
                sha256=digest,
                valid_from=micros(now),
                active=True,
                sealed=self._seal([text, author], f"policy_version.sealed:{number}"),
            )
        )
        self._audit(connection, now, AuditDraft(author, "policy_imported", {"sha256": digest}))
        return PolicyVersion(digest, text, author, now, active=True)

    def replace_policy(self, connection: Connection, base: str, text: str, author: str, now: datetime) -> bool:
        """Make this text the active policy if the one with digest `base` still is. False if another came between."""
        active = self.active_policy(connection)
        if active is None or active.sha256 != base:
            return False
        self.put_policy(connection, text, author, now)
        return True

    def active_policy(self, connection: Connection) -> PolicyVersion | None:
        row = connection.execute(select(policy_version).where(policy_version.c.active.is_(True))).one_or_none()
        return None if row is None else self._policy(row)

    def policies(self, connection: Connection) -> tuple[PolicyVersion, ...]:
        """List all versions, oldest first."""
        return tuple(
            self._policy(row) for row in connection.execute(select(policy_version).order_by(policy_version.c.id))
        )

    def _policy(self, row: Row[Any]) -> PolicyVersion:
        text, author = self._open(row.sealed, f"policy_version.sealed:{row.id}")
        return PolicyVersion(row.sha256, text, author, instant(row.valid_from), active=row.active)

    # snapshots

    def put_snapshot(
        self, connection: Connection, blob: bytes, counts: Mapping[str, int], author: str, now: datetime
    ) -> Snapshot:
        """Make this directory the active one."""
        number = (connection.scalar(select(func.max(snapshot.c.id))) or 0) + 1
        packed = zstd.compress(blob, SNAPSHOT_LEVEL)
        connection.execute(update(snapshot).values(active=False))
        connection.execute(
            insert(snapshot).values(
                id=number,
                created_at=micros(now),
                active=True,
                counts=json.dumps(dict(counts)),
                sealed=self._seal(author, f"snapshot.sealed:{number}"),
                blob=self.house.sealer("roster").seal(packed, _blob_place(number)),
            )
        )
        self._audit(connection, now, AuditDraft(author, "directory_imported", {"snapshot": str(number)}))
        return Snapshot(number, now, dict(counts), active=True, blob=blob)

    def active_snapshot(self, connection: Connection) -> Snapshot | None:
        row = connection.execute(select(snapshot).where(snapshot.c.active.is_(True))).one_or_none()
        if row is None:
            return None
        try:
            blob = zstd.decompress(self.house.sealer("roster").open(row.blob, _blob_place(row.id)))
        except SealBroken as exc:
            raise Damaged("the directory snapshot does not open") from exc
        return _snapshot(row, blob)

    @staticmethod
    def snapshots(connection: Connection) -> tuple[Snapshot, ...]:
        """List all snapshots, oldest first, without their contents."""
        return tuple(_snapshot(row, None) for row in connection.execute(select(snapshot).order_by(snapshot.c.id)))

    # settings: crisis levers and what else is switched at run time

    def put_setting(self, connection: Connection, key: str, value: str, author: str, now: datetime) -> None:
        number = (connection.scalar(select(func.max(setting.c.version))) or 0) + 1
        connection.execute(delete(setting).where(setting.c.key == key))
        connection.execute(
            insert(setting).values(
                key=key,
                version=number,
                updated_at=micros(now),
                sealed=self._seal([value, author], f"setting.sealed:{key}"),
            )
        )
        self._audit(connection, now, AuditDraft(author, "setting_changed", {"key": key, "value": value}))

    def settings(self, connection: Connection) -> dict[str, str]:
        query = select(setting).where(~setting.c.key.contains("/")).order_by(setting.c.key)
        return {row.key: self._open(row.sealed, f"setting.sealed:{row.key}")[0] for row in connection.execute(query)}

    # consents and grounds: settings whose key is the register and the number in it

    def put_entry(self, connection: Connection, entry: RegisterEntry, act: str, now: datetime) -> None:
        """Write an entry, new or changed; `act` is what the audit calls it."""
        key = f"{entry.register}/{entry.key}"
        number = (connection.scalar(select(func.max(setting.c.version))) or 0) + 1
        connection.execute(delete(setting).where(setting.c.key == key))
        sealed = self._seal([dict(entry.row), entry.imported, entry.author], f"setting.sealed:{key}")
        connection.execute(insert(setting).values(key=key, version=number, updated_at=micros(now), sealed=sealed))
        detail = {name: value if isinstance(value, str) else ";".join(value) for name, value in entry.row.items()}
        self._audit(connection, now, AuditDraft(entry.author, act, {"register": entry.register, **detail}))

    def entries(self, connection: Connection) -> tuple[RegisterEntry, ...]:
        """Give both registers, by number."""
        query = select(setting).where(setting.c.key.contains("/")).order_by(setting.c.key)
        found = []
        for row in connection.execute(query):
            values, imported, author = self._open(row.sealed, f"setting.sealed:{row.key}")
            register, _, key = row.key.partition("/")
            found.append(RegisterEntry(register, key, values, imported=imported, author=author))
        return tuple(found)

    @staticmethod
    def changes(connection: Connection) -> Changes:
        """Tell what is in force, in one cheap query."""
        policy, roster, version = connection.execute(_IN_FORCE).one()
        return Changes(policy, roster, version)

    def _seal(self, value: object, place: str) -> bytes:
        return seal_value(self.house.sealer("fields"), pack(value), place)

    def _open(self, sealed: bytes, place: str) -> Any:
        return open_value(self.house.sealer("fields"), sealed, place)


_IN_FORCE = select(
    select(policy_version.c.sha256).where(policy_version.c.active.is_(True)).scalar_subquery(),
    select(snapshot.c.id).where(snapshot.c.active.is_(True)).scalar_subquery(),
    select(func.coalesce(func.max(setting.c.version), 0)).scalar_subquery(),
)


def _snapshot(row: Row[Any], blob: bytes | None) -> Snapshot:
    return Snapshot(row.id, instant(row.created_at), json.loads(row.counts), active=row.active, blob=blob)


def _blob_place(number: int) -> bytes:
    return f"snapshot.blob:{number}".encode("ascii")

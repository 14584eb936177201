"""The keys of messages, in a database of their own.

Promises: a key is on the disk, wrapped by the master key, before anything sealed with it can be: keys are made in
groups ahead of need (one flush for many) and handed out from stock. Whoever takes a key must have committed its
message within KEY_LIFE; the sweep takes away keys that are older than SWEEP_AGE and that no message uses. Erasing
leaves a tombstone: the name stays, the key is gone, and a restore can repeat it.
Fails: StoreUnavailable (database), Erased (tombstone, or no such key), Damaged (wrapped bytes changed).
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from gateway.clock import Clock, micros
from gateway.crypto import SealBroken, Sealer, new_key, random_bytes
from gateway.errors import Damaged, Erased, StoreUnavailable
from gateway.store.engine import Address, available, checkpoint, reading_engine, writing_engine
from gateway.store.schema import message_key

# One flush of the key database serves this many messages.
STOCK = 256
STOCK_LOW = 32
# A key is handed out for half an hour after it was made, must be committed by KEY_LIFE, and is swept after an hour
# (architecture.md section 4): the gaps cover a slow client and clocks that differ.
STOCK_AGE = timedelta(minutes=30)
KEY_LIFE = timedelta(minutes=50)
SWEEP_AGE = timedelta(hours=1)
# Another process may erase a key we remember: so we forget within a minute, and remember few.
REMEMBERED = 2048
REMEMBER_SECONDS = 60.0
# One sweep looks at this many keys: at a sweep every five minutes, enough for six messages a second day and night.
SWEEP_MAX = 2000
# How many names one query asks for.
NAMES_MAX = 500


@dataclass(frozen=True, slots=True)
class MessageKey:
    """A key and the message name it belongs to."""

    name: str
    key: bytes = field(repr=False)
    made_at: datetime

    def check(self, now: datetime) -> None:
        """Refuse a key the sweep may take before the message is committed."""
        if now - self.made_at > KEY_LIFE:
            raise StoreUnavailable("the message took longer to receive than its key may wait")


class Keys:
    """The key database. `take` and `forget` from any thread; `refill`, `erase` and `sweep` from the writer's."""

    def __init__(self, url: Address, wrapper: Sealer, clock: Clock, *, readers: int) -> None:
        self._wrapper = wrapper
        self._clock = clock
        self._stock: deque[MessageKey] = deque()
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, tuple[Sealer, float]] = OrderedDict()
        self._writing = writing_engine(url)
        self._reading = reading_engine(url, threads=readers)

    def close(self) -> None:
        self._writing.dispose()
        self._reading.dispose()

    def checkpoint(self) -> None:
        checkpoint(self._reading)

    # the stock

    @property
    def low(self) -> bool:
        return len(self._stock) < STOCK_LOW

    def take(self) -> MessageKey | None:
        """Give a fresh committed key; None if the stock is used up or stale: then `refill` is due."""
        now = self._clock.now()
        while True:
            try:
                key = self._stock.popleft()
            except IndexError:
                return None
            if now - key.made_at < STOCK_AGE:
                return key

    def refill(self) -> None:
        """Make a group of keys and commit them, then let them be taken."""
        now = self._clock.now()
        made = [MessageKey(_new_name(now, n), new_key(), now) for n in range(STOCK)]
        rows = [
            {
                "name": key.name,
                "wrapped": self._wrapper.seal(key.key, _place(key.name)),
                "created_at": micros(now),
                "confirmed": False,
            }
            for key in made
        ]
        with available(), self._writing.begin() as connection:
            connection.execute(insert(message_key), rows)
        self._stock.extend(made)

    # looking up

    def remember(self, key: MessageKey) -> Sealer:
        """Keep a key at hand: the outbox will ask for it within the second."""
        sealer = Sealer(key.key)
        self._keep(key.name, sealer)
        return sealer

    def sealer(self, name: str) -> Sealer:
        """Return the sealer of one message. Erased if there is no key."""
        found = self.sealers((name,))
        if name not in found:
            raise Erased(f"message {name} has no key")
        return found[name]

    def sealers(self, names: Iterable[str]) -> Mapping[str, Sealer]:
        """Return the sealers of those messages that still have a key."""
        found: dict[str, Sealer] = {}
        missing: list[str] = []
        oldest = self._clock.monotonic() - REMEMBER_SECONDS
        with self._lock:
            for name in dict.fromkeys(names):
                known = self._remembered.get(name)
                if known is not None and known[1] >= oldest:
                    found[name] = known[0]
                else:
                    missing.append(name)
        for start in range(0, len(missing), NAMES_MAX):
            for name, wrapped in self._read(missing[start : start + NAMES_MAX]):
                try:
                    sealer = Sealer(self._wrapper.open(wrapped, _place(name)))
                except SealBroken as exc:
                    raise Damaged(f"the key of message {name} does not open") from exc
                self._keep(name, sealer)
                found[name] = sealer
        return found

    def _read(self, names: list[str]) -> list[tuple[str, bytes]]:
        query = select(message_key.c.name, message_key.c.wrapped).where(
            message_key.c.name.in_(names), message_key.c.wrapped.is_not(None)
        )
        with available(), self._reading.connect() as connection:
            return [(name, wrapped) for name, wrapped in connection.execute(query)]

    def _keep(self, name: str, sealer: Sealer) -> None:
        with self._lock:
            self._remembered[name] = (sealer, self._clock.monotonic())
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)

    # the end of keys

    def erase(self, names: Iterable[str], now: datetime) -> None:
        """Leave tombstones. A name without a row gets one too: a restored older database may still hold the message."""
        gone = tuple(names)
        with available(), self._writing.begin() as connection:
            known = set(connection.scalars(select(message_key.c.name).where(message_key.c.name.in_(gone))))
            connection.execute(
                update(message_key)
                .where(message_key.c.name.in_(gone))
                .values(wrapped=None, confirmed=True, erased_at=micros(now))
            )
            for name in set(gone) - known:
                connection.execute(
                    insert(message_key).values(
                        name=name, wrapped=None, created_at=micros(now), confirmed=True, erased_at=micros(now)
                    )
                )
        with self._lock:
            for name in gone:
                self._remembered.pop(name, None)

    def unconfirmed(self, now: datetime) -> list[str]:
        """List keys old enough to be swept that no sweep has yet seen in use."""
        query = (
            select(message_key.c.name)
            .where(message_key.c.confirmed.is_(False), message_key.c.created_at < micros(now - SWEEP_AGE))
            .order_by(message_key.c.created_at)
            .limit(SWEEP_MAX)
        )
        with available(), self._reading.connect() as connection:
            return list(connection.scalars(query))

    def sweep(self, used: Iterable[str], unused: Iterable[str]) -> None:
        """Confirm the keys that messages use and delete those that none does."""
        with available(), self._writing.begin() as connection:
            _many(
                connection, update(message_key).where(message_key.c.name == bindparam("n")).values(confirmed=True), used
            )
            _many(connection, delete(message_key).where(message_key.c.name == bindparam("n")), unused)


def _many(connection: Connection, statement: object, names: Iterable[str]) -> None:
    rows = [{"n": name} for name in names]
    if rows:
        connection.execute(statement, rows)  # type: ignore[call-overload]


def _new_name(now: datetime, n: int) -> str:
    """Give a random name that sorts by time, so that rows by name are written side by side (as RFC 9562 §5.7)."""
    return f"{micros(now) // 1000:012x}{n:04x}{random_bytes(8).hex()}"


def _place(name: str) -> bytes:
    return b"key " + name.encode("ascii")

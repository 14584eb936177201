"""What `postwacht consent` and `postwacht ground` share: reading both registers, adding to them, taking back.

Promises: an entry names people and organisations that are in the directory; every change is audited with the system
account that made it, and is in force within a second. Nothing is ever taken out of a register: an entry ends.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from gateway.cli.setting import NOT_SO, NOT_THERE, Place, Stop, account, opened
from gateway.clock import SystemClock
from gateway.directory import load_roster, parse
from gateway.directory.columns import DATA_KINDS, plain
from gateway.directory.registers import says, with_registers
from gateway.directory.snapshot import Rows
from gateway.store.store import Store
from gateway.store.views import RegisterEntry
from rules.message import canonical_address
from rules.people import Roster

DAY = click.DateTime(formats=["%Y-%m-%d"])
# What the audit calls it.
ADDED = {"consents": "consent_added", "grounds": "ground_added"}
WITHDRAWN = {"consents": "consent_withdrawn", "grounds": "ground_withdrawn"}
# Numbers of what is added here; those of the directory are its own.
LETTER = {"consents": "T", "grounds": "W"}

Row = Mapping[str, str | list[str]]


@dataclass
class Book:
    """One register with everything needed to change it."""

    register: str
    store: Store
    roster: Roster
    today: date
    rows: Rows = field(repr=False)  # of the directory alone
    entries: tuple[RegisterEntry, ...] = field(repr=False)

    def all(self) -> list[dict[str, object]]:
        """Every entry, the directory's first."""
        return [dict(row) for row in with_registers(self.rows, self.entries)[self.register]]

    async def add(self, row: Row) -> str:
        """Write a new entry; returns its number."""
        taken = {str(known["id"]).casefold() for known in self.all()}
        number = 1
        while f"{LETTER[self.register]}{number}".casefold() in taken:
            number += 1
        name = f"{LETTER[self.register]}{number}"
        kept = {key: value for key, value in {**row, "id": name}.items() if value}
        await self.store.put_entry(RegisterEntry(self.register, name, kept, author=account()), ADDED[self.register])
        return name

    async def withdraw(self, number: str, reason: str) -> None:
        """End an entry from today on."""
        found = [row for row in self.all() if str(row["id"]).casefold() == number.casefold()]
        if not found:
            raise Stop(f"there is no {number} in {self.register}", NOT_SO)
        open_ones = [row for row in found if not row.get("withdrawn_on")]
        if not open_ones:
            raise Stop(f"{number} was withdrawn already", NOT_SO)
        for row in open_ones:
            await self._end(row, reason)

    async def _end(self, row: dict[str, object], reason: str) -> None:
        ended: dict[str, str | list[str]] = {key: value for key, value in row.items() if isinstance(value, str | list)}
        ended |= {"withdrawn_on": self.today.isoformat(), **({"withdrawn_because": reason} if reason else {})}
        own = next((entry for entry in self.entries if not entry.imported and entry.row["id"] == row["id"]), None)
        mine = own is not None and says(self.register, own.row) == says(self.register, ended)
        key = own.key if own is not None and mine else f"~{sum(entry.imported for entry in self.entries) + 1}"
        entry = RegisterEntry(self.register, key, ended, imported=not mine, author=account())
        await self.store.put_entry(entry, WITHDRAWN[self.register])
        self.entries = (*(kept for kept in self.entries if kept.key != key), entry)


@asynccontextmanager
async def book(place: Place, register: str) -> AsyncIterator[Book]:
    """Open a register of the installation."""
    config = place.needed
    async with opened(config) as store:
        active, entries = await store.active_snapshot(), await store.entries()
        if active is None or active.blob is None:
            raise Stop("no directory is in force: postwacht directory import", NOT_THERE)
        today = SystemClock().now().astimezone(ZoneInfo(config.school.time_zone)).date()
        roster = load_roster(active.blob, config.school, entries)
        yield Book(register, store, roster, today, parse(active.blob), entries)


def kinds_of(words: tuple[str, ...]) -> list[str]:
    """The kinds of data meant; `;` and `,` separate as in the directory's files."""
    meant = {plain(name): name for name in DATA_KINDS}
    written = [word for given in words for word in given.replace(",", ";").split(";") if word.strip()]
    if unknown := [word for word in written if plain(word) not in meant]:
        raise click.BadParameter(f"{', '.join(unknown)}: kinds of data are {', '.join(DATA_KINDS)}")
    return list(dict.fromkeys(meant[plain(word)] for word in written))


def person_of(roster: Roster, written: str) -> str:
    """The id of the person meant by an id or an address."""
    if roster.person(written) is not None:
        return written
    owners = roster.owners(canonical_address(written)) if "@" in written else ()
    if len(owners) != 1:
        several = f" ({', '.join(owner.id for owner in owners)})" if owners else ""
        raise Stop(f"{written} is {'several people' if owners else 'nobody in the directory'}{several}")
    return owners[0].id


def contact_of(roster: Roster, written: str) -> str | None:
    """The id of the organisation meant by an id or an address, None if there is none."""
    address = canonical_address(written) if "@" in written else ""
    wanted = written.casefold()
    known = (c.id for c in roster.contacts if c.id.casefold() == wanted or (address and c.email == address))
    return next(known, None)


def day(moment: datetime | None) -> str:
    """A day as the directory writes it."""
    return moment.date().isoformat() if moment else ""


def state(row: Mapping[str, object], today: date) -> str:
    """What an entry is worth today."""
    first, last, end = (str(row.get(name, "")) for name in ("valid_from", "valid_until", "withdrawn_on"))
    status, on = str(row.get("status", "gegeven")), today.isoformat()
    if status == "geweigerd":
        return "refused"
    if status == "ingetrokken" or (end and end <= on):
        return "withdrawn"
    if first > on:
        return "not yet"
    return "ended" if last and last < on else "holds"


def show(rows: list[dict[str, object]], today: date, *, as_json: bool) -> None:
    """Print entries, one a line."""
    for row in rows:
        row["state"] = state(row, today)
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        data = row["data_kinds"]
        who = [str(row[name]) for name in ("subject_id", "recipient", "party") if name in row]
        kinds = ";".join(map(str, data)) if isinstance(data, list) else str(data)
        span = f"{row.get('valid_from', '')}..{row.get('valid_until', '')}"
        click.echo("  ".join((str(row["id"]), str(row["state"]), *who, kinds, span)))
    if not rows and not as_json:
        click.echo("nothing is registered")

"""A register of consents or grounds, opened to be read and changed: what the commands and the pages share.

Promises: an entry names people and organisations that are in the directory; every change is audited with its author
and is in force within a second. Nothing is ever taken out of a register: an entry ends.
Fails: RegisterError, with a sentence for whoever asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gateway.directory.columns import DATA_KINDS, plain
from gateway.directory.registers import says, with_registers
from gateway.directory.roster import class_name, load_roster
from gateway.directory.snapshot import Rows, parse
from gateway.errors import PostwachtError
from gateway.store.store import Store
from gateway.store.views import RegisterEntry
from rules.message import canonical_address
from rules.people import Roster, School

# What the audit calls it.
ADDED = {"consents": "consent_added", "grounds": "ground_added"}
WITHDRAWN = {"consents": "consent_withdrawn", "grounds": "ground_withdrawn"}
# Numbers of what is added here; those of the directory are its own.
LETTER = {"consents": "T", "grounds": "W"}
AUDIENCE = "ouders:"

Row = Mapping[str, str | list[str]]


class RegisterError(PostwachtError):
    """What was asked can't be written; the text says why. `unknown`: there is no register; `not_so`: no such entry."""

    def __init__(self, sentence: str, *, unknown: bool = False, not_so: bool = False) -> None:
        super().__init__(sentence)
        self.unknown, self.not_so = unknown, not_so


@dataclass
class Book:
    """One register with everything needed to change it. `author`: who changes it, for the audit."""

    register: str
    store: Store
    roster: Roster
    today: date
    author: str
    rows: Rows = field(repr=False)  # of the directory alone
    entries: tuple[RegisterEntry, ...] = field(repr=False)

    @classmethod
    async def open(cls, store: Store, school: School, register: str, today: date, author: str) -> Book:
        """Read the register in force. RegisterError if there is no directory."""
        active, entries = await store.active_snapshot(), await store.entries()
        if active is None or active.blob is None:
            raise RegisterError("no directory is in force: postwacht directory import", unknown=True)
        roster = load_roster(active.blob, school, entries)
        return cls(register, store, roster, today, author, parse(active.blob), entries)

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
        await self.store.put_entry(RegisterEntry(self.register, name, kept, author=self.author), ADDED[self.register])
        return name

    async def withdraw(self, number: str, reason: str) -> None:
        """End an entry from today on."""
        found = [row for row in self.all() if str(row["id"]).casefold() == number.casefold()]
        if not found:
            raise RegisterError(f"there is no {number} in {self.register}", not_so=True)
        open_ones = [row for row in found if not row.get("withdrawn_on")]
        if not open_ones:
            raise RegisterError(f"{number} was withdrawn already", not_so=True)
        for row in open_ones:
            await self._end(row, reason)

    async def _end(self, row: dict[str, object], reason: str) -> None:
        ended: dict[str, str | list[str]] = {key: value for key, value in row.items() if isinstance(value, str | list)}
        ended |= {"withdrawn_on": self.today.isoformat(), **({"withdrawn_because": reason} if reason else {})}
        own = next((entry for entry in self.entries if not entry.imported and entry.row["id"] == row["id"]), None)
        mine = own is not None and says(self.register, own.row) == says(self.register, ended)
        key = own.key if own is not None and mine else f"~{sum(entry.imported for entry in self.entries) + 1}"
        entry = RegisterEntry(self.register, key, ended, imported=not mine, author=self.author)
        await self.store.put_entry(entry, WITHDRAWN[self.register])
        self.entries = (*(kept for kept in self.entries if kept.key != key), entry)


def kinds_of(words: Iterable[str]) -> list[str]:
    """The kinds of data meant; `;` and `,` separate as in the directory's files."""
    meant = {plain(name): name for name in DATA_KINDS}
    written = [word for given in words for word in given.replace(",", ";").split(";") if word.strip()]
    if unknown := [word for word in written if plain(word) not in meant]:
        raise RegisterError(f"{', '.join(unknown)}: kinds of data are {', '.join(DATA_KINDS)}")
    return list(dict.fromkeys(meant[plain(word)] for word in written))


def person_of(roster: Roster, written: str) -> str:
    """The id of the person meant by an id or an address."""
    if roster.person(written) is not None:
        return written
    owners = roster.owners(canonical_address(written)) if "@" in written else ()
    if len(owners) != 1:
        several = f" ({', '.join(owner.id for owner in owners)})" if owners else ""
        raise RegisterError(f"{written} is {'several people' if owners else 'nobody in the directory'}{several}")
    return owners[0].id


def contact_of(roster: Roster, written: str) -> str | None:
    """The id of the organisation meant by an id or an address, None if there is none."""
    address = canonical_address(written) if "@" in written else ""
    wanted = written.casefold()
    known = (c.id for c in roster.contacts if c.id.casefold() == wanted or (address and c.email == address))
    return next(known, None)


def audience_of(roster: Roster, written: str) -> str:
    """Whom a consent is for: an organisation, or the parents of a class (`ouders:3B`)."""
    found = contact_of(roster, written)
    if found is None and written.casefold().startswith(AUDIENCE):
        found = AUDIENCE + class_name(written[len(AUDIENCE) :])
    if found is None:
        raise RegisterError(f"{written} is not in contacts and not {AUDIENCE}KLAS")
    return found


def party_of(roster: Roster, written: str) -> str:
    """Whom a ground is for: an organisation, or a kind of organisation that there is."""
    if (known := contact_of(roster, written)) is not None:
        return known
    kinds = sorted({contact.kind for contact in roster.contacts if contact.kind})
    kind = next((kind for kind in kinds if kind.casefold() == written.casefold()), None)
    if kind is None:
        raise RegisterError(f"{written} is no contact and no kind of contact; kinds are: {', '.join(kinds)}")
    return kind


def state(row: Mapping[str, object], today: date) -> str:
    """What an entry is worth today: refused, withdrawn, not yet, ended or holds."""
    first, last, end = (str(row.get(name, "")) for name in ("valid_from", "valid_until", "withdrawn_on"))
    status, on = str(row.get("status", "gegeven")), today.isoformat()
    if status == "geweigerd":
        return "refused"
    if status == "ingetrokken" or (end and end <= on):
        return "withdrawn"
    if first > on:
        return "not yet"
    return "ended" if last and last < on else "holds"

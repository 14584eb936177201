"""Checks rows one by one: what a cell says becomes a value, or a reason.

Promises: nothing raises; a row with a wrong value in a vital column is rejected, any other wrong value is left out, and
both are told with file, line and reason. Addresses come out in the form everything compares by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.config.kinds import mail_address, mail_domain
from gateway.directory.columns import DATA_KINDS, FILES, NOT_KEPT, ROLES, STATUSES, Column, Holds, plain
from gateway.directory.reading import Line, Note, Sheet
from rules.people import spellings

Digester = Callable[[str], bytes]
Value = str | bool | list[str]
YES = frozenset({"ja", "j", "yes", "y", "true", "waar", "1", "x", "aan"})
NO = frozenset({"nee", "n", "no", "false", "onwaar", "0", "uit"})
DATE_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d")


@dataclass(slots=True)
class Entry:
    """One row being made ready. `line` and `file` say where it came from."""

    file: str
    line: int
    values: dict[str, Value] = field(repr=False)

    def text(self, column: str) -> str:
        """Return a text value, "" if there is none."""
        value = self.values.get(column, "")
        return value if isinstance(value, str) else ""

    def list(self, column: str) -> list[str]:
        """Return a list value."""
        value = self.values.get(column, [])
        return value if isinstance(value, list) else []

    def note(self, reason: str, *, rejected: bool = True) -> Note:
        """Say something about this row."""
        return Note(self.file, self.line, reason, rejected)


def check(sheet: Sheet, digester: Digester | None = None) -> tuple[list[Entry], list[Note]]:
    """Check all rows of a file, then drop those that are there twice. Without `digester` no BSN is kept at all."""
    entries: list[Entry] = []
    notes = list(sheet.notes)
    for number, line in enumerate(sheet.lines, 1):
        entry = Entry(sheet.name, line.number, {})
        reasons, left_out = _fill(entry, sheet.kind, line, digester)
        if not reasons:
            reasons = _complete(entry, sheet.kind, number)
        if reasons:
            notes.append(entry.note("; ".join(reasons)))
        else:
            entries.append(entry)
            notes.extend(entry.note(f"value left out: {reason}", rejected=False) for reason in left_out)
    kept, doubles = _once(entries, key_of(sheet.kind))
    return kept, notes + doubles


def key_of(kind: str) -> str:
    """Name the column that names a row."""
    return "address" if kind in {"mailboxes", "lists"} else "id"


def _fill(entry: Entry, kind: str, line: Line, digester: Digester | None) -> tuple[list[str], list[str]]:
    """Read all cells of a row. Returns why it can't be taken, and which values were left out."""
    reasons: list[str] = []
    left_out: list[str] = []
    for column in FILES[kind]:
        cell = line.values.get(column.name, "")
        if column.name in NOT_KEPT:
            if digester is not None and (spelt := spellings(column.name, cell)):
                entry.values[column.name] = digester(f"{column.name}\0{spelt[0]}").hex()
            continue
        if column.holds is Holds.FLAG and not cell:
            entry.values[column.name] = column.default
        if not cell:
            continue
        wrong = reasons if column.vital else left_out
        try:
            entry.values[column.name] = READERS[column.holds](cell, column, entry, wrong)
        except ValueError as exc:
            wrong.append(f"{column.name}: {exc}")
    return reasons, left_out


def _text(cell: str, column: Column, _entry: Entry, _wrong: list[str]) -> Value:
    if column.name == "domain":
        return mail_domain(cell)
    if column.name == "status" and cell.casefold() not in STATUSES:
        raise ValueError(f'"{cell}" is none of {", ".join(STATUSES)}')
    return cell.casefold() if column.name == "status" else cell


def _address(cell: str, _column: Column, entry: Entry, wrong: list[str]) -> Value:
    """Read one address; a cell with several keeps the first, the rest are the same person's."""
    first, *rest = _addresses(cell, _column, entry, wrong) or [""]
    if rest:
        entry.values["aliases"] = [*entry.list("aliases"), *rest]
    return first


def _addresses(cell: str, column: Column, _entry: Entry, wrong: list[str]) -> list[str]:
    """Read addresses as people and Exchange write them; X500 and the like are no mail addresses."""
    found: list[str] = []
    for part in re.split(r"[;,\s]+", cell):
        scheme, colon, rest = part.partition(":")
        if not part or (colon and scheme.lower() not in {"smtp", "mailto"}):
            continue
        try:
            found.append(mail_address(rest if colon else part))
        except ValueError as exc:
            wrong.append(f"{column.name}: {exc}")
    return list(dict.fromkeys(found))


def _words(cell: str, column: Column, _entry: Entry, wrong: list[str]) -> Value:
    words = [word.strip() for word in cell.split(";") if word.strip()]
    known = {"roles": ROLES, "data_kinds": DATA_KINDS, "processor": DATA_KINDS}.get(column.name)
    if known is None:
        return words
    meant = {plain(name): name for name in known}
    wrong.extend(f'{column.name}: "{word}" is not known' for word in words if plain(word) not in meant)
    return [meant[plain(word)] for word in words if plain(word) in meant]


def _codes(cell: str, _column: Column, _entry: Entry, _wrong: list[str]) -> Value:
    return list(dict.fromkeys(code.strip() for code in re.split(r"[;,]", cell) if code.strip()))


def _date(cell: str, _column: Column, _entry: Entry, _wrong: list[str]) -> Value:
    day = cell.partition(" ")[0].partition("T")[0]  # exports often add a time of midnight
    for form in DATE_FORMS:
        try:
            return datetime.strptime(day, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(f'"{cell}" is no date')


def _flag(cell: str, _column: Column, _entry: Entry, _wrong: list[str]) -> Value:
    word = plain(cell)
    if word not in YES | NO:
        raise ValueError(f'"{cell}" is neither ja nor nee')
    return word in YES


READERS: dict[Holds, Callable[[str, Column, Entry, list[str]], Value]] = {
    Holds.TEXT: _text,
    Holds.ADDRESS: _address,
    Holds.ADDRESSES: _addresses,
    Holds.WORDS: _words,
    Holds.CODES: _codes,
    Holds.DATE: _date,
    Holds.FLAG: _flag,
}


def _complete(entry: Entry, kind: str, number: int) -> list[str]:
    """Fill in what can be known from the rest of the row. Returns why the row can't be taken."""
    values = entry.values
    if kind in {"staff", "students", "parents"} and not values.get("name"):
        parts = (entry.text(part) for part in ("first_name", "infix", "last_name"))
        values["name"] = " ".join(part for part in parts if part)
    if not values.get("id"):
        if kind == "staff":
            values["id"] = entry.text("code") or entry.text("email")
        elif kind == "parents":
            values["id"] = entry.text("email")
        elif kind == "contacts":
            values["id"] = entry.text("email") or entry.text("domain") or entry.text("organisation")
        elif kind in {"consents", "grounds", "delegations"}:
            values["id"] = str(number)
    if kind == "contacts" and entry.text("email"):
        values.setdefault("domain", entry.text("email").partition("@")[2])
    if kind == "consents":
        values.setdefault("status", STATUSES[0])
    needed: Iterable[str] = {
        "consents": ("subject_id", "recipient", "data_kinds"),
        "grounds": ("party", "data_kinds"),
        "delegations": ("from_id", "to_id", "scope"),
    }.get(kind, (key_of(kind),))
    return [f"{column} is empty" for column in needed if not values.get(column)]


def _once(entries: list[Entry], key: str) -> tuple[list[Entry], list[Note]]:
    """Keep one row per name: the first, or Magister's own of its known doubles (code and login are the same)."""
    kept: dict[str, Entry] = {}
    notes: list[Note] = []
    for entry in entries:
        name = entry.text(key).casefold()
        other = kept.get(name)
        if other is None:
            kept[name] = entry
            continue
        better, worse = (entry, other) if _own(entry) and not _own(other) else (other, entry)
        kept[name] = better
        notes.append(worse.note(f'{key}: "{entry.text(key)}" is also on line {better.line}'))
    return list(kept.values()), notes


def _own(entry: Entry) -> bool:
    return bool(entry.text("code")) and entry.text("code").casefold() == entry.text("login").casefold()

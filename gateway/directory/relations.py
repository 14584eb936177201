"""Ties the rows of several files together: parents on a pupil's row, parent and child, references to other files.

Promises: after `relate` every reference names a row that is there, by its id; references may have been written as id,
staff code or address. Whoever is not there is told; it costs the row only where the row is nothing without it.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.directory.columns import FILES, Column, Holds
from gateway.directory.reading import Note
from gateway.directory.rows import Entry

Entries = dict[str, list[Entry]]
PEOPLE = ("students", "staff", "parents")


def relate(entries: Entries) -> list[Note]:
    """Do all of it, in place. Returns what is to be said."""
    _parents_from_students(entries)
    renamed = _unlike_ids(entries)
    indexes = {kind: _index(entries[kind]) | renamed.get(kind, {}) for kind in (*PEOPLE, "contacts")}
    notes: list[Note] = []
    for kind, rows in entries.items():
        columns = [column for column in FILES[kind] if column.refers]
        entries[kind] = [entry for entry in rows if _resolve(entry, kind, columns, indexes, notes)]
    _both_ways(entries)
    return notes


def _parents_from_students(entries: Entries) -> None:
    """Make a parent of every address on a pupil's row; address and name once more on a sibling's is the same person."""
    made: dict[tuple[str, str], Entry] = {}
    taken = {entry.text("id").casefold() for entry in entries["parents"]}
    by_address: dict[str, list[Entry]] = {}
    for entry in entries["parents"]:
        by_address.setdefault(entry.text("email"), []).append(entry)
    for student in entries["students"]:
        for address, name, mobile in _named(student):
            known = [entry for entry in by_address.get(address, ()) if not name or entry.text("name") in {"", name}]
            parent = known[0] if known else made.get((address, name))
            if parent is None:
                identifier = address if address not in taken else f"{address} {name}"
                taken.add(identifier)
                parent = Entry(student.file, student.line, {"id": identifier, "name": name, "email": address})
                for column in FILES["parents"]:
                    if column.holds is Holds.FLAG:
                        parent.values[column.name] = column.default
                if mobile:
                    parent.values["mobile"] = mobile
                made[address, name] = parent
            student.values["parent_ids"] = [*student.list("parent_ids"), parent.text("id")]
    entries["parents"].extend(made.values())


def _named(student: Entry) -> list[tuple[str, str, str]]:
    """List the parents on a pupil's row: address, name, mobile. The columns leave the row."""
    found = []
    for number in "12":
        address, name, mobile = (
            str(student.values.pop(f"parent{number}_{what}", "")) for what in ("email", "name", "mobile")
        )
        if address:
            found.append((address, name, mobile))
    for address in student.list("parent_emails"):
        if all(address != other for other, _, _ in found):
            found.append((address, "", ""))
    student.values.pop("parent_emails", None)
    return found


def _unlike_ids(entries: Entries) -> dict[str, dict[str, str]]:
    """Give people of different files different ids: numbers of staff and of pupils may be the same.

    Pupils keep theirs, it is their leerlingnummer. Returns, for each file, what the old ids are now.
    """
    taken: set[str] = set()
    renamed: dict[str, dict[str, str]] = {}
    for kind in PEOPLE:
        for entry in entries[kind]:
            old = entry.text("id")
            if old.casefold() in taken:
                entry.values["id"] = f"{kind}:{old}"
                renamed.setdefault(kind, {})[old.casefold()] = entry.text("id")
        taken |= {entry.text("id").casefold() for entry in entries[kind]}
    return renamed


def _index(entries: list[Entry]) -> dict[str, str]:
    """Map every way to write somebody to the id. An id goes before a code, a code before an address."""
    index: dict[str, str] = {}
    for column in ("email", "code", "id"):
        for entry in entries:
            if written := entry.text(column).casefold():
                index[written] = entry.text("id")
    return index


def _resolve(
    entry: Entry, kind: str, columns: list[Column], indexes: Mapping[str, Mapping[str, str]], notes: list[Note]
) -> bool:
    """Replace the references of one row by ids. False: the row was rejected."""
    for column in columns:
        if column.refers == "*":
            entry.values[column.name] = _members(entry, column, indexes, notes)
            continue
        written = entry.list(column.name) or [entry.text(column.name)]
        found = [(word, _find(word, column.refers.split(), indexes)) for word in written if word]
        missing = [word for word, identifier in found if identifier is None]
        if missing:
            sentence = f"{column.name}: {', '.join(missing)} is not in {' or '.join(column.refers.split())}"
            notes.append(entry.note(sentence if column.vital else f"value left out: {sentence}", rejected=column.vital))
            if column.vital:
                return False
        known = [identifier for _, identifier in found if identifier is not None]
        if column.holds is Holds.CODES:
            entry.values[column.name] = list(dict.fromkeys(known))
        elif found:
            entry.values[column.name] = "".join(known)
    return kind not in PARTIES or _party(entry, PARTIES[kind], indexes["contacts"], notes)


def _find(word: str, kinds: list[str], indexes: Mapping[str, Mapping[str, str]]) -> str | None:
    return next((indexes[kind][word.casefold()] for kind in kinds if word.casefold() in indexes[kind]), None)


def _members(entry: Entry, column: Column, indexes: Mapping[str, Mapping[str, str]], notes: list[Note]) -> list[str]:
    """The members of a list: people by id, everybody (*staff, *students, *parents), or bare addresses."""
    members: list[str] = []
    for word in entry.list(column.name):
        identifier = _find(word, ["staff", "students", "parents"], indexes)
        if identifier is not None:
            members.append(identifier)
        elif "@" in word or word in {"*staff", "*students", "*parents"}:
            members.append(word.lower())
        else:
            notes.append(entry.note(f"value left out: {column.name}: {word} is nobody we know", rejected=False))
    return members


# Who consents and grounds speak of: a contact, else something in its own form.
PARTIES: Mapping[str, str] = {"consents": "recipient", "grounds": "party"}


def _party(entry: Entry, column: str, contacts: Mapping[str, str], notes: list[Note]) -> bool:
    """Tie a consent or a ground to its contact; `ouders:KLAS` and a kind of contact stay as they are."""
    written = entry.text(column)
    if (known := contacts.get(written.casefold())) is not None:
        entry.values[column] = known
    elif column == "recipient" and not written.casefold().startswith("ouders:"):
        notes.append(entry.note(f"recipient: {written} is not in contacts and not ouders:KLAS"))
        return False
    return True


def _both_ways(entries: Entries) -> None:
    """A parent on the pupil's row and a pupil on the parent's row are the same tie."""
    students = {entry.text("id"): entry for entry in entries["students"]}
    parents = {entry.text("id"): entry for entry in entries["parents"]}
    for entry in entries["students"]:
        for parent_id in entry.list("parent_ids"):
            _tie(parents[parent_id], "student_ids", entry.text("id"))
    for entry in entries["parents"]:
        for student_id in entry.list("student_ids"):
            _tie(students[student_id], "parent_ids", entry.text("id"))


def _tie(entry: Entry, column: str, identifier: str) -> None:
    if identifier not in entry.list(column):
        entry.values[column] = [*entry.list(column), identifier]

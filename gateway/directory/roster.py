"""From a snapshot to the roster that judgement asks.

Promises: what the snapshot holds, value by value; nothing is decided here. Names of classes are compared without regard
to case and spaces. A folder can be read without importing it: `read_directory`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from gateway.config.school import read_school
from gateway.directory.columns import NOT_KEPT
from gateway.directory.importing import import_directory
from gateway.directory.registers import with_registers
from gateway.directory.rows import Value
from gateway.directory.snapshot import Rows, parse
from gateway.errors import ConfigError
from gateway.store.views import RegisterEntry
from rules.people import (
    Consent,
    Contact,
    Delegation,
    Ground,
    Home,
    Kind,
    MailList,
    Person,
    Roster,
    School,
    SharedMailbox,
)

Row = Mapping[str, Value]
SCHOOL_FILES = ("school.json", "school.toml")


def load_roster(blob: bytes, school: School, entries: Iterable[RegisterEntry] = ()) -> Roster:
    """Build the roster of a snapshot, and of what the registers of the store hold beside it."""
    return build(with_registers(parse(blob), entries), school)


def read_directory(folder: Path, school: School | None = None) -> Roster:
    """Build the roster of a folder of files; the school is the one beside them unless given."""
    return build(import_directory([folder]).rows, school or school_beside(folder))


def school_beside(folder: Path) -> School:
    """Read the school of a folder. Fails with ConfigError if there is none."""
    for name in SCHOOL_FILES:
        if (folder / name).is_file():
            return read_school(folder / name)
    raise ConfigError([(str(folder), f"there is no {' and no '.join(SCHOOL_FILES)}")])


def build(rows: Rows, school: School) -> Roster:
    """Turn rows into values."""
    return Roster.build(
        school,
        people=(
            *(staff(row) for row in rows["staff"]),
            *(pupil(row) for row in rows["students"]),
            *(parent(row) for row in rows["parents"]),
        ),
        mailboxes=(
            SharedMailbox(
                address=text(row, "address"),
                name=text(row, "name"),
                member_ids=texts(row, "member_ids"),
                mandate=";".join(texts(row, "mandate")),
            )
            for row in rows["mailboxes"]
        ),
        lists=(
            MailList(
                address=text(row, "address"),
                name=text(row, "name"),
                kind=text(row, "kind"),
                members=texts(row, "members"),
                visible_to=text(row, "visible_to"),
            )
            for row in rows["lists"]
        ),
        contacts=(contact(row) for row in rows["contacts"]),
        consents=(consent(row) for row in rows["consents"]),
        grounds=(ground(row) for row in rows["grounds"]),
        delegations=(delegation(row) for row in rows["delegations"]),
    )


def staff(row: Row) -> Person:
    """One member of staff."""
    return Person(
        id=text(row, "id"),
        kind=Kind.STAFF,
        name=text(row, "name"),
        first_name=text(row, "first_name"),
        infix=text(row, "infix"),
        last_name=text(row, "last_name"),
        emails=addresses(row),
        private_emails=tuple(filter(None, (text(row, "private_email"),))),
        phones=phones(row),
        code=text(row, "code"),
        roles=frozenset(texts(row, "roles")),
        function=text(row, "function"),
        mentor_of=classes(row, "mentor_of"),
        teaches=classes(row, "teaches"),
        team_leader_id=text(row, "team_leader_id"),
        manager_id=text(row, "manager_id"),
        deputy_id=text(row, "deputy_id"),
        parent_id=text(row, "parent_id"),
        valid_from=day(row, "valid_from"),
        valid_until=day(row, "valid_until"),
    )


def pupil(row: Row) -> Person:
    """One pupil."""
    return Person(
        id=text(row, "id"),
        kind=Kind.PUPIL,
        name=text(row, "name"),
        first_name=text(row, "first_name"),
        infix=text(row, "infix"),
        last_name=text(row, "last_name"),
        emails=addresses(row),
        phones=phones(row),
        birth_date=day(row, "birth_date"),
        digests=tuple(bytes.fromhex(text(row, name)) for name in sorted(NOT_KEPT) if text(row, name)),
        class_name=class_name(text(row, "class")),
        parent_ids=texts(row, "parent_ids"),
    )


def parent(row: Row) -> Person:
    """One parent."""
    return Person(
        id=text(row, "id"),
        kind=Kind.PARENT,
        name=text(row, "name"),
        first_name=text(row, "first_name"),
        infix=text(row, "infix"),
        last_name=text(row, "last_name"),
        emails=addresses(row),
        phones=phones(row),
        home=home(row),
        student_ids=texts(row, "student_ids"),
        household_id=text(row, "household_id"),
        relation=text(row, "relation"),
        legal=flag(row, "legal"),
        custody=flag(row, "custody"),
        contact_ban=flag(row, "contact_ban"),
        address_secret=flag(row, "address_secret"),
    )


def contact(row: Row) -> Contact:
    """One organisation."""
    return Contact(
        id=text(row, "id"),
        organisation=text(row, "organisation"),
        kind=text(row, "kind"),
        contact_name=text(row, "contact_name"),
        email=text(row, "email"),
        domain=text(row, "domain"),
        phones=phones(row),
        home=home(row),
        processor=texts(row, "processor"),
        approved_for=texts(row, "approved_for"),
    )


def consent(row: Row) -> Consent:
    """One consent; `ouders:3b` is `ouders:3B`."""
    return Consent(
        id=text(row, "id"),
        subject_id=text(row, "subject_id"),
        recipient=re.sub(r"(?i)^ouders:(.*)$", lambda found: f"ouders:{class_name(found[1])}", text(row, "recipient")),
        data_kinds=texts(row, "data_kinds"),
        given_by=text(row, "given_by"),
        purpose=text(row, "purpose"),
        status=text(row, "status"),
        valid_from=day(row, "valid_from"),
        valid_until=day(row, "valid_until"),
        withdrawn_on=day(row, "withdrawn_on"),
    )


def ground(row: Row) -> Ground:
    """One statutory ground."""
    return Ground(
        id=text(row, "id"),
        party=text(row, "party"),
        data_kinds=texts(row, "data_kinds"),
        law=text(row, "law"),
        valid_from=day(row, "valid_from"),
        valid_until=day(row, "valid_until"),
        withdrawn_on=day(row, "withdrawn_on"),
    )


def delegation(row: Row) -> Delegation:
    """One delegation; its scope is a clause, a clause and a class, or a mailbox."""
    head, colon, tail = text(row, "scope").partition(":")
    mailbox = head.casefold() == "mailbox"
    return Delegation(
        id=text(row, "id"),
        from_id=text(row, "from_id"),
        to_id=text(row, "to_id"),
        scope=f"mailbox:{tail.strip().lower()}" if mailbox else f"{head.upper()}{colon}{class_name(tail)}",
        valid_from=day(row, "valid_from"),
        valid_until=day(row, "valid_until"),
    )


def text(row: Row, column: str) -> str:
    """A text, "" where the row has none."""
    return str(row.get(column, ""))


def texts(row: Row, column: str) -> tuple[str, ...]:
    """A list of texts."""
    value = row.get(column, [])
    return tuple(value) if isinstance(value, list) else ()


def flag(row: Row, column: str) -> bool:
    """A yes or no: every row of the file has it."""
    return row[column] is True


def day(row: Row, column: str) -> date | None:
    """A day, None for an open end."""
    written = text(row, column)
    return date.fromisoformat(written) if written else None


def addresses(row: Row) -> tuple[str, ...]:
    """The main address first, then the others."""
    return tuple(dict.fromkeys(filter(None, (text(row, "email"), *texts(row, "aliases")))))


def phones(row: Row) -> tuple[str, ...]:
    """Every telephone of a row."""
    return tuple(filter(None, (text(row, "mobile"), text(row, "phone"))))


def home(row: Row) -> Home | None:
    """Where somebody lives or an organisation sits; None where the row has no address."""
    street, number, postcode, city = (text(row, name) for name in ("street", "house_number", "postcode", "city"))
    return Home(street=street, house_number=number, postcode=postcode, city=city) if number else None


def class_name(written: str) -> str:
    """Write a class in the one way it is compared: `3 b` is `3B`."""
    return re.sub(r"\s", "", written).upper()


def classes(row: Row, column: str) -> tuple[str, ...]:
    """A list of classes."""
    return tuple(class_name(name) for name in texts(row, column))

"""People, organisations and registers as the directory gives them: frozen values, addresses canonical.

Promises: no behaviour but what a value says about itself on a date. Columns: docs/configuration.md, directory import.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What is the school's own. `holidays` are inclusive spans, `working_hours` a start and an end."""

    name: str
    domains: tuple[str, ...] = ()
    pupil_domains: tuple[str, ...] = ()
    functional_addresses: tuple[str, ...] = ()
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    po_box: str = ""
    phones: tuple[str, ...] = ()
    iban: str = ""
    editors: tuple[str, ...] = ()
    official_pages: tuple[str, ...] = ()
    time_zone: str = "Europe/Amsterdam"
    language: Literal["nl", "en"] = "nl"
    holidays: tuple[tuple[date, date], ...] = ()
    working_hours: tuple[time, time] = (time(8), time(17))
    privacy_officer: str = ""
    admins: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()


class Kind(Enum):
    """Which file a person stands in."""

    STAFF = "staff"
    PUPIL = "pupil"
    PARENT = "parent"


class Audience(Enum):
    """Who an address is to the school, decided per message (protocol.md, Words)."""

    STAFF = "staff"
    FUNCTION = "function"
    PUPIL_SCHOOL = "pupil_school"
    PARENT = "parent"
    PUPIL_PRIVATE = "pupil_private"
    STAFF_PRIVATE = "staff_private"
    UNKNOWN_PRIVATE = "unknown_private"  # in no file, and an outsider all the same
    ORGANISATION = "organisation"

    @property
    def inside(self) -> bool:
        """Staff and functions."""
        return self is Audience.STAFF or self is Audience.FUNCTION

    @property
    def outsider(self) -> bool:
        """Whom C19 counts."""
        return self in _OUTSIDERS


_OUTSIDERS = (Audience.PARENT, Audience.UNKNOWN_PRIVATE, Audience.PUPIL_PRIVATE, Audience.STAFF_PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where somebody lives, as the directory writes it; any part may be empty."""

    street: str = field(default="", repr=False)
    house_number: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row of staff, students or parents. `emails`: work or school address first, then aliases."""

    id: str
    kind: Kind
    name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    infix: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    private_emails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)  # private ones
    home: Home | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    digests: tuple[bytes, ...] = field(default=(), repr=False)  # of values nobody keeps in the clear: BSN and the like
    code: str = ""
    roles: frozenset[str] = frozenset()
    function: str = ""
    mentor_of: tuple[str, ...] = ()
    teaches: tuple[str, ...] = ()  # empty: unknown
    team_leader_id: str = ""
    manager_id: str = ""
    deputy_id: str = ""
    parent_id: str = ""  # the same person as a parent
    class_name: str = ""
    parent_ids: tuple[str, ...] = ()
    student_ids: tuple[str, ...] = ()
    household_id: str = ""
    relation: str = ""
    legal: bool = True
    custody: bool = True
    contact_ban: bool = False
    address_secret: bool = False
    valid_from: date | None = None
    valid_until: date | None = None

    def valid(self, on: date) -> bool:
        """Whether the row holds on that day; open ends hold."""
        return _within(self.valid_from, self.valid_until, on)

    def left(self, on: date) -> bool:
        """Whether the last day was before that day."""
        return self.valid_until is not None and self.valid_until < on


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMailbox:
    """An address several members of staff use. `mandate` names the office it writes with."""

    address: str
    name: str = ""
    member_ids: tuple[str, ...] = ()
    mandate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailList:
    """A list address. `kind`: staff, students, parents, mixed. `*staff` among the members is everybody on the staff."""

    address: str
    name: str = ""
    kind: str = "staff"
    members: tuple[str, ...] = ()
    visible_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An organisation the school deals with. `processor` and `approved_for` say for what."""

    id: str
    organisation: str = ""
    kind: str = ""
    contact_name: str = ""
    email: str = ""
    domain: str = ""
    phones: tuple[str, ...] = ()
    home: Home | None = None
    processor: tuple[str, ...] = ()
    approved_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Consent for data of one subject to one receiver (a contact's id, or `ouders:CLASS`)."""

    id: str
    subject_id: str
    recipient: str
    data_kinds: tuple[str, ...]
    given_by: str = ""
    purpose: str = ""
    status: str = "gegeven"
    valid_from: date | None = None
    valid_until: date | None = None
    withdrawn_on: date | None = None  # from that day on it is none

    def valid(self, on: date) -> bool:
        """Whether it was given and holds on that day."""
        return self.status == "gegeven" and _holds(self.valid_from, self.valid_until, self.withdrawn_on, on)

    def withdrawn(self, on: date) -> bool:
        """Whether whoever gave it has taken it back by that day."""
        return self.status == "ingetrokken" or (self.withdrawn_on is not None and self.withdrawn_on <= on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A statutory ground: kinds of data that a party (a contact's id or kind) may have by law."""

    id: str
    party: str
    data_kinds: tuple[str, ...]
    law: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    withdrawn_on: date | None = None  # from that day on it is none

    def valid(self, on: date) -> bool:
        """Whether it holds on that day."""
        return _holds(self.valid_from, self.valid_until, self.withdrawn_on, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Something one person may do for another: `C18:3B`, a whole clause (`C18`: any class), or `mailbox:ADDRESS`."""

    id: str
    to_id: str
    scope: str
    from_id: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def valid(self, on: date) -> bool:
        """Whether it holds on that day."""
        return _within(self.valid_from, self.valid_until, on)


def _within(first: date | None, last: date | None, on: date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


def _holds(first: date | None, last: date | None, withdrawn: date | None, on: date) -> bool:
    return _within(first, last, on) and (withdrawn is None or on < withdrawn)

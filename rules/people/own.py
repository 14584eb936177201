"""What stands in mail and is nobody's private data: values of the school and of organisations, addresses at work.

Promises: immutable, total; a few look-ups a value. Who is in the directory goes by the directory, everybody else by the
address. A pupil's address at school is private (the rules of the labelled examples).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rules.people.looks import looks_like_example, looks_like_machine, looks_like_office
from rules.people.roster import Roster, label_of
from rules.people.values import Home, Kind, School

_TOKENS = re.compile(r"\d+|[^\W\d_]+")
_NOT_DIGITS = re.compile(r"\D")
_NOT_LETTERS = re.compile(r"[\W_]")
_ADDITION = re.compile(r"[^\W\d_] ")
_NUMBER = re.compile(r"\d+")
_ABROAD = ("0031", "31")


class Standing(Enum):
    """Whose a value is, as far as can be said without knowing who it goes to."""

    PUBLIC = "public"
    DOUBTFUL = "doubtful"  # an organisation's or an example, by its look
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class _House:
    """Where the school or an organisation stands: parts as `_tokens` gives them, "" where there is none."""

    street: str
    number: str
    postcode: str
    po_box: str

    @classmethod
    def of(cls, at: School | Home) -> _House:
        whole = at.street and at.house_number
        return cls(
            _tokens(f"{at.street} {at.house_number}") if whole else "",
            _tokens(at.house_number),
            _tokens(at.postcode),
            _tokens(at.po_box) if isinstance(at, School) else "",
        )

    @property
    def numbers(self) -> frozenset[str]:
        """Every number in it: no place is this house's without one of them."""
        return frozenset(_NUMBER.findall(f"{self.number}{self.postcode}{self.po_box}"))

    def named(self, written: str) -> bool:
        """Whether an address is this one: not the neighbour's, nor that of a flat with its number and a letter."""
        tokens = _tokens(written)
        if self.po_box.strip() and self.po_box in tokens:
            return True
        if self.number.strip() and _ADDITION.match(tokens, tokens.find(self.number) + len(self.number)):
            return False
        if self.street and self.street in tokens:
            return True
        others = tokens.replace(self.postcode, " ").replace(self.number, " ") if self.postcode.strip() else tokens
        return bool(self.postcode.strip()) and self.postcode in tokens and not _NUMBER.search(others)


@dataclass(frozen=True, slots=True)
class Own:
    """Use `Own.of`."""

    roster: Roster = field(repr=False)
    private_mail: frozenset[str] = field(repr=False)
    _phones: frozenset[str]
    _ibans: frozenset[str]
    _houses: Mapping[str, tuple[_House, ...]]  # by each number in them

    @classmethod
    def of(cls, roster: Roster, private_mail: frozenset[str]) -> Own:
        """Index the values. `private_mail`: labels of domains where private people have their mail."""
        school, contacts = roster.school, roster.contacts
        houses: dict[str, list[_House]] = {}
        known = (_House.of(contact.home) for contact in contacts if contact.home is not None)
        for house in (_House.of(school), *known):
            for number in house.numbers:
                houses.setdefault(number, []).append(house)
        return cls(
            roster,
            private_mail,
            frozenset(
                filter(
                    None, map(_phone, (*school.phones, *(phone for contact in contacts for phone in contact.phones)))
                )
            ),
            frozenset(filter(None, [_iban(school.iban)])),
            {number: tuple(found) for number, found in houses.items()},
        )

    def standing(self, kind: str, value: str, written: str, before: str = "") -> Standing:
        """Whose this value of a kind is; `written` is how it stands in the text, behind `before`."""
        if kind == "email_address":
            return self._address(value, before)
        if kind == "phone":
            own = _phone(value) in self._phones
        elif kind == "iban":
            own = _iban(value) in self._ibans
        else:
            own = kind == "home_address" and self._place(written)
        return Standing.PUBLIC if own else Standing.PRIVATE

    def _place(self, written: str) -> bool:
        numbers = dict.fromkeys(_NUMBER.findall(written))
        return any(house.named(written) for number in numbers for house in self._houses.get(number, ()))

    def _address(self, address: str, before: str) -> Standing:
        roster = self.roster
        local, _, domain = address.rpartition("@")
        label = label_of(domain)
        if roster.is_pupil_school(address):
            return Standing.DOUBTFUL if looks_like_example(local, label) else Standing.PRIVATE
        if roster.identify(address) is not None or address in roster.lists:
            return Standing.PUBLIC
        if any(person.kind is not Kind.STAFF or not roster.is_inside(address) for person in roster.owners(address)):
            return Standing.PRIVATE
        if roster.is_inside(address) or roster.contact(address, self.private_mail) is not None:
            return Standing.PUBLIC
        doubtful = (
            looks_like_example(local, label)
            or looks_like_machine(local, before)
            or (label not in self.private_mail and looks_like_office(local, label))
        )
        if doubtful:
            return Standing.DOUBTFUL
        return Standing.PRIVATE


def _tokens(text: str) -> str:
    """Words and numbers each between blanks: `6882AZ` is ` 6882 az `."""
    return f" {' '.join(_TOKENS.findall(text.lower()))} "


def _phone(value: str) -> str:
    """The national number without its first 0."""
    digits = _NOT_DIGITS.sub("", value)
    for prefix in _ABROAD:
        digits = digits.removeprefix(prefix) if digits.startswith(prefix) and len(digits) > 9 else digits
    return digits.lstrip("0")


def _iban(value: str) -> str:
    return _NOT_LETTERS.sub("", value).upper()

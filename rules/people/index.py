"""Whose a value is: every private value of the directory by its keyed hash.

Promises: total; a value is found however it was typed (`spellings`), and costs a few digests. The index itself holds
digests and ids alone. A value may have several owners: a family's telephone, a birthday two pupils share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rules.people.values import Contact, Home, Kind, Person

Digester = Callable[[str], bytes]
# Longer than any address or number: nothing beyond it says whose it is.
LETTERS_MAX = 200
_POSTCODE = re.compile(r"(?<![^\W_])([1-9]\d{3})[ \t\r\n.-]{0,3}([a-z]{2})(?![^\W_])")
# Behind a number these are words, not the letters of a postcode.
_NO_LETTERS = frozenset({"nr", "no", "hs", "te", "in", "bg"})
# The number of a house: its digits, and an addition that is glued on, or a single letter or a word for one apart.
_HOUSE = re.compile(
    r"(?<![^\W_])(\d{1,5})"
    r"(?:[ \t]?[-/][ \t]?([a-z]{1,3}|\d{1,3})|([a-z]{1,2})|([ \t]{1,2}(?:[a-z]|hs|bis|huis)))?(?![^\W_])"
)
_NUMBER_WORD = re.compile(r"(?<![^\W_])(?:nr\.?|nummer|no\.)[ \t]*(?=\d)")
_LETTER = re.compile(r"[^\W\d_]{2}")
_DAY_FIRST = re.compile(r"(\d{1,2})\D{1,3}(\d{1,2})\D{1,3}(\d{4})\Z")
_YEAR_FIRST = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\Z")
# How streets are shortened; the long form is compared.
_SHORT = (("str", "straat"), ("ln", "laan"), ("wg", "weg"), ("pln", "plein"), ("sngl", "singel"), ("pl", "plein"))
_TITLES = {
    "burg": "burgemeester", "dr": "doctor", "prof": "professor", "st": "sint", "mr": "meester", "pr": "prins",
    "jhr": "jonkheer", "gen": "generaal", "ir": "ingenieur", "past": "pastoor",
}  # fmt: skip
# Numbers as typed at home; elsewhere the same digits begin with the country's.
_HOME_COUNTRIES = ("31", "32")
# A spreadsheet takes the zero away.
_DIGITS_WITHOUT_ZERO = 9
_BSN_DIGITS = 9


def spellings(kind: str, value: str) -> tuple[str, ...]:
    """The forms a value of this kind of private data is looked up by; () if it has none."""
    read = _READ.get(kind)
    return tuple(dict.fromkeys(read(value[:LETTERS_MAX]))) if read is not None else ()


@dataclass(frozen=True, slots=True)
class ValueIndex:
    """All values of people and organisations. Use `ValueIndex.build`."""

    digester: Digester = field(repr=False)
    _people: Mapping[bytes, frozenset[str]] = field(repr=False)
    _public: frozenset[bytes] = field(repr=False)

    @classmethod
    def build(cls, people: Iterable[Person], contacts: Iterable[Contact], digester: Digester) -> ValueIndex:
        """Index everybody once. `digester` is the keyed hash; digests the directory kept were made with it."""
        found: dict[bytes, set[str]] = {}
        for person in people:
            for kind, value in _values(person):
                for spelt in spellings(kind, value):
                    found.setdefault(digester(f"{kind}\0{spelt}"), set()).add(person.id)
            for digest in person.digests:
                found.setdefault(digest, set()).add(person.id)
        public = {
            digester(f"{kind}\0{spelt}")
            for contact in contacts
            for kind, value in (*(("phone", phone) for phone in contact.phones), *_home(contact.home))
            for spelt in spellings(kind, value)
        }
        return cls(digester, {digest: frozenset(ids) for digest, ids in found.items()}, frozenset(public))

    def owners(self, kind: str, *values: str) -> frozenset[str]:
        """The ids of everybody this value, in any of these writings, belongs to."""
        found: frozenset[str] = frozenset()
        for value in values:
            for spelt in spellings(kind, value):
                found |= self._people.get(self.digester(f"{kind}\0{spelt}"), frozenset())
        return found

    def public(self, kind: str, *values: str) -> bool:
        """Whether it is an organisation's own: its telephone, the place where it sits."""
        digests = (self.digester(f"{kind}\0{spelt}") for value in values for spelt in spellings(kind, value))
        return not self._public.isdisjoint(digests)


def _values(person: Person) -> Iterable[tuple[str, str]]:
    yield from (("phone", phone) for phone in person.phones)
    yield from _home(person.home)
    if person.birth_date is not None:
        yield "birth_date", person.birth_date.isoformat()
    if person.kind is Kind.PUPIL:
        yield "student_number", person.id.rpartition(":")[2]


def _home(home: Home | None) -> Iterable[tuple[str, str]]:
    if home is not None and home.house_number:
        number = re.sub(r"\s+", "", home.house_number)
        yield "home_address", f"{home.street} nr. {number}, {home.postcode}"


def _phone(value: str) -> Iterable[str]:
    digits = "".join(letter for letter in value if letter.isdigit())
    if not digits:
        return
    international = "+" in value or digits.startswith("00")
    digits = digits.removeprefix("00")
    if not international and (digits.startswith("0") or len(digits) == _DIGITS_WITHOUT_ZERO):
        yield from (f"{country}{digits.removeprefix('0')}" for country in _HOME_COUNTRIES)
        return
    country = next((country for country in _HOME_COUNTRIES if digits.startswith(country)), "")
    # "+31 (0)6 …": the zero is said for those at home.
    yield country + digits[len(country) :].removeprefix("0") if country else digits


def _address(value: str) -> Iterable[str]:
    text = _folded(value)
    postcode = max(
        (found for found in _POSTCODE.finditer(text) if found[2] not in _NO_LETTERS), key=re.Match.start, default=None
    )
    rest = f"{text[: postcode.start()]} , {text[postcode.end() :]}" if postcode else text
    named = _NUMBER_WORD.search(rest)
    houses = list(_HOUSE.finditer(rest, named.end() if named else 0))
    # "1e Hoofdstraat 5": a number with nothing before it is part of the street's name, if there is another.
    house = next((one for one in houses if _LETTER.search(rest, 0, one.start())), houses[0] if houses else None)
    if house is None:
        return
    begun = named.start() if named else house.start()
    yield from _at(rest[:begun], postcode, house)
    after = _HOUSE.match(rest, house.end() + 1)
    if after is not None and rest[house.end()].isspace():  # "Plein 1944 7": the first number may be the street's
        yield from _at(rest[: after.start()], postcode, after)


def _at(before: str, postcode: re.Match[str] | None, house: re.Match[str]) -> Iterable[str]:
    apart = house[4].strip() if house[4] else ""
    glued = house[2] or house[3] or ""
    street = _street(before)
    for number in dict.fromkeys((house[1] + glued + apart, house[1] + glued)):
        if postcode is not None:
            yield f"{postcode[1]}{postcode[2]} {number}"
        if street:
            yield f"{street} {number}"


def _street(text: str) -> str:
    """The last line or cell before the number, in the long form, letters only."""
    words = re.split(r"[,;|:\t\r\n]", text.rstrip(" ,;|:\t\r\n"))[-1].replace(".", ". ").split()
    long = [_TITLES.get(word.rstrip("."), word.rstrip(".")) for word in words]
    if not long:
        return ""
    last = long[-1]
    for short, whole in _SHORT:
        if last.endswith(short) and not last.endswith(whole) and (words[-1].endswith(".") or last == short):
            last = last.removesuffix(short) + whole
            break
    return "".join(letter for letter in "".join((*long[:-1], last)) if letter.isalnum())


def _birth_date(value: str) -> Iterable[str]:
    text = value.strip()
    if year := _YEAR_FIRST.match(text):
        yield f"{year[1]}-{int(year[2]):02}-{int(year[3]):02}"
    elif day := _DAY_FIRST.match(text):
        yield f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"


def _number(value: str) -> Iterable[str]:
    digits = "".join(letter for letter in value if letter.isdigit())
    if digits:
        yield digits.zfill(_BSN_DIGITS)


def _plain(value: str) -> Iterable[str]:
    if plain := "".join(letter for letter in value.casefold() if letter.isalnum()):
        yield plain


def _folded(value: str) -> str:
    letters = unicodedata.normalize("NFKD", value.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_READ: Mapping[str, Callable[[str], Iterable[str]]] = {
    "phone": _phone,
    "home_address": _address,
    "birth_date": _birth_date,
    "student_number": _plain,
    "bsn": _number,
    "education_number": _number,
    "iban": _plain,
    "id_document": _plain,
}

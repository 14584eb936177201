"""What is nobody's private data: the school's numbers and house."""

from __future__ import annotations

import pytest

from rules.people import Contact, Home, Roster, School
from rules.people.own import Own, Standing

SCHOOL = School(
    name="De Linde", street="Van der Helststraat", house_number="12", postcode="7411 KX", city="Deventer",
    po_box="Postbus 31, 7400 AA Deventer", phones=("0570-612345", "+31 (0)570 61 23 99"), iban="NL91 ABNA 0417 1643 00",
)  # fmt: skip
OWN = Own.of(Roster.build(SCHOOL), frozenset())
BARE = Own.of(Roster.build(School(name="")), frozenset())


def public(kind: str, written: str, value: str | None = None, own: Own = OWN) -> bool:
    return own.standing(kind, written if value is None else value, written) is Standing.PUBLIC


@pytest.mark.parametrize(
    "number",
    ["0570612345", "0570-612345", "+31570612345", "0031 570 612345", "(0570) 61 23 45", "+31(0)570612345", "570612399"],
)
def test_a_phone_of_the_school_is_nobody_s_however_it_is_written(number: str) -> None:
    assert public("phone", number)
    assert not public("phone", number, own=BARE)


@pytest.mark.parametrize("number", ["0570612346", "0612345678", "+32570612345", "", "0031"])
def test_another_phone_is_private(number: str) -> None:
    assert not public("phone", number)


def test_the_school_s_account_is_nobody_s() -> None:
    assert public("iban", "nl91abna0417164300")
    assert not public("iban", "NL20INGB0001234567")
    assert not public("iban", "", own=BARE)
    assert not public("bsn", "NL91ABNA0417164300")


@pytest.mark.parametrize(
    "written",
    [
        "Van der Helststraat 12", "van der helststraat 12, 7411 KX Deventer", "Van der Helststraat\n12\n7411KX", "7411 KX",
        "7411kx 12", "7411 KX Deventer", "Postbus 31, 7400 AA Deventer", "v.d. Helststraat 12, 7411 KX Deventer",
    ],
)  # fmt: skip
def test_the_school_s_house_is_nobody_s(written: str) -> None:
    assert public("home_address", written)
    assert not public("home_address", written, own=BARE)


@pytest.mark.parametrize(
    "written",
    [
        "Van der Helststraat 13", "Van der Helststraat 121", "Van der Helststraat 12a", "Van der Helststraat 12 b, 7411 KX",
        "Helststraat 12", "Van der Helststraat 14, 7411 KX Deventer", "7411 KX 14", "7411 KL Deventer",
        "Postbus 32, 7400 AA Deventer", "",
    ],
)  # fmt: skip
def test_the_neighbour_s_house_is_private(written: str) -> None:
    assert not public("home_address", written)


def test_numbers_and_houses_of_organisations_are_public() -> None:
    museum = Contact(
        id="C1", phones=("0313-412345",), home=Home(street="Dorpsstraat", house_number="72 bis", postcode="6921 DT")
    )
    own = Own.of(Roster.build(SCHOOL, contacts=[museum, Contact(id="C2"), Contact(id="C3", home=Home())]), frozenset())
    assert public("phone", "+31 313 412345", own=own)
    assert public("home_address", "Dorpsstraat 72 bis, 6921 DT Duiven", own=own)
    assert public("home_address", "Van der Helststraat 12", own=own)
    assert not public("home_address", "Dorpsstraat 72, Duiven", own=own)
    assert not public("home_address", "Dorpsstraat 74 bis", own=own)


def test_a_school_of_which_only_part_is_known() -> None:
    street = Own.of(Roster.build(School(name="", street="Dam", house_number="1")), frozenset())
    assert public("home_address", "Dam 1, Zwolle", own=street)
    assert not public("home_address", "8011 AB Zwolle", own=street)
    postcode = Own.of(Roster.build(School(name="", postcode="8011 AB")), frozenset())
    assert public("home_address", "8011 AB Zwolle", own=postcode)
    assert not public("home_address", "Dam 1, 8011 AB Zwolle", own=postcode)
    box = Own.of(Roster.build(School(name="", po_box="Postbus 31")), frozenset())
    assert not public("home_address", "Dam 1", own=box)

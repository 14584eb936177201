"""Whose a value is: found however it was typed, and nobody's where it differs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.people import Contact, Home, Kind, Person, ValueIndex, spellings
from rules.people.index import LETTERS_MAX

KINDS = (
    "phone home_address birth_date student_number bsn education_number iban id_document grades health credentials x"
).split()


def owner(kind: str, value: str, home: Home | None = None, phone: str = "06-12345678") -> frozenset[str]:
    people = (
        Person(id="P1", kind=Kind.PARENT, phones=(phone,), home=home),
        Person(id="students:201700023", kind=Kind.PUPIL, birth_date=date(2012, 3, 4), digests=(b"bsn\x00111222333",)),
        Person(id="P2", kind=Kind.PARENT, home=Home(street="Onbekend")),
    )
    return ValueIndex.build(people, (), str.encode).owners(kind, value)


@pytest.mark.parametrize(
    "typed",
    [
        "06-12345678", "06 12 34 56 78", "0612345678", "06.1234.5678", "+31612345678", "+31 (0)6 12345678",
        "0031 6 1234 5678", "(06) 12345678", "612345678", "06 - 1234 5678", "tel:+31-6-12345678",
    ],
)  # fmt: skip
def test_a_telephone_is_found_however_it_is_typed(typed: str) -> None:
    assert owner("phone", typed) == {"P1"}


@pytest.mark.parametrize("typed", ["06-12345679", "+32612345678000", "+49612345678", "12345678", "", "geen", "+"])
def test_another_telephone_is_nobody_s(typed: str) -> None:
    assert owner("phone", typed) == frozenset()


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("0475/12.34.56", "+32 475 12 34 56"),
        ("+32 475 123456", "0475 12 34 56"),
        ("+32 475 123456", "0032475123456"),
        ("+49 (0)30 123456", "+49 (0)30 123456"),
        ("0165-551234", "+31 165 551234"),
        ("165551234", "0165 551234"),
    ],
)
def test_a_telephone_of_elsewhere_too(kept: str, typed: str) -> None:
    assert owner("phone", typed, phone=kept) == {"P1"}


LAAN = Home(street="Burg. Prinsenlaan", house_number="12 a", postcode="4701 AB", city="Roosendaal")


@pytest.mark.parametrize(
    "typed",
    [
        "Burg. Prinsenlaan 12a, 4701 AB Roosendaal", "Burgemeester Prinsenlaan 12-A", "burg prinsenln. 12 a", "4701ab 12a",
        "12a, 4701 AB", "4701-AB, nr. 12a", "Burg. Prinsenlaan nr. 12a", "Burg. Prinsenlaan 12a\n4701AB  ROOSENDAAL",
        "Adres: Burg. Prinsenlaan 12a", "BURG. PRINSENLAAN 12A", "Burg.Prinsenlaan 12a", "Burg. Prínsenlaan 12a",
    ],
)  # fmt: skip
def test_a_home_is_found_however_it_is_typed(typed: str) -> None:
    assert owner("home_address", typed, LAAN) == {"P1"}


@pytest.mark.parametrize(
    "typed",
    [
        "Burg. Prinsenlaan 12", "Burg. Prinsenlaan 13a", "Prinsenlaan 12a", "4701 AC 12a", "4701 AB", "Burg. Prinsenlaan",
        "Roosendaal", "", "12a", "nr. 12a", "4701 AB 112a",
    ],
)  # fmt: skip
def test_another_home_is_nobody_s(typed: str) -> None:
    assert owner("home_address", typed, LAAN) == frozenset()


@pytest.mark.parametrize(
    ("street", "number", "typed"),
    [
        ("Dorpsstraat", "5", "Dorpsstr. 5"),
        ("Dorpsstr.", "5", "Dorpsstraat 5"),
        ("1e Hoofdstraat", "5", "1e Hoofdstraat 5"),
        ("Plein 1944", "7", "Plein 1944 nr. 7"),
        ("Plein 1944", "7", "Plein 1944 7"),
        ("Kade", "12", "Kade 12, 2e verdieping"),
        ("Kade", "12 hs", "Kade 12 hs"),
        ("Kade", "12-II", "Kade 12-II"),
        ("Kade", "12/3", "Kade 12/3"),
        ("Station sngl", "1", "Station singel 1"),
        ("Pl", "1", "Plein 1"),
    ],
)
def test_streets_and_numbers_as_they_are_shortened(street: str, number: str, typed: str) -> None:
    home = Home(street=street, house_number=number, postcode="4701 AB")
    assert owner("home_address", typed, home) == {"P1"}
    assert owner("home_address", f"{typed}, 4701 AB", home) == {"P1"}


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("birth_date", "2012-03-04", True),
        ("birth_date", "4-3-2012", True),
        ("birth_date", "04/03/2012", True),
        ("birth_date", "04.03.2012", True),
        ("birth_date", "3-4-2012", False),
        ("birth_date", "4 maart", False),
        ("student_number", "201700023", True),
        ("student_number", "201700024", False),
        ("bsn", "111.222.333", True),
        ("bsn", "111222334", False),
        ("bsn", "", False),
        ("education_number", "111222333", False),
        ("iban", "NL91 ABNA 0417 1643 00", False),
        ("grades", "4,3", False),
    ],
)
def test_dates_and_numbers(kind: str, typed: str, *, found: bool) -> None:
    assert owner(kind, typed) == ({"students:201700023"} if found else frozenset())


def test_a_value_may_have_several_owners() -> None:
    both = (Person(id=name, kind=Kind.PARENT, phones=("0165-551234",)) for name in ("P1", "P2"))
    assert ValueIndex.build(both, (), str.encode).owners("phone", "0165 551234") == {"P1", "P2"}


def test_what_is_an_organisation_s_is_public() -> None:
    market = Home(street="Markt", house_number="1", postcode="4701 ZZ")
    index = ValueIndex.build((), (Contact(id="C1", phones=("0165-555555",), home=market), Contact(id="C2")), str.encode)
    assert index.public("phone", "+31165555555")
    assert index.public("home_address", "x", "Markt 1")
    assert not index.public("phone", "0165-555556")
    assert not index.public("grades", "8")


def test_the_index_shows_no_value() -> None:
    index = ValueIndex.build((Person(id="P1", kind=Kind.PARENT, phones=("0612345678",)),), (), str.encode)
    assert "612345678" not in repr(index)
    assert "Lindelaan" not in repr(Person(id="P1", kind=Kind.PARENT, home=Home(street="Lindelaan")))


@given(st.sampled_from(KINDS), st.text(max_size=300))
def test_any_text_has_spellings_and_they_are_few_and_repeatable(kind: str, text: str) -> None:
    found = spellings(kind, text)
    assert len(found) <= 8
    assert len(set(found)) == len(found)
    assert spellings(kind, text) == found


@pytest.mark.parametrize("unit", ["1 ", "a 1", "4701 ab ", "straat ", "nr. ", "1-", ". ", "06", "1a-"])
def test_an_endless_value_costs_no_more_than_its_beginning(unit: str) -> None:
    text = unit * 50_000
    for kind in KINDS:
        assert spellings(kind, text) == spellings(kind, text[:LETTERS_MAX])

"""Look-ups in the roster: whose an address is, who writes with it, who is behind a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.people import Audience, Contact, Kind, MailList, Person, Roster, SharedMailbox
from rules.people.roster import label_of
from tests.support.small_school import (
    ANNA,
    BERT,
    CARE,
    CEES,
    CONFIDANT,
    EVA,
    INFO,
    LEADER,
    MENTOR,
    OFFICE,
    PEOPLE,
    PRIVATE,
    PUPIL,
    PUPIL_PRIVATE,
    SCHOOL,
    STRANGER,
    SUPPLIER,
    TEACHER,
    granted,
    roster,
)  # fmt: skip

WEBMAIL = frozenset({"gmail", "ziggo"})
TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("address", "audience"),
    [
        (MENTOR, Audience.STAFF),
        ("weg@school.example", Audience.STAFF),
        (INFO, Audience.FUNCTION),
        (OFFICE, Audience.FUNCTION),
        (PUPIL, Audience.PUPIL_SCHOOL),
        ("999@leerling.school.example", Audience.PUPIL_SCHOOL),
        (ANNA, Audience.PARENT),
        ("anna+school@ziggo.example", Audience.PARENT),
        (PUPIL_PRIVATE, Audience.PUPIL_PRIVATE),
        (PRIVATE, Audience.STAFF_PRIVATE),
        (SUPPLIER, Audience.ORGANISATION),
        ("inkoop@boeken.example", Audience.ORGANISATION),
        (CARE, Audience.ORGANISATION),
        ("x@gmail.example", Audience.UNKNOWN_PRIVATE),
        ("x@gmail.com", Audience.UNKNOWN_PRIVATE),
        ("x@mail.gmail.co.uk", Audience.UNKNOWN_PRIVATE),
        ("x@bedrijf.example", Audience.ORGANISATION),
    ],
)
def test_an_address_has_one_audience(address: str, audience: Audience) -> None:
    assert roster().audience(address, WEBMAIL, beside_parent=False) is audience


def test_beside_a_parent_an_unknown_address_is_a_person_s() -> None:
    assert roster().audience("x@bedrijf.example", WEBMAIL, beside_parent=True) is Audience.UNKNOWN_PRIVATE
    assert roster().audience(SUPPLIER, WEBMAIL, beside_parent=True) is Audience.ORGANISATION


def test_a_colleague_s_private_address_that_is_a_parent_s_is_a_parent_s() -> None:
    people = tuple(replace(p, private_emails=(ANNA,)) if p.id == "M2" else p for p in PEOPLE)
    everybody = roster(people=people)
    assert everybody.audience(ANNA, WEBMAIL, beside_parent=False) is Audience.PARENT
    assert [person.id for person in everybody.owners(ANNA)] == ["M2", "P1"]
    assert everybody.audience(TEACHER, WEBMAIL, beside_parent=True) is Audience.STAFF


def test_a_webmail_domain_names_no_organisation_but_one_address_of_it_may() -> None:
    contacts = (Contact(id="C", email="drukker@gmail.example", domain="gmail.example"),)
    known = roster(contacts=contacts)
    assert known.contact("drukker+x@gmail.example", WEBMAIL) == contacts[0]
    assert known.contact("iemand@gmail.example", WEBMAIL) is None
    assert known.contact("iemand@gmail.example", frozenset()) == contacts[0]


def test_the_label_before_the_public_suffix() -> None:
    assert [label_of(d) for d in ("gmail.com", "a.b.gmail.co.uk", "school.example", "example", "")] == [
        "gmail", "gmail", "school", "example", "",
    ]  # fmt: skip


def test_a_list_opens_to_the_first_address_of_each_member() -> None:
    lists = (
        MailList(address="a@school.example", members=("P1", "101", "M1", "weg", "Klas@Elders.Example", "P1")),
        MailList(address="b@school.example", members=("*staff",)),
    )
    everybody = roster(lists=lists)
    assert everybody.expand("a@school.example") == (ANNA, PUPIL, MENTOR, "klas@elders.example")
    assert everybody.expand("b@school.example") == (MENTOR, TEACHER, LEADER, CONFIDANT)
    assert everybody.expand(MENTOR) == ()


def test_a_member_without_a_first_address_is_reached_privately_or_not_at_all() -> None:
    people = (
        Person(id="X", kind=Kind.PUPIL, private_emails=("x@gmail.example",)),
        Person(id="Y", kind=Kind.STAFF),
    )
    lists = (MailList(address="a@school.example", members=("X", "Y", "*staff")),)
    assert Roster.build(SCHOOL, people=people, lists=lists).expand("a@school.example") == ("x@gmail.example",)


def test_a_list_opens_the_lists_in_it_and_a_ring_of_lists_ends() -> None:
    lists = (
        MailList(address="a@school.example", members=("P1", "B@school.example", "geen adres")),
        MailList(address="b@school.example", members=("a@school.example", "P3", "a@school.example")),
    )
    assert set(roster(lists=lists).expand("a@school.example")) == {ANNA, CEES}


def test_families_are_the_pupils_an_address_stands_for() -> None:
    assert roster().families(ANNA) == roster().families(BERT) == roster().families(PUPIL) == {"101"}
    assert roster().families(PUPIL_PRIVATE) == {"101"}
    assert roster().families(MENTOR) == roster().families(STRANGER) == frozenset()


def test_staff_and_functions_have_an_identity_and_nobody_else() -> None:
    mentor = roster().identify(MENTOR)
    assert mentor is not None
    assert (mentor.person_id, mentor.function, mentor.roles) == ("M1", False, {"docent", "mentor"})
    assert roster().identify("mnt@school.example") == roster().identify("m.entor+x@school.example") == mentor
    office, info = roster().identify(OFFICE), roster().identify(INFO)
    assert office is not None
    assert info is not None
    assert (office.person_id, office.function, office.roles) == (None, True, {"administratief aangewezen"})
    assert info.roles == frozenset()
    for nobody in (ANNA, PUPIL, PRIVATE, SUPPLIER, "weg@school.example"):
        assert roster().identify(nobody) is None


def test_a_mailbox_without_a_mandate_gives_no_role() -> None:
    plain = roster(mailboxes=(SharedMailbox(address=OFFICE, member_ids=("M3",)),)).identify(OFFICE)
    assert plain is not None
    assert plain.roles == frozenset()


def test_an_identity_owns_its_addresses() -> None:
    mentor, office = roster().identify(MENTOR), roster().identify(OFFICE)
    assert mentor is not None
    assert office is not None
    assert roster().same_person(PRIVATE, mentor)
    assert roster().same_person(MENTOR, mentor)
    assert not roster().same_person(ANNA, mentor)
    assert roster().same_person(OFFICE, office)
    assert not roster().same_person(MENTOR, office)


@pytest.mark.parametrize(
    ("login", "address", "may"),
    [
        (MENTOR, MENTOR, True),
        (MENTOR, "mnt@school.example", True),
        (MENTOR, TEACHER, False),
        (LEADER, OFFICE, True),
        (MENTOR, OFFICE, False),
        (MENTOR, INFO, False),
        (MENTOR, ANNA, False),
        (ANNA, MENTOR, False),
        ("printer", "printer", True),
        (OFFICE, LEADER, False),
    ],
)
def test_an_account_writes_as_itself_and_for_its_mailboxes(login: str, address: str, may: bool) -> None:
    assert roster().may_use(login, address, TODAY) is may


def test_a_grant_lends_a_mailbox_for_its_days() -> None:
    lent = roster(delegations=(granted(f"mailbox:{OFFICE}", first=TODAY, last=TODAY),))
    assert lent.may_use(TEACHER, OFFICE, TODAY)
    assert not lent.may_use(TEACHER, OFFICE, date(2026, 11, 17))
    assert not lent.may_use(TEACHER, OFFICE, date(2026, 11, 15))
    assert not lent.may_use(MENTOR, OFFICE, TODAY)
    assert not lent.may_use(TEACHER, INFO, TODAY)


def test_editors_are_named_by_code_or_address() -> None:
    assert roster().editor_addresses() == (MENTOR,)
    assert roster(school=replace(SCHOOL, editors=(TEACHER, "niemand"))).editor_addresses() == (TEACHER,)


def test_the_privacy_officer_is_configured_or_has_the_office() -> None:
    assert roster(school=replace(SCHOOL, privacy_officer="fg@elders.example")).privacy_officer_addresses() == (
        "fg@elders.example",
    )
    office = frozenset({"functionaris gegevensbescherming"})
    people = tuple(replace(p, roles=office) if p.id == "M2" else p for p in PEOPLE)
    assert roster(people=people).privacy_officer_addresses() == (TEACHER,)
    assert roster().privacy_officer_addresses() == ()


def test_protected_is_whoever_has_the_role_or_is_configured_by_any_of_his_addresses() -> None:
    assert all(roster().protects(address) for address in (CONFIDANT, "vtr@school.example", "advocaat@kantoor.example"))
    assert not roster().protects(MENTOR)
    by_alias = roster(school=replace(SCHOOL, protected=("MNT@school.example",)))
    assert by_alias.protects(MENTOR)


def test_a_row_holds_between_its_days() -> None:
    person = Person(id="X", kind=Kind.STAFF, valid_from=date(2026, 8, 1), valid_until=date(2026, 12, 31))
    assert [person.valid(day) for day in (date(2026, 7, 31), date(2026, 8, 1), date(2026, 12, 31), date(2027, 1, 1))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_whoever_had_a_last_day_has_left_after_it() -> None:
    person = Person(id="X", kind=Kind.STAFF, valid_until=date(2026, 12, 31))
    assert [person.left(date(2026, 12, 31)), person.left(date(2027, 1, 1))] == [False, True]
    assert not Person(id="X", kind=Kind.STAFF).left(date(2099, 1, 1))


def test_a_roster_shows_nobody_in_its_repr() -> None:
    text = repr(roster())
    assert not [address for address in (ANNA, MENTOR, PUPIL, CARE, EVA) if address in text]

"""From files to the people that judgement asks about."""

import json
from datetime import date
from pathlib import Path

import pytest

from gateway.directory import import_directory, load_roster, read_directory
from gateway.errors import ConfigError
from gateway.store.views import RegisterEntry
from rules.people import Home, Kind, School

SCHOOL = School(name="Het Voorbeeld", domains=("school.example",), pupil_domains=("leerling.school.example",))
FILES = {
    "staff": "id,code,first_name,last_name,roles,mentor_of,function,email,aliases,private_email,parent_id,team_leader_id,"
    "manager_id,deputy_id,teaches,valid_from,valid_until\n"
    "M1,abo,Anna,Bos,docent;mentor,3 b,wiskunde,a.bos@school.example,abo@school.example,anna@ziggo.example,P1,M2,M2,M2,"
    "3b;4hav2,2026-08-01,2027-07-31\nM2,,,,,,,b@school.example,,,,,,,,,\n",
    "students": "id,first_name,last_name,class,email,parent_ids\n101,Bo,Bos,3B,101@leerling.school.example,P1;P2\n",
    "parents": "id,name,relation,email,household_id,legal,custody,contact_ban,address_secret\n"
    "P1,Anna Bos,moeder,anna@ziggo.example,H1,,,,\nP2,Ed Vos,vader,ed@kpnmail.example,H2,ja,nee,ja,ja\n",
    "mailboxes": "address,name,member_ids,mandate\nadministratie@school.example,Administratie,M1,designated\n",
    "lists": "address,name,kind,members,visible_to\nallen@school.example,Allen,staff,*staff,staff\n",
    "contacts": "id,organisation,kind,contact_name,email,processor,approved_for\n"
    "C1,Leermiddelen,leverancier,Kim,kim@leermiddelen.example,phone;grades,C37\n",
    "consents": "id,subject_id,given_by,recipient,data_kinds,purpose,valid_from,valid_until,status\n"
    "K1,101,P1,C1,grades,boeken,2026-08-01,,\nK2,P1,P1,Ouders: 3b,phone,klassenouder,,,ingetrokken\n",
    "grounds": "id,party,data_kinds,law,valid_from\nG1,leerplicht,birth_date,Leerplichtwet,2026-01-01\n",
    "delegations": "id,from_id,to_id,scope,valid_from,valid_until\n"
    "D1,M2,M1,c18:3b,2026-08-01,2026-12-31\nD2,M2,M1,mailbox: Info@School.Example,,\nD3,M2,M1,c36,,\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / f"{name}.csv").write_text(content)
    return tmp_path


def test_everything_in_the_files_reaches_the_roster(folder: Path) -> None:
    done = import_directory([folder])
    assert not done.notes
    roster = load_roster(done.blob, SCHOOL)
    anna = roster.person("M1")
    assert anna is not None
    assert anna.kind is Kind.STAFF
    assert anna.name == "Anna Bos"
    assert anna.emails == ("a.bos@school.example", "abo@school.example")
    assert anna.private_emails == ("anna@ziggo.example",)
    assert anna.roles == {"docent", "mentor"}
    assert (anna.mentor_of, anna.teaches) == (("3B",), ("3B", "4HAV2"))
    assert (anna.team_leader_id, anna.manager_id, anna.deputy_id, anna.parent_id) == ("M2", "M2", "M2", "P1")
    assert (anna.valid_from, anna.valid_until) == (date(2026, 8, 1), date(2027, 7, 31))
    bo = roster.person("101")
    assert bo is not None
    assert (bo.kind, bo.class_name, bo.parent_ids) == (Kind.PUPIL, "3B", ("P1", "P2"))
    mother, father = roster.person("P1"), roster.person("P2")
    assert mother is not None
    assert father is not None
    assert (mother.legal, mother.custody, mother.contact_ban, mother.address_secret) == (True, True, False, False)
    assert (father.legal, father.custody, father.contact_ban, father.address_secret) == (True, False, True, True)
    assert (father.relation, father.household_id, father.student_ids) == ("vader", "H2", ("101",))
    assert roster.mailboxes["administratie@school.example"].member_ids == ("M1",)
    assert roster.mailboxes["administratie@school.example"].mandate == "designated"
    assert roster.expand("allen@school.example") == ("a.bos@school.example", "b@school.example")
    (known,) = roster.contacts
    assert (known.domain, known.processor, known.approved_for) == (
        "leermiddelen.example",
        ("phone", "grades"),
        ("C37",),
    )
    given, withdrawn = roster.consents
    assert (given.recipient, given.status, given.valid_from) == ("C1", "gegeven", date(2026, 8, 1))
    assert (withdrawn.recipient, withdrawn.status) == ("ouders:3B", "ingetrokken")
    assert [(ground.party, ground.data_kinds) for ground in roster.grounds] == [("leerplicht", ("birth_date",))]
    assert [(found.scope, found.to_id) for found in roster.delegations] == [
        ("C18:3B", "M1"),
        ("mailbox:info@school.example", "M1"),
        ("C36", "M1"),
    ]


def test_what_is_private_reaches_the_roster_and_a_bsn_only_as_a_digest(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("id,mobile\nM1,06-1\n")
    (tmp_path / "students.csv").write_text(
        "id,birth_date,mobile,bsn,education_number\n101,14-03-2012,06-2,111.222.333,\n102,,,,101222331\n103,,,geen,\n"
    )
    (tmp_path / "parents.csv").write_text(
        "id,mobile,phone,street,house_number,postcode,city\nP1,06-3,0165-4,Laan,1,4701 AB,Dorp\nP2,,,Laan,,,\n"
    )
    (tmp_path / "contacts.csv").write_text("id,phone,street,house_number\nC1,0165-5,Markt,2\n")
    plain = import_directory([tmp_path])
    assert b"bsn" not in plain.blob
    done = import_directory([tmp_path], digester=lambda text: text.upper().encode())
    assert b"111222333" not in done.blob
    roster = load_roster(done.blob, SCHOOL)
    people = roster.people
    assert [people[name].phones for name in ("M1", "101", "P1", "P2")] == [("06-1",), ("06-2",), ("06-3", "0165-4"), ()]
    assert people["101"].birth_date == date(2012, 3, 14)
    assert people["P1"].home == Home(street="Laan", house_number="1", postcode="4701 AB", city="Dorp")
    assert people["P2"].home is None
    assert [people[name].digests for name in ("101", "102", "103")] == [
        (b"BSN\x00111222333",),
        (b"EDUCATION_NUMBER\x00101222331",),
        (),
    ]
    (organisation,) = roster.contacts
    assert (organisation.phones, organisation.home) == (("0165-5",), Home(street="Markt", house_number="2"))


def test_the_registers_of_the_store_stand_beside_those_of_the_directory(folder: Path) -> None:
    blob = import_directory([folder]).blob
    before = load_roster(blob, SCHOOL)
    given = before.consents[0]
    row: dict[str, str | list[str]] = {
        "id": "T1", "subject_id": "101", "recipient": "ouders:3b", "data_kinds": ["phone"], "status": "gegeven",
    }  # fmt: skip
    ended: dict[str, str | list[str]] = {
        "id": given.id, "subject_id": given.subject_id, "recipient": given.recipient,
        "data_kinds": sorted(given.data_kinds, reverse=True), "withdrawn_on": "2026-09-01",
        "valid_from": given.valid_from.isoformat() if given.valid_from else "",
    }  # fmt: skip
    entries = (
        RegisterEntry("consents", "T1", row),
        RegisterEntry("consents", "~1", ended, imported=True),
        RegisterEntry(
            "grounds", "W1", {"id": "W1", "party": "zorg", "data_kinds": ["bsn"], "withdrawn_on": "2026-09-02"}
        ),
    )
    roster = load_roster(blob, SCHOOL, entries)
    assert [consent.id for consent in roster.consents] == [*(consent.id for consent in before.consents), "T1"]
    assert roster.consents[0].withdrawn_on == date(2026, 9, 1)
    assert roster.consents[1].withdrawn_on is None
    assert roster.consents[-1].recipient == "ouders:3B"
    assert roster.grounds[-1].withdrawn_on == date(2026, 9, 2)


def test_an_address_may_belong_to_a_colleague_and_a_parent(folder: Path) -> None:
    roster = load_roster(import_directory([folder]).blob, SCHOOL)
    assert {person.id for person in roster.owners("anna@ziggo.example")} == {"M1", "P1"}


def test_a_folder_brings_its_school(folder: Path) -> None:
    (folder / "school.json").write_text(json.dumps({"name": "Het Voorbeeld", "domains": ["school.example"]}))
    assert read_directory(folder).school.name == "Het Voorbeeld"
    assert read_directory(folder, SCHOOL).school is SCHOOL


def test_a_folder_without_a_school_needs_one_named(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no school\.json and no school\.toml"):
        read_directory(folder)


def test_an_organisation_has_its_number_and_its_house(tmp_path: Path) -> None:
    (tmp_path / "school.json").write_text('{"name": "x", "domains": ["school.example"]}')
    (tmp_path / "contacts.csv").write_text(
        "id,organisation,email,phone,street,house_number,postcode,city\n"
        "C1,Museum,info@museum.example,0313-412345,Dorpsstraat,72 bis,6921 DT,Duiven\nC2,Bus,info@bus.example,,,,,\n"
    )
    museum, bus = read_directory(tmp_path).contacts
    assert museum.phones == ("0313-412345",)
    assert museum.home == Home(street="Dorpsstraat", house_number="72 bis", postcode="6921 DT", city="Duiven")
    assert (bus.phones, bus.home) == ((), None)

"""From files to the people that judgement asks about."""

import json
from datetime import date
from pathlib import Path

import pytest

from gateway.directory import import_directory, load_roster, read_directory
from gateway.errors import ConfigError
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

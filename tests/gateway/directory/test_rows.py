"""What becomes of a row: taken, taken without a value, or rejected, always with the reason."""

import pytest

from tests.gateway.directory.conftest import Import

STAFF = "id,code,name,email\nM1,abc,Anna Bos,a.bos@school.example\n"


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            {"parents": "id,email\n1,jan.ziggo.example\n"},
            'parents.csv:2: email: "jan.ziggo.example" is no e-mail address',
        ),
        ({"parents": "id,email\n1,jan@ziggo\n"}, 'parents.csv:2: email: "jan@ziggo" is no e-mail address'),
        ({"parents": "id,name\n,Jan\n"}, "parents.csv:2: id is empty"),
        ({"students": "id,class\n,3B\n"}, "students.csv:2: id is empty"),
        ({"students": "id,class\n1,3B\n2,3B\n1,3C\n"}, 'students.csv:4: id: "1" is also on line 2'),
        (
            {"parents": "id,email,contact_ban\n1,a@x.example,misschien\n"},
            'parents.csv:2: contact_ban: "misschien" is neither ja nor nee',
        ),
        (
            {"staff": "id,email,valid_until\n1,a@school.example,morgen\n"},
            'staff.csv:2: valid_until: "morgen" is no date',
        ),
        ({"lists": "address,members\nnolist,*staff\n"}, 'lists.csv:2: address: "nolist" is no e-mail address'),
        ({"contacts": "id,email\n,\nC1,info@\n"}, 'contacts.csv:3: email: "info@" is no e-mail address'),
        (
            {"staff": STAFF, "consents": "subject_id,recipient,data_kinds\nM1,ouders:3B,schoenmaat\n"},
            'consents.csv:2: data_kinds: "schoenmaat" is not known',
        ),
        (
            {"staff": STAFF, "consents": "subject_id,recipient,data_kinds,status\nM1,ouders:3B,phone,wellicht\n"},
            'consents.csv:2: status: "wellicht" is none of gegeven, geweigerd, ingetrokken',
        ),
        (
            {"staff": STAFF, "consents": "subject_id,recipient,data_kinds\nM1,,phone\n"},
            "consents.csv:2: recipient is empty",
        ),
        (
            {"staff": STAFF, "consents": "subject_id,recipient,data_kinds\nM1,C99,phone\n"},
            "consents.csv:2: recipient: C99 is not in contacts and not ouders:KLAS",
        ),
        (
            {"consents": "subject_id,recipient,data_kinds\n9,ouders:3B,phone\n"},
            "consents.csv:2: subject_id: 9 is not in students or staff or parents",
        ),
        (
            {"staff": STAFF, "delegations": "from_id,to_id,scope\nM1,M2,C18\n"},
            "delegations.csv:2: to_id: M2 is not in staff",
        ),
        ({"grounds": "party,data_kinds\nleerplicht,\n"}, "grounds.csv:2: data_kinds is empty"),
        (
            {"parents": "id,email,legal\n1,x,zeker\n"},
            'parents.csv:2: email: "x" is no e-mail address; legal: "zeker" is neither ja nor nee',
        ),
    ],
)
def test_a_row_that_cannot_be_taken_is_rejected_with_its_reason(
    imported: Import, files: dict[str, str], note: str
) -> None:
    done = imported(**files)
    assert [str(found) for found in done.rejected] == [note]


@pytest.mark.parametrize(
    ("files", "note"),
    [
        ({"staff": "id,email,aliases\n1,a@school.example,b@\n"}, 'aliases: "b@" is no e-mail address'),
        ({"staff": "id,email,roles\n1,a@school.example,docent;goochelaar\n"}, 'roles: "goochelaar" is not known'),
        ({"students": "id,birth_date\n1,31-02-2012\n"}, 'birth_date: "31-02-2012" is no date'),
        ({"staff": "id,email,team_leader_id\n1,a@school.example,M9\n"}, "team_leader_id: M9 is not in staff"),
        ({"parents": "id,email,student_ids\n1,a@x.example,77;78\n"}, "student_ids: 77, 78 is not in students"),
        ({"lists": "address,members\nl@school.example,M9\n"}, "members: M9 is nobody we know"),
        ({"contacts": "organisation,domain\nX,a b\n"}, 'domain: "a b" is no domain'),
    ],
)
def test_a_wrong_value_that_is_not_vital_is_left_out_and_told(
    imported: Import, files: dict[str, str], note: str
) -> None:
    done = imported(**files)
    assert not done.rejected
    assert [found.reason for found in done.notes] == [f"value left out: {note}"]
    assert sum(len(rows) for rows in done.rows.values()) == 1


def test_values_come_out_in_one_form(imported: Import) -> None:
    done = imported(
        staff="id,code,first_name,infix,last_name,roles,email,aliases,valid_from\n"
        'M1,abc,Anna,van den,Bos,Docent; CONCIERGE,A.Bos@School.Example,"SMTP:a.bos@school.example;smtp:abc@school.example;X500:/o=x",2026-08-01T00:00:00\n',
        students="id,birth_date,class,bsn\n1,12-03-2012 00:00,3b,111222333\n",
        parents="id,email,legal,custody,contact_ban\nP1,Jan@Bücher.example,nee,,JA\n",
    )
    assert not done.notes
    assert done.rows["staff"] == [
        {
            "id": "M1",
            "code": "abc",
            "first_name": "Anna",
            "infix": "van den",
            "last_name": "Bos",
            "name": "Anna van den Bos",
            "roles": ["docent", "conciërge"],
            "email": "a.bos@school.example",
            "aliases": ["a.bos@school.example", "abc@school.example"],
            "valid_from": "2026-08-01",
        }
    ]
    assert done.rows["students"] == [{"id": "1", "birth_date": "2012-03-12", "class": "3b"}]
    (parent,) = done.rows["parents"]
    assert parent == {
        "id": "P1",
        "email": "jan@bücher.example",
        "legal": False,
        "custody": True,
        "contact_ban": True,
        "address_secret": False,
    }


def test_a_national_number_is_not_kept(imported: Import) -> None:
    done = imported(students="id,bsn,education_number\n1,111222333,101222331\n")
    assert b"111222333" not in done.blob
    assert b"101222331" not in done.blob


def test_a_cell_with_two_addresses_belongs_to_one_person(imported: Import) -> None:
    (parent,) = imported(parents="id,email\n1,a@x.example; b@y.example\n").rows["parents"]
    assert (parent["email"], parent["aliases"]) == ("a@x.example", ["b@y.example"])


def test_ids_that_are_missing_are_made(imported: Import) -> None:
    done = imported(
        staff="code,email\nabc,a@school.example\n,b@school.example\n",
        contacts="organisation,email,domain\nA,a@a.example,\nB,,b.example\n",
        grounds="party,data_kinds\nleerplicht,phone\na@a.example,phone\n",
        parents="email\nouder@x.example\n",
    )
    assert [row["id"] for row in done.rows["staff"]] == ["abc", "b@school.example"]
    assert [(row["id"], row["domain"]) for row in done.rows["contacts"]] == [
        ("a@a.example", "a.example"),
        ("b.example", "b.example"),
    ]
    assert [row["id"] for row in done.rows["grounds"]] == ["1", "2"]
    assert [row["id"] for row in done.rows["parents"]] == ["ouder@x.example"]


def test_of_magisters_known_doubles_the_one_whose_code_is_its_login_stays(imported: Import) -> None:
    done = imported(
        staff="stamnr_str;Code;Loginaccount.Naam;Email\n"
        "7;bos;bos_oud;oud@school.example\n7;bos;BOS;bos@school.example\n7;bos;bos_x;x@school.example\n"
    )
    assert [row["email"] for row in done.rows["staff"]] == ["bos@school.example"]
    assert "login" not in done.rows["staff"][0]
    assert [str(note) for note in done.rejected] == [
        'staff.csv:2: id: "7" is also on line 3',
        'staff.csv:4: id: "7" is also on line 3',
    ]

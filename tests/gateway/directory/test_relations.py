"""Who belongs to whom, however the export says it."""

from tests.gateway.directory.conftest import Import


def test_parents_on_the_row_of_a_pupil_become_people(imported: Import) -> None:
    done = imported(
        students="Stamnr;Roepnaam;Achternaam;E-mailadres ouder/verzorger 1;Naam ouder/verzorger 1;Mobiel ouder/verzorger 1;"
        "E-mailadres ouder/verzorger 2\n"
        "1;Bo;Smit;k.smit@ziggo.example;Kim Smit;0612345678;l.smit@kpnmail.example\n"
        "2;Al;Smit;k.smit@ziggo.example;Kim Smit;;\n"
    )
    assert not done.notes
    parents = {row["id"]: row for row in done.rows["parents"]}
    assert parents["k.smit@ziggo.example"]["student_ids"] == ["1", "2"]
    assert parents["k.smit@ziggo.example"]["mobile"] == "0612345678"
    assert parents["k.smit@ziggo.example"]["legal"] is True
    assert parents["l.smit@kpnmail.example"]["student_ids"] == ["1"]
    assert done.rows["students"][0]["parent_ids"] == ["k.smit@ziggo.example", "l.smit@kpnmail.example"]
    assert "parent1_email" not in done.rows["students"][0]


def test_two_parents_with_one_address_are_two_people(imported: Import) -> None:
    done = imported(
        students="id,parent1_email,parent1_name,parent2_email,parent2_name\n1,fam@x.example,Kim,fam@x.example,Lou\n"
    )
    assert [(row["name"], row["email"]) for row in done.rows["parents"]] == [
        ("Kim", "fam@x.example"),
        ("Lou", "fam@x.example"),
    ]


def test_one_column_with_the_addresses_of_all_parents(imported: Import) -> None:
    done = imported(students='id,email_ouders,parent1_email\n1,"a@x.example;b@x.example",a@x.example\n')
    assert [row["id"] for row in done.rows["parents"]] == ["a@x.example", "b@x.example"]


def test_a_parent_who_has_a_row_is_not_made_again(imported: Import) -> None:
    done = imported(
        students="id,parent1_email,parent1_name\n1,fam@x.example,\n2,fam@x.example,Lou\n",
        parents="id,name,email\nP1,Kim,fam@x.example\n",
    )
    assert [(row["id"], row["student_ids"]) for row in done.rows["parents"]] == [
        ("P1", ["1"]),
        ("fam@x.example", ["2"]),
    ]


def test_an_id_that_is_taken_is_not_used_twice(imported: Import) -> None:
    done = imported(
        students="id,parent1_email,parent1_name\n1,fam@x.example,Lou\n", parents="name,email\nKim,fam@x.example\n"
    )
    assert [row["id"] for row in done.rows["parents"]] == ["fam@x.example", "fam@x.example Lou"]


def test_zermelo_names_the_pupils_on_the_row_of_the_parent(imported: Import) -> None:
    done = imported(
        students="leerlingcode;Achternaam\n101;Smit\n102;Smit\n",
        ouders="Code;Achternaam;Email;Leerlingcodes\nO7;Smit;k.smit@ziggo.example;101,102\n",
    )
    assert not done.notes
    assert done.rows["parents"][0]["student_ids"] == ["101", "102"]
    assert [row["parent_ids"] for row in done.rows["students"]] == [["O7"], ["O7"]]


def test_a_reference_may_be_an_id_a_code_or_an_address(imported: Import) -> None:
    done = imported(
        staff="id,code,email,team_leader_id,manager_id,parent_id\n"
        "1,abc,a@school.example,DEF,d@school.example,\n2,def,d@school.example,1,,P1\n",
        parents="id,email\nP1,d@x.example\n",
        mailboxes="address,member_ids\ninfo@school.example,abc;2;abc\n",
        lists='address,members\nall@school.example,"*staff;def;extern@x.example"\n',
        delegations="from_id,to_id,scope\nabc,def,C18:3B\n",
    )
    assert not done.notes
    first, second = done.rows["staff"]
    assert (first["team_leader_id"], first["manager_id"], second["parent_id"]) == ("2", "2", "P1")
    assert done.rows["mailboxes"][0]["member_ids"] == ["1", "2"]
    assert done.rows["lists"][0]["members"] == ["*staff", "2", "extern@x.example"]
    assert (done.rows["delegations"][0]["from_id"], done.rows["delegations"][0]["to_id"]) == ("1", "2")


def test_a_ground_may_name_a_contact_or_a_kind_of_contact(imported: Import) -> None:
    done = imported(
        contacts="id,organisation,kind,email\nC1,Gemeente,leerplicht,info@gemeente.example\n",
        grounds="party,data_kinds\nINFO@gemeente.example,phone\nleerplicht,phone\n",
    )
    assert [row["party"] for row in done.rows["grounds"]] == ["C1", "leerplicht"]


def test_numbers_of_staff_pupils_and_parents_may_be_the_same(imported: Import) -> None:
    done = imported(
        staff="id,email,team_leader_id,parent_id\n1,a@school.example,2,1\n2,b@school.example,,\n",
        students="id,parent_ids\n1,1\n3,\n",
        parents="id,email\n1,ouder@x.example\n",
        lists="address,members\nl@school.example,1;2\n",
        mailboxes="address,member_ids\ninfo@school.example,1\n",
    )
    assert not done.notes
    first, second = sorted(done.rows["staff"], key=lambda row: str(row["email"]))
    assert (first["id"], first["team_leader_id"], first["parent_id"]) == ("staff:1", "2", "parents:1")
    assert second["id"] == "2"
    assert done.rows["students"][0] == {"id": "1", "parent_ids": ["parents:1"]}
    assert done.rows["parents"][0]["student_ids"] == ["1"]
    assert done.rows["mailboxes"][0]["member_ids"] == ["staff:1"]
    assert done.rows["lists"][0]["members"] == ["staff:1", "2"]

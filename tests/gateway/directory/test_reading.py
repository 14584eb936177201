"""CSV as schools export it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.directory.columns import FILES, NEEDED, column_for, file_for, plain
from gateway.directory.reading import DirectoryError, read

HEADER = "id;first_name;infix;last_name;email"
ROW = "P1;Zoë;van der;Ven;zoe@ziggo.example"


def one(data: bytes, kind: str = "parents", **mapping: str) -> dict[str, str]:
    (line,) = read(kind, f"{kind}.csv", data, mapping).lines
    return dict(line.values)


EXPECTED = {"id": "P1", "first_name": "Zoë", "infix": "van der", "last_name": "Ven", "email": "zoe@ziggo.example"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_separator_encoding_and_line_end_reads_the_same(separator: str, encoding: str, end: str) -> None:
    text = f"{HEADER}{end}{ROW}{end}".replace(";", separator)
    assert one(text.encode(encoding)) == EXPECTED


def test_excels_separator_line_is_no_header() -> None:
    sheet = read("parents", "parents.csv", f"sep=;\n{HEADER}\n{ROW}\n".encode(), {})
    assert dict(sheet.lines[0].values) == EXPECTED
    assert sheet.lines[0].number == 3


def test_a_quoted_cell_may_hold_separators_and_line_ends() -> None:
    sheet = read("parents", "parents.csv", b'id,name,email\n1,"Ven, van der\nZoe",z@x.example\n2,B,b@x.example\n', {})
    assert [(line.number, line.values["name"]) for line in sheet.lines] == [(2, "Ven, van der\nZoe"), (4, "B")]


def test_empty_rows_are_nothing_and_short_rows_are_filled_up() -> None:
    sheet = read("parents", "parents.csv", b"id,email,phone\n\n,,\n1,a@x.example\n", {})
    assert [dict(line.values) for line in sheet.lines] == [{"id": "1", "email": "a@x.example"}]
    assert not sheet.notes


def test_a_row_with_more_values_than_columns_is_rejected() -> None:
    sheet = read("parents", "parents.csv", b"id,email\n1,a@x.example,,\n2,b@x.example,extra\n", {})
    assert len(sheet.lines) == 1
    assert [str(note) for note in sheet.notes] == ["parents.csv:3: has 3 values where the header names 2"]


def test_what_the_csv_reader_gives_up_on_is_told_with_its_line() -> None:
    data = b"id,email\n1,a@x.example\n2," + b"x" * 200_000 + b"\n"
    (note,) = read("parents", "parents.csv", data, {}).notes
    assert str(note) == "parents.csv:3: from here on this is no CSV: field larger than field limit (131072)"
    assert note.rejected


def test_columns_we_have_no_use_for_are_named() -> None:
    assert read("students", "s.csv", b"stamnr_str;Klas;Studie;\n1;3B;havo;\n", {}).unused == ("Studie",)


def test_of_two_columns_with_one_meaning_the_first_filled_counts() -> None:
    assert one(b"stamnr;llnr;klas\n;2017;3B\n", "students") == {"id": "2017", "class": "3B"}


def test_a_mapping_names_a_column_and_takes_it_from_its_usual_one() -> None:
    data = b"Nummer in systeem;stamnr;Klas\n77;1;3B\n"
    assert one(data, "students", id="nummer in  Systeem") == {"id": "77", "class": "3B"}


def test_a_mapping_that_names_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(DirectoryError) as caught:
        read("students", "s.csv", b"stamnr\n1\n", {"class": "Stamgroep 2"})
    assert caught.value.mistakes == (("s.csv", 'there is no column "Stamgroep 2", which the mapping names for class'),)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_in_which_nobody_can_be_named_is_refused(kind: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        read(kind, f"{kind}.csv", b"nothing,of,use\n1,2,3\n", {})
    needed = " or ".join(NEEDED[kind])
    assert str(caught.value) == f"{kind}.csv: there is no column for {needed}; name it in a mapping"


@given(st.binary(max_size=300), st.sampled_from(sorted(FILES)))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes, kind: str) -> None:
    try:
        sheet = read(kind, "x.csv", data, {})
    except DirectoryError as exc:
        assert exc.mistakes
    else:
        assert [line.number for line in sheet.lines] == sorted(line.number for line in sheet.lines)


# domain.md section 3: how Magister, Somtoday, Zermelo, UWLR, Edu-V and Entra call things.
SYNONYMS = {
    ("students", "id"): "stamnr_str stamnr STAMNR stamnummer leerlingnummer leerlingcode llnr",
    ("students", "class"): "Klas CLASS groep stamklas stamgroep Klasnaam",
    ("students", "first_name"): "Roepnaam Voornaam FIRSTNAME givenName",
    ("students", "infix"): "Tussenv Tussenvoegsel Voorvoegsel PREFIX familyNamePrefix",
    ("students", "last_name"): "Achternaam LASTNAME familyName",
    ("students", "birth_date"): "geb_datum_str Geboortedatum BIRTHDATE dateOfBirth",
    ("students", "email"): "Email EMAIL e-mailadres",
    ("students", "parent1_email"): "E-mailadres_ouder/verzorger_1 Ouder_1_e-mail Verzorger1_Email O.email",
    ("students", "parent2_email"): "E-mailadres_ouder/verzorger_2 Ouder_2_e-mail Verzorger2_Email",
    ("students", "parent_emails"): "email_ouders",
    ("parents", "id"): "Code",
    ("parents", "last_name"): "Achternaam",
    ("parents", "email"): "Email O.email sis_oudr.email",
    ("parents", "mobile"): "gsm mobielNummer",
    ("parents", "student_ids"): "Leerlingcodes",
    ("parents", "address_secret"): "Geheim",
    ("staff", "code"): "Code doc_code afkorting personeelscode",
    ("staff", "function"): "Functie.Omschr jobTitle",
    ("staff", "email"): "mail userPrincipalName",
    ("staff", "aliases"): "proxyAddresses",
    ("staff", "valid_until"): "dVertrek_str",
    ("staff", "login"): "Loginaccount.Naam",
    ("staff", "name"): "Loginaccount.Volledige_naam displayName",
}


@pytest.mark.parametrize(("file", "column"), SYNONYMS)
def test_the_names_other_systems_use_are_known(file: str, column: str) -> None:
    for name in SYNONYMS[file, column].split():
        assert column_for(file, name.replace("_", " ")) == column, name


@pytest.mark.parametrize("file", FILES)
def test_no_name_in_a_file_means_two_columns(file: str) -> None:
    meant: dict[str, str] = {}
    for column in FILES[file]:
        for name in {plain(column.name), *column.also}:
            assert name == plain(name)
            assert meant.setdefault(name, column.name) == column.name, (file, name)


def test_files_are_known_by_their_dutch_names_too() -> None:
    assert file_for("Ouders-Verzorgers") == "parents"
    assert file_for("staff") == "staff"
    assert file_for("notities") is None

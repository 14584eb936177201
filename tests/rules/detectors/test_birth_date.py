"""Dates of birth as people write them, and every other date."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.birth_date import find
from rules.text.context import Context
from rules.text.hits import HIGH, LOW

MARCH = "2011-03-12"


def hits(text: str) -> list[tuple[str, str, str]]:
    return [(text[hit.start : hit.end], hit.value, hit.confidence) for hit in find(Context(text))]


def sure(text: str) -> list[tuple[str, str]]:
    return [(written, value) for written, value, confidence in hits(text) if confidence == HIGH]


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("Saar is geboren op 12-03-2011 in Goes.", "12-03-2011", MARCH),
        ("geb. 12-3-2011", "12-3-2011", MARCH),
        ("geb.12-3-2011", "12-3-2011", MARCH),
        ("(geb 12/3/11)", "12/3/11", MARCH),
        ("Geboortedatum: 12.03.2011", "12.03.2011", MARCH),
        ("geboortedatum\n12 maart 2011", "12 maart 2011", MARCH),
        ("geb.datum: 12 mrt. 2011", "12 mrt. 2011", MARCH),
        ("Geb. dat. 12 mrt '11", "12 mrt '11", MARCH),
        ("geboortedtum = 2011-03-12", "2011-03-12", MARCH),
        ("gebortedatum 12-03-2011", "12-03-2011", MARCH),
        ("geboorte datum 12 - 03 - 2011", "12 - 03 - 2011", MARCH),
        ("geboortedatum 12 03 2011", "12 03 2011", MARCH),
        ("geboortedatum: 12032011", "12032011", MARCH),
        ("geboortedatum: 20110312", "20110312", MARCH),
        ("geboren te Sint-Maartensdijk, gemeente Tholen, op 12 Maart 2011", "12 Maart 2011", MARCH),
        ("Geboren: zaterdag 12 maart 2011", "12 maart 2011", MARCH),
        ("12-03-2011 is haar geboortedatum, toch?", "12-03-2011", MARCH),
        ("op 12 maart 2011 geboren", "12 maart 2011", MARCH),
        ("DOB 12/03/2011", "12/03/2011", MARCH),
        ("D.O.B.: 03/14/2011", "03/14/2011", "2011-03-14"),
        ("Date of birth: March 12, 2011", "March 12, 2011", MARCH),
        ("born on 12th of March 2011", "12th of march 2011".replace("m", "M"), MARCH),
        ("born March 12th 2011", "March 12th 2011", MARCH),
        ("Her birth date is 12 Mar 2011.", "12 Mar 2011", MARCH),
        ("Birthdate 2011/03/12", "2011/03/12", MARCH),
        ("birthday: 12-03-2011", "12-03-2011", MARCH),
        ("verjaardag 12-03-2011", "12-03-2011", MARCH),
        ("is jarig op 12 maart (12-03-2011)", "12-03-2011", MARCH),
        ("°12-03-2011 Goes", "12-03-2011", MARCH),
        ("vader (geb. 1 februari 1978) belt morgen", "1 februari 1978", "1978-02-01"),
        ("oma, geboren 4-5-'49", "4-5-'49", "1949-05-04"),
        ("Naam\tgeb.datum\tklas\nAnna\t12-03-2011\t3B", "12-03-2011", MARCH),
        ("Naam;DOB;Class\nAnna;12/03/2011;3B", "12/03/2011", MARCH),
        ("Naam | Geboren | Klas\nAnna | 12-03-11 | 3B", "12-03-11", MARCH),
        ("Geboortedatum  Klas\n20110312       3B", "20110312", MARCH),
        ("Anna de Wit, 14 jaar, 12-03-2011", "12-03-2011", MARCH),
        ("Anna (15; 12-03-2011) komt ook", "12-03-2011", MARCH),
        ("Anna, 12-03-2011 (15 jaar)", "12-03-2011", MARCH),
        ("Leerling Anna de Wit (V4A), 12-03-2011, BSN volgt", "12-03-2011", MARCH),
        ("Naam: Anna de Wit  Klas: 3B  12-03-2011", "12-03-2011", MARCH),
        ("llnr 203123 Anna de Wit 12-03-2011 tel. volgt", "12-03-2011", MARCH),
        ("Pupil: Anna de Wit, class 3B, 12 March 2011", "12 March 2011", MARCH),
        ("geb. -12-03-2011", "12-03-2011", MARCH),
        ("Anna (geb. Goes, 12 maart 2011)", "12 maart 2011", MARCH),
        ("Lid: Anna Bos, *12-03-2011", "12-03-2011", MARCH),
        ("Patiënt: A. Bos, 12-03-2011, v", "12-03-2011", MARCH),
        ("born: 2011-03-12T00:00:00", "2011-03-12", MARCH),
        ("hij is van 12 maart 2011", "12 maart 2011", MARCH),
        ("Sem, 12-03-2011, 2C", "12-03-2011", MARCH),
        ("g.d. 12-03-2011", "12-03-2011", MARCH),
        ("(b. 12 March 2011)", "12 March 2011", MARCH),
        ("op 12 maart 2011 zag Sem het levenslicht", "12 maart 2011", MARCH),
        ("geb: 12 03 11", "12 03 11", MARCH),
        ("mijn dochter (geboortedatum 120311)", "120311", MARCH),
        ("Geboortedatum;Naam\n120311;Anna", "120311", MARCH),
        ("Anna (12-03-2011)", "12-03-2011", MARCH),
        ("Anna van der Wit, 12-03-2011", "12-03-2011", MARCH),
        ("Voor het visum: Anna de Wit 12/03/2011 NL", "12/03/2011", MARCH),
        ("aged 15 (12/03/2011)", "12/03/2011", MARCH),
        ("Gefeliciteerd met de geboorte van Lot op 12 maart 2026", "12 maart 2026", "2026-03-12"),
        ("geboortedatum moeder: 3-5-1978; datum huwelijk 4-6-2001", "3-5-1978", "1978-05-03"),
        ("llnr 203512, geboren 12-03-2011, kluis 203512", "12-03-2011", MARCH),
        ("12-03-2011 is haar geboortedatum, kluis 010203", "12-03-2011", MARCH),
        ("ik ben geboren in het jaar van de tijger namelijk op 12-03-2011", "12-03-2011", MARCH),
        ("Geboren: 12-03-2011. Ingeschreven per 01-08-2024.", "12-03-2011", MARCH),
        ("Ingeschreven per 01-08-2024, geboren 12-03-2011.", "12-03-2011", MARCH),
        ("Gesprek op 01-08-2024 over Saar (geb. 12-03-2011)", "12-03-2011", MARCH),
    ],
)
def test_a_date_of_birth_is_found_where_it_stands(text: str, written: str, value: str) -> None:
    assert sure(text) == [(written, value)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Anna de Wit 12-03-2011\nBram Visser 04-07-2012", 2),
        ("1. Anna 12-03-2011\n2. Bram 4-7-2012\n3. Cas 5-8-2011", 3),
        ("Wit, de, Anna; 3B; 12-03-2011\nVisser, Bram; 3B; 04-07-2012", 2),
        ("Geboortedata 3B\nAnna 12-03-2011\n\nBram 4-7-2012", 2),
        ("Geboortedata:\n- Anna: 12-03-2011\n- Bram: 4-7-2012", 2),
        ("geboren: Anna 12-03-2011, Bram 04-07-2012 en Cas 5 mei 2012", 3),
        ("Bas (2011-05-03) en Lot (2012-06-04) zitten in 3B", 2),
        ("Anna\t3B\t12-03-2011\nBram\t3B\t04-06-2012", 2),
        ("Verjaardagen\nAnna 12-03-2011\nBram 4-7-2012", 2),
        ("Dates of birth\nAnna 12-03-2011", 1),
    ],
)
def test_each_row_of_a_list_has_its_date(text: str, count: int) -> None:
    assert len(sure(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "De toets is op 12-03-2026.",
        "Het kamp is van 12-03-2026 t/m 14-03-2026.",
        "12 maart 2026 ouderavond",
        "Vergadering 12-03-2012, notulen",
        "De school is op 12-03-2012 verhuisd.",
        "Factuur van 12-03-2011, graag betalen.",
        "geldig tot 11-03-2031",
        "Paspoort afgifte 12-03-2015, geldig tot 12-03-2025, van leerling Anna",
        "Zij is geboren in Goes. Het feest is op 12-12-2026.",
        "Zij is geboren in Goes\n\n12-12-2026 feest",
        "verjaardag van de school: 12-03-2026",
        "birthday party 12-12-2026",
        "taart, want ik ben jarig op 12-03-2026",
        "geboren in 2011",
        "geboren op 31-02-2011",
        "geboren op 45-13-2011",
        "geboortekaartje besteld",
        "wie geboren is vóór 1 oktober mag door",
        "gebouw 12-03-2011",
        "Het gebed van 12-03-2011",
        "dobbelen 12-03-2011",
        "Vul je geboortedatum in, bijvoorbeeld 01-01-2010",
        "geboortedatum (dd-mm-jjjj)",
        "De schilder werd geboren op 30 maart 1953",
        "Rembrandt, geboren 15 juli 1906",
        "tht 03-2024",
        "2026-11-17T08:31:22.481Z job=4409123",
        "versie 12-03-2011",
        "12-03-2011 08:30",
        "Rapport 2011-03-12",
        "ISBN 12-03-2011-4",
        "bestelnr A12-03-2011",
        "pakket #12-03-2011",
        "Leerling is ingeschreven per 01-08-2016, klas 3B, mentor Bos",
        "Ingang 01-08-2015\nEinde 31-07-2016",
        "Sectie Engels 12-03-2012",
        "de notulen van Anna de Wit 12-03-2012\nde notulen van Bram Bos 12-04-2012",
        "Anna de Wit 12-03-2026\nBram Visser 04-07-2026",
        "12-03-2011\n04-07-2012",
        "opdracht 12 (14, 12-03-1811)",
        "les 12-03, 14-03 en 16-03",
        "3-4-2-1 in de zaal, born to run",
        "Born to Run uit 1975",
        "drie kittens geboren op 12-03-2016",
        "hoofdstuk 12.3.11 gaat over geboorte\nen dood",
        "geboren worden kost niets, zie 12.03.2011.4",
        "Leerlingen geboren voor 1 oktober 2011 doen mee",
        "Wie na 01-01-2011 is geboren krijgt korting",
        "Kinderen geboren tussen 01-01-2011 en 31-12-2012",
        "Certificaat VCA, Anna Bos, 03-05-2016",
        "Diploma behaald op 03-05-2011 door Anna Bos",
        "Onze school bestaat sinds 03-05-2011",
        "code 120311",
        "nummer 15, 12-03-2011",
        "geboortedatum onbekend, kluis 120311",
        "geboortedatum 12-03-1811",
        "Mijn zoon wordt op 3 mei 2026 vijftien (geboren 2011)",
        "Rapport leerling Anna Bos, 3B, 03-05-2016",
        "* 12-03-2026 * 13-03-2026",
        "**12-03-2011**",
        "Overleden 12-03-2015, geboren is onbekend",
        "naam van het boek: 12-03-2011",
        f"{'A' * 130} Bos 12-03-2011\n{'B' * 130} Bos 12-03-2011",
    ],
)
def test_any_other_date_is_none(text: str) -> None:
    assert not sure(text)


def test_doubt_is_said() -> None:
    assert hits("De schilder werd geboren op 30 maart 1953") == [("30 maart 1953", "1953-03-30", LOW)]


PIECES = ["geboren", "geb.", "12-03-2011", "12 maart 2011", "March 3, 2010", "Anna", " ", "\n", ",", "14", "(", ")", "jaar","klas 3B", "leerling", ":", "\t", "20110312", "0", "jarig", ". ", "İ", "é", "-"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_gives_sorted_hits_within_it(text: str) -> None:
    found = find(Context(text))
    assert all(0 <= hit.start < hit.end <= len(text) for hit in found)
    assert all(one.end <= other.start for one, other in pairwise(found))

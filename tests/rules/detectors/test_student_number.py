"""Pupil numbers as teachers write them, and the many other numbers in a school's mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.student_number import candidates, find
from tests.rules.detectors.marked import assert_found, assert_linear, assert_total, context_of


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


@pytest.mark.parametrize(
    "text",
    [
        "leerlingnummer «203124»",
        "Leerlingnummer: «203124»",
        "leerlingnr. «203124»",
        "leerling-nr «203124»",
        "leerling nummer «203124»",
        "leelingnummer «203124»",
        "leerlingnumer «203124»",
        "lerlingnummer is «203124»",
        "llnr «203124»",
        "llnr. «203124»",
        "llnr:«203124»",
        "llnr«203124»",
        "lln.nr. «203124»",
        "lln nr «203124»",
        "ll.nr.: «203124»",
        "LLNR = «203124»",
        "stamnr «203124» - Hidde - kluissleutel kwijt, 10 euro betaald",
        "stamnummer «203124»",
        "stam nr. «203124»",
        "studentnummer «203124»",
        "studentnr: s«203124»",
        "student number «203124»",
        "Student no. «203124»",
        "student ID: «203124»",
        "pupil number «203124»",
        "pupil no. «203124»",
        "deelnemernummer «201700023»",
        "leerlingnummer «20371»",
        "leerlingnr «4512»",
        "leerlingnummer «2031»",
        "leerlingnummer «201700001»",
        "leerlingnummer «203 124»",
        "leerlingnummer «203.124»",
        "leerling «203124» heeft het boek nog",
        "lln «203124»",
        "Pupil «203124» was absent.",
        "«203124» (leerlingnummer)",
        "«203124» is haar leerlingnummer",
        "het leerlingnummer van Sven Postma is «203124»",
        "llnr van de nieuwe in 3B: «203124»",
        "Leerlingnummer\n«203124»",
        "leerlingnummers: «203124», «203138» en «203152»",
        "leerlingnummers «203124»/«203138»",
        "llnrs «203124», «203138»",
        "Afwezig (llnr):\n«203124»\n«203138»\n«203152»",
        "Naam;Leerlingnummer;Klas\nSven;«203124»;3B\nNoa;«203138»;3B",
        "stamnr\tnaam\tbedrag\n«203124»\tSven\t12500\n«203138»\tNoa\t13500",
        "naam | llnr\nSven | «203124»\nNoa | «203138»",
        "| Leerlingnr | «203124» |",
        "Wie is llnr «203124»? Die staat bij mij op de lijst.",
        "Koen, llnr «203516», 7e uur. Ouder gebeld op 06 - 3892 5433.",
        "stamnr_str=«203124»&klas=3B",
        "Absent: «203124», «203138» (llnr's)",
        "Naam,Leerlingnummer,Klas\nSven,«203124»,3B\nNoa,«203138»,3B",
        "het nummer van de leerling is «203124»",
        "leerlingnummer Sven: «203124», Noa: «203138»",
        "inloggen met «203124» als leerlingnummer",
        "leerl.nr. «203124»",
        "Leerlingnummer  Naam  Klas\n«203124»  Sven  3B\n«203138»  Noa  3B",
        "- llnr. «203124»: 5,6\n- llnr. «203138»: 7,1",
        "leerlingnummer «203124»/3B",
        "llnr\nSven\t«203124»",
        "llnr Noa «203124», dochter van mevrouw Bos, en dan haar broertje Sem «203138», en hun oudere zus uit havo vier, Karin «203152»",
        "Leerlingnummers van de absenten:\n\nSven «203124»\nNoa «203138»",
        "lln «203124», 12345 boeken",
        "llnr «1204» zit in lokaal 1304 bij mevrouw 1404",
        "llnr «1204», «1304»",
        "order 884412, llnr «203124»",
        "llnr «203124», order 884412",
        "kluis 1204 (stamnr «203124»)",
    ],
)
def test_a_labelled_number_is_found(text: str) -> None:
    assert_found(find, text, value=digits)


@pytest.mark.parametrize(
    "text",
    [
        "Leerlingnummer: volgt\nBSN: 628194821",
        "Leerling 3B-12, kopieerkaart 203124",
        "login 203124 ww Zomer12",
        "a203124",
        "leerlinge203124",
        "leerlingnummer 203124%",
        "leerlingnummer 203 124 06",
        "leerling x. 203 124",
        "Vul je leerlingnummer in op deze manier:\n\n1. kies 2026",
        "llnr onbekend! Verder 203124",
        "203124",
        "Sven Postma (203124)",
        "We drukten 204500 kopieën dit jaar; vorig jaar 203900. Bespaar dus papier!",
        "Dit jaar 203124 leerlingen in Nederland",
        "De leerlingen kregen 203124 euro bij elkaar",
        "leerlingen: 1204",
        "1204 leerlingen",
        "leerling van 2012",
        "leerling 12 jaar",
        "leerlingen 2026-2027",
        "leerlingnummers 2026-2027 volgen",
        "leerlingnummer volgt op 12-11-2026",
        "leerlingnummer 203.124,50",
        "leerlingnummer 12:30",
        "Leerling belt 0612345678",
        "leerlingnummer staat op de kaart, bel 06-12345678",
        "De leerling belt 026-3640100",
        "leerling bestelling 203124",
        "leerlingen, ordernummer 203124",
        "geen leerlingnummer maar factuur 203124",
        "leerlingnummer onbekend. Factuur 203124 is betaald",
        "lokaal 1204",
        "klas 3B, lokaal 1204, leerling komt later",
        "postcode 6882 AZ, leerling",
        "leerling woont 6882AZ",
        "studentenreis: boekingsnummer 203124",
        "studiedag 2026",
        "student ticket 203124",
        "student offer code 203124",
        "pupils raised 203124 euro",
        "pupils raised € 203124",
        "203124@leerling.school.example",
        "leerling +31612345678",
        "kluisnummer 203124",
        "leerlingkluis: pasnummer 203124",
        "stamboom 1842",
        "stamgroep 2026",
        "KvK 41048812",
        "ISBN 9789001234567 voor elke leerling",
        "Invoice 2026-004418, customer 1044882",
        "leerlingnummer (bijv. 203124)",
        "Naam;Ordernummer\nleerling;203124",
        "factuurnummers leerlingboeken:\n203124",
        "2026-11-23 14:52:50 [1116] sync pakket=433419159 rij=205357 ok",
        "https://elo.example/leerling?ref=203124",
        "leerlingnummer 20",
        "leerlingnummer 2031240000",
        "leerling 99.500",
        "leerlingnummer: zie pagina 12",
        "leerlingnummers 203124 stuks",
        "Les 12345: leerling telt tot 54321.",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not find(context_of(text))


def test_what_the_roster_may_know_is_a_candidate_whatever_it_is_called() -> None:
    context = context_of("Sven (203124), order 203 138, in 2026, 12-11-2026, 06 12345678, 203152@x.example, € 99.500")
    assert [hit.value for hit in candidates(context)] == ["203124", "203138", "2026"]


@given(st.text(max_size=120) | st.text(alphabet="0123456789 .-\n\t;:|lnrLstam,", max_size=200))
def test_any_text_gives_hits_in_order(text: str) -> None:
    assert_total(find, text)
    assert_total(candidates, text)


def test_the_time_grows_with_the_text() -> None:
    assert_linear(
        find, "lln 1234 ", "llnr 203124 ", "llnr;203124;\n", "leerling 203 124,", "203 124 leerling", "a203124 ll"
    )

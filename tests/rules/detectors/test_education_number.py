"""Education numbers as schools write them, and the numbers that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.education_number import candidates, find
from tests.rules.detectors.marked import assert_found, assert_linear, assert_total, context_of


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


@pytest.mark.parametrize(
    "text",
    [
        "onderwijsnummer «109331224»",
        "Onderwijsnummer: «109803195»",
        "onderwijsnr. «101792056»",
        "onderwijs nr «104333978»",
        "onderwijs-nummer «105893268»",
        "ondewijsnummer «107614565»",
        "onderwijsnumer «106741397»",
        "onderwijsnummre «105431819»",
        "zijn ondrwijsnummer is «103341591»",
        "PGN «107313619»",
        "PGN: «101885113»",
        "Persoonsgebonden nummer «105056127»",
        "persoonsgebonden nr. «102795430»",
        "OWN «102144662»",
        "OWN-nummer «101772367»",
        "own nr «100131457» | 3B",
        "BSN/onderwijsnummer «103451177»",
        "BSN of OWN: «100837925»",
        "bsn_ondwnr=«106243658»",
        "education number «105270265»",
        "Education no. «107035188»",
        "her education number is «104208217»",
        "BSN «109041568»",
        "onderwijsnummer «104 763 237»",
        "onderwijsnummer «105.454.595»",
        "onderwijsnummer «101-950-038»",
        "onderwijsnummer «1044 23 712»",
        "onderwijsnummer «105 885\n715»",
        "onderwijsnummer «109–077–095»",
        "«106196498» (onderwijsnummer)",
        "«105622777» is het onderwijsnummer van Noa",
        "Het onderwijsnummer van de nieuwe leerling uit Syrië, die maandag begint: «100865982»",
        "Het onderwijsnummer is:\n«103886844»",
        "Onderwijsnummers: «100256746», «106078738», «100093717»",
        "Naam;PGN;Klas\nNoa;«100255110»;3B\nSem;«109926876»;3C",
        "Noa\tonderwijsnr\nx\ty\n\nonderwijsnummer\t«101445174»",
        "naam | onderwijsnummer\nNoa | «103493925»\nSem | «109331224»",
        "Onderwijsnummers nieuwe leerlingen:\n1. Noa «109803195»\n2. Sem «101792056»",
        "DUO «104333978»",
        "order 12345 en onderwijsnummer «105893268»",
        "onderwijsnummer «107614565», ordernummer 106741397",
        "volgens mij is zijn onderwijsnummer «105 431 819» maar check ff",
        "PGN Noa «109331224», dochter van mevrouw Bos, en dan nog haar jongere broertje Sem «109803195», en hun oudere zus uit havo vier, Karin, «101792056»",
        "De onderwijsnummers van de nieuwe leerlingen die vanaf maandag bij ons in de schakelklas zitten zijn bekend, hier zijn ze:\n\n- Noa «109331224»\n- Sem «109803195»",
        "«~103341591»",
        "Noa, «~107313619», 3B",
    ],
)
def test_a_number_that_proves_itself_is_found(text: str) -> None:
    assert_found(find, text, value=digits)


@pytest.mark.parametrize(
    "text",
    [
        "onderwijsnummer 109331225",
        "onderwijsnummer 628194821",
        "onderwijsnummer 208331224",
        "onderwijsnummer 10933122",
        "onderwijsnummer 1093312240",
        "PGN 109331220",
        "OWN 109331221",
        "109331222",
        "ordernummer 109331224",
        "order 109331224",
        "bestelnr. 109331224",
        "bestelling 109 331 224",
        "factuur 109331224",
        "factuurnummer: 109331224",
        "invoice 109331224",
        "klantnummer 109331224",
        "customer no. 109331224",
        "dossiernummer 109331224",
        "kenmerk: 109331224",
        "ticket 109331224",
        "RSIN 109331224",
        "meeting id: 109 331 224",
        "zoom 109 331 224",
        "polisnr 109331224",
        "artikelnummer 109331224",
        "serial 109331224",
        "trackingnummer 109331224",
        "tel 109331224",
        "+109331224",
        "€ 109.331.224",
        "109331224,50",
        "10 93 31 22 4",
        "10.93.31.22.4.5",
        "109331224@leerling.school.example",
        "x109331224y",
        "https://winkel.example/?order=109331224",
        "geen onderwijsnummer maar relatienummer 109331224",
        "onderwijsnummer (voorbeeld: 109331224)",
        "bijv. 109331224",
        "Naam;Ordernummer\nJan;109331224\nPiet;109803195",
        "Factuurnummers:\n109331224",
        "109331224 (klantnummer)",
        "job=109331224 status=OK",
        "2026-11-17T08:31:22.481Z",
        "109.331.224.1",
        "10-93-31-22-4-11",
    ],
)
def test_what_is_no_number_of_a_pupil_is_left_alone(text: str) -> None:
    assert not find(context_of(text))


def test_what_the_roster_may_know_is_a_candidate_whatever_it_is_called() -> None:
    assert [hit.value for hit in candidates(context_of("order 109331224, BSN 628194821"))] == ["109331224"]


@given(st.text(max_size=120) | st.text(alphabet="0123456789 .-\n\t;:|pgnPGNowduo,", max_size=200))
def test_any_text_gives_hits_in_order(text: str) -> None:
    assert_total(find, text)


def test_the_time_grows_with_the_text() -> None:
    assert_linear(find, "1 ", "109331224 ", "pgn 109331224\n", "1093 31 224,", "pgn;109331224;\n")

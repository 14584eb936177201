"""Citizen service numbers as people write them, and the numbers that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.bsn import candidates, find
from tests.rules.detectors.marked import assert_found, assert_linear, assert_total, context_of

ALPHABET = "0123456789 .-\n\t;:|OlBSNbsn geenorder,"


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit()).zfill(9)


@pytest.mark.parametrize(
    "text",
    [
        "BSN «628194821»",
        "bsn: «252760189»",
        "Haar bsn is «507529170», graag verwerken.",
        "BSN-nummer «121547280»",
        "bsnnr. «385280841»",
        "B.S.N.: «353799075»",
        "burgerservicenummer «805888718»",
        "Burger Service Nummer: «167868433»",
        "burger-service-nummer = «611148936»",
        "burgerservicenumer «400376143» (zie paspoort)",
        "burgerservcienummer: «304813734»",
        "sofinummer «149131677»",
        "sofi-nr «232679381»",
        "PGN «211673420»",
        "persoonsgebonden nummer (PGN): «969372930»",
        "onderwijsnummer «850273900»",
        "citizen service number «252000201»",
        "His BSN is «163624677».",
        "social security number: «683673221»",
        "BSN «7320.60.011»",
        "BSN «643 316 462»",
        "BSN «391.197.423»",
        "BSN «914-180-630»",
        "BSN «3482 87 732»",
        "BSN «669 348\n156»",
        "BSN «669 348\r\n> 156»",
        "BSN «4 5 3 7 0 9 7 1 0»",
        "BSN «294–847–005»",
        "BSN «550\u00a0597\u00a0530»",
        "BSN５０３: «５０３９６６６３０»",
        "BSN «628194821» 12 jaar",
        "BSN «628 194 821» 12 jaar",
        "BSN«628194821»",
        "bsn_leerling=«628194821»",
        "«628194821» (bsn)",
        "«628194821» is zijn BSN",
        "Het bsn van Saar uit 3B, die vorige week is ingeschreven: «628194821»",
        "Het burgerservicenummer dat de gemeente doorgaf voor de zoon van mevrouw Post is\n«628194821»",
        "BSN:\n«628194821»",
        "BSN's: «628194821», «252760189» en «507529170»",
        "Graag de BSN's verwerken:\n- Jan «628194821»\n- Piet «252760189»\n- Klaas «507529170»",
        "Hierbij de BSN's:\n\nJan «628194821»\nPiet «252760189»",
        "Naam;BSN;Leerlingnummer\nJan;«628194821»;203124\nPiet;«252760189»;203138",
        "naam\tklas\tbsn\tfactuur\nJan\t3B\t«628194821»\t121547280\nPiet\t3B\t«252760189»\t385280841",
        "naam | BSN vader | BSN moeder\nJan | «628194821» | «252760189»",
        "| BSN | «628194821» |\n| Naam | Jan |",
        "Bestelling 12 is binnen. BSN «628194821»",
        "klantnr 121547280, BSN «628194821»",
        "BSN «628194821», klantnr 121547280",
        "telefoon 0612345678 BSN «628194821»",
        "BSN is nog niet bekend bij ons? Jawel: «628194821»",
        "bsn = «628 194 821» (let op derde groepje)",
        "burgerserv.nr: «628194821»",
        "Social Security (BSN) #«628194821»",
        "BSN: |«6|2|8|1|9|4|8|2|1»|",
        "bsn kind 1 «628194821»",
        "BSN-nummer kind 1: «628194821», kind 2: «252760189»",
        '{"bsn": "«628194821»", "order": "252760189"}',
        "<td>BSN</td><td>«628194821»</td>",
        '"Naam","BSN"\n"Sven","«628194821»"\n"Noa","«252760189»"',
        "Polisnr. 507529170 BSN verzekerde «628194821»",
        "«628194821» en «252760189» (bsn)",
        "BSN vader en moeder van Noa: «628194821»",
        "De volgende BSN's kloppen niet in Magister, wie kan ze opzoeken voor de telling van vrijdag? Graag vandaag:\n\n* Jan «628194821»\n* Piet «252760189»\n* Klaas «507529170»\n* Karin «121547280»",
        "S.O.F.I.-nummer «628194821»",
        "bsn nummer van Sem is «6 2 8 1 9 4 8 2 1»",
        "BSN Noa «628194821», dochter van mevrouw Bos, en dan nog haar jongere broertje Sem «252760189», en hun oudere zus uit havo vier, Karin, «507529170»",
        "citizen with BSN and number «628194821»",
        "his BSN has number «628194821»",
        "«~628194821»",
        "Jan de Boer, «~628194821», klas 3B",
        "zie «~628 194 821»",
    ],
)
def test_a_number_that_proves_itself_is_found(text: str) -> None:
    assert_found(find, text, value=digits)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("BSN «59863651»", "059863651"),
        ("bsn «5986.36.51»", "059863651"),
        ("BSN: «059863651»", "059863651"),
        ("naam;bsn\nJan;«59863651»\nPiet;«68495183»", None),
        ("BSN «O59863651»", "059863651"),
        ("bsn «6Z819482I»", "628194821"),
        ("burgerservicenummer: «62B194B2l»", "628194821"),
    ],
)
def test_a_lost_nought_or_a_misread_digit_is_mended(text: str, value: str | None) -> None:
    assert_found(find, text, value=lambda written: value or digits(written))


@pytest.mark.parametrize(
    "text",
    [
        "BSN-procedure, zie document 628194821",
        "Het BSN mag nooit in een mail. Uw ordernummer: 628194821",
        "BSN nr. onbekend, klantnummer 628194821",
        "CVE-2024-32002",
        "-subsamp <444|422|420|gray>",
        "zorgpasnummer 628194821",
        "projectcode 628194821",
        "The BSN consists of nine digits (like 628194821).",
        "passed on to payroll: personnel number 628194821",
        "OV-nummer 628194821",
        "Factuurnr. 628194821, BSN niet vermelden a.u.b.",
        "BSN 628194822",
        "BSN 628235359",
        "bsn 000000000",
        "burgerservicenummer 258351584",
        "BSN 62819482",
        "BSN 6281948210",
        "BSN 1628194821",
        "628194822",
        "Bestelnr. 628194821",
        "Bestelnummer: 628194821",
        "ordernummer 628 194 821",
        "Factuur 628194821 is betaald",
        "factuurnr: 628194821",
        "invoice no. 628194821",
        "order 628194821 confirmed",
        "KvK 59863651",
        "RSIN 628194821",
        "btw-nummer NL628194821B01",
        "klantnummer 628194821",
        "customer number: 628194821",
        "relatienummer 628194821",
        "dossiernr. 628194821",
        "polisnummer 628194821",
        "ticket #628194821",
        "referentie: 628194821",
        "kenmerk 628194821",
        "artikelnr 628194821",
        "serienummer 628194821",
        "meeting id 628 194 821",
        "Zoom: 628 194 821",
        "trackingcode 628194821",
        "pakket=628194821",
        "licentiecode: 628194821",
        "tel. 628194821",
        "mobiel: 628 194 821",
        "ISBN 9786281948210",
        "0-628-19482-1",
        "+31 628194821",
        "€ 628.194.821",
        "628194821,50",
        "06 28 19 48 21",
        "628194821@leerling.school.example",
        "a628194821b",
        "628194821abc",
        "628194821%",
        "Geen BSN maar het relatienummer 628194821",
        "Stuur geen BSN. Bestelling 628194821 staat klaar.",
        "Dit is geen BSN: 628194821",
        "vul het BSN in (bijvoorbeeld 628194821)",
        "Voorbeeld: BSN 628194821",
        "e.g. 628194821",
        "Naam;Klantnummer\nJan;628194821\nPiet;252760189",
        "order\tbedrag\n628194821\t20\n252760189\t30",
        "Bestelnummers:\n628194821",
        "628194821 (ordernummer)",
        "NL91 ABNA 0417 1643 00",
        "2026-11-23 14:52:50 [1116] sync pakket=628194821 rij=205357",
        "BSN overzicht van 12-03-2009",
        "De BSN-lijst van 2026-11-17 is weg",
        "1.628.194.821",
        "https://winkel.example/?ref=628194821",
    ],
)
def test_what_is_no_number_of_a_person_is_left_alone(text: str) -> None:
    assert not find(context_of(text))


def test_a_pupil_number_that_proves_itself_is_in_doubt_at_most() -> None:
    """domain.md 6: 201700001 passes the proof and must not hold a message."""
    assert_found(find, "Leerling «~201700001»", value=digits)
    assert not find(context_of("leerlingnummer 201700001"))


def test_what_the_roster_may_know_is_a_candidate_whatever_it_is_called() -> None:
    context = context_of("ordernummer 628194821, KvK 59863651, BSN 628194822, 000000000")
    assert [hit.value for hit in candidates(context)] == ["628194821", "059863651"]


@given(st.text(max_size=120) | st.text(alphabet=ALPHABET, max_size=200))
def test_any_text_gives_hits_in_order(text: str) -> None:
    assert_total(find, text)


def test_the_time_grows_with_the_text() -> None:
    assert_linear(
        find,
        "1",
        "1 ",
        "628194821 ",
        "bsn ",
        "628194821\n",
        "BSN;628194821;x\n",
        "6281 94 821,",
        "O12345678 ",
        "geen bsn 62819482I ",
    )

"""Numbers of passports, cards, permits and licences as people write them, and codes that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.id_document import find
from tests.rules.detectors.marked import assert_found, assert_linear, assert_total, context_of


def compact(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).upper()


@pytest.mark.parametrize(
    "text",
    [
        "paspoort «NCJ9IYUA5»",
        "Paspoortnr. «NCJ9IYUA5», geldig tot 11-03-2031.",
        "paspoortnummer: «NZDXJDMY1»",
        "paspoort nummer «SLNQRUFE1»",
        "paspoortnumer «NCJ9IYUA5»",
        "paspoortnr «ncj9iyua5»",
        "paspoortnr «NCJ 9IY UA5»",
        "paspoortnr «NC J9IYUA5»",
        "nummer van zijn paspoort is «NCJ9IYUA5»",
        "ID-kaart «IFMZIYWM5»",
        "id kaart nr: «IFMZIYWM5»",
        "ID card no. «IFMZIYWM5» expires before we travel.",
        "identiteitskaart «IFMZIYWM5»",
        "identiteitsbewijs: «IFMZIYWM5»",
        "idbewijs «IR4K9PLM2»",
        "ID: «IR4K9PLM2»",
        "documentnummer «IR4K9PLM2»",
        "document no. «SPEK12M34»",
        "legitimatie: «IR4K9PLM2»",
        "passport number «NCJ9IYUA5»",
        "Passport no: «123456789»",
        "passport «AB1234567»",
        "Belgisch paspoort «EH123456»",
        "passport «U12345678»",
        "UK passport «523456789»",
        "French passport «12AB34567»",
        "German ID card «L01X00T47»",
        "paspoort «C01X00T47»",
        "Poolse identiteitskaart «ABC123456»",
        "paspoortnummer «AB 1234567»",
        "Belgische identiteitskaart «591-1234567-89»",
        "rijbewijs «5012345678»",
        "rijbewijsnummer: «5012345678»",
        "rijbewijsnr «5012 345 678»",
        "driving licence «5012345678»",
        "driver's license no. «D1234567»",
        "V-nummer «2812345678»",
        "v nummer: «281 234 5678»",
        "V-nr. «2812345678»",
        "vreemdelingennummer «2812345678»",
        "verblijfsvergunning «XK2M4P6R8»",
        "residence permit number «XK2M4P6R8»",
        "«NCJ9IYUA5» (paspoort)",
        "«NCJ9IYUA5» is het nummer van haar paspoort",
        "Het paspoort van Rayan, die in april jarig is, heeft nummer «NCJ9IYUA5»",
        "Names and passport numbers for the visa group letter:\nRayan B. «NZDXJDMY1»\nAmira E. «SLNQRUFE1»",
        "Naam;Paspoort;Geldig tot\nRayan;«NCJ9IYUA5»;11-03-2031\nAmira;«SLNQRUFE1»;12-04-2030",
        "naam\tdocumentnr\nRayan\t«NCJ9IYUA5»\nAmira\t«IFMZIYWM5»",
        "Paspoorten: Rayan «NCJ9IYUA5», Amira «SLNQRUFE1» en Lev «AB1234567»",
        "Paspoort:\n«NCJ9IYUA5»",
        "boekingscode QX7T2P, paspoort «NCJ9IYUA5»",
        "paspoort «NCJ9IYUA5», boekingscode QX7T2P",
        "P<NLDBOS<<RAYAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n«NCJ9IYUA5»2NLD1203141F3103119<<<<<<<<<<<<<<04",
        "«U12345678»4TUR1203141F3103119<<<<<<<<<<<<<<00",
        "I<NLD«IFMZIYWM5»1<<<<<<<<<<<<<<<\n1203141F3103119NLD<<<<<<<<<<<8",
        "D1NLD2«5012345678»AB1CD2EF3GH4K6",
        "«NCJ9IYUA5»3NLD1203141F3103119<<<<<<<<<<<<<<04",
        "I<NLD«IFMZIYWM5»2<<<<<<<<<<<<<<<",
        "paspoortgegevens Noa: «NCJ9IYUA5»",
        "passport Noa «012345678»",
        "DNI «12345678Z»",
        "passeport «12AB34567»",
        "UK driving licence «MORGA657054SM9IJ»",
        "UK driving licence «MORGA 657054 SM9IJ»",
        "rijbewijs «50 12 34 56 78»",
        "driver's license «D123-4567-8901»",
        "paspoortnr (NL): «NCJ9IYUA5»",
        "paspoort N° «012345678»",
        "paspoortnummer Rayan: «012345678»",
        "geen paspoort maar ID-kaart «IR4K9PLM2»",
        "verblijfspas «XK2M4P6R8»",
        "rijb.nr «5012345678»",
        "vreemd.nr. «2812345678»",
        "passport #«K1234567»",
        "Passport holder: A. Bos / No.: «NCJ9IYUA5» / Exp: 2031",
        "documentnummer «P1234567»",
        "pas «NCJ9IYUA5»",
        "Chauffeur heeft rijbewijs, nummer daarvan: «5012345678»",
        "De paspoortnummers voor het groepsvisum, zoals de ambassade ze per se vandaag nog wil hebben, zijn deze:\n\n- Rayan «NCJ9IYUA5»\n- Amira «SLNQRUFE1»\n- Lev «AB1234567»",
        (
            "Paspoort Noa «NCJ9IYUA5», dochter van mevrouw Bos, en dan nog haar jongere broertje Sem met «NZDXJDMY1»"
            " en hun oudere zus uit havo vier, Karin, «SLNQRUFE1»"
        ),
        "paspoort Noa «AB1234567»",
        "«~NCJ9IYUA5»",
        "Rayan «IR4K9PLM2»",
    ],
)
def test_a_number_of_a_document_is_found(text: str) -> None:
    assert_found(find, text, value=compact)


@pytest.mark.parametrize(
    "text",
    [
        "Neem je paspoort mee!",
        "Neem uw paspoort mee. Vlucht KL1823 vertrekt om 07.05.",
        "paspoort en boekingscode QX7T2P",
        "paspoort, boekingsnummer NCJ9IYUA5",
        "paspoort geldig tot 11-03-2031",
        "paspoort: 11-03-2031",
        "paspoort 2031-03-11",
        "paspoort 20310311",
        "rijbewijs gehaald op 12-11-2026",
        "rijbewijs vergeten? Bel 0612345678",
        "paspoort vergeten, bel 06-12345678",
        "paspoort kost 76,57 euro",
        "paspoortfoto 35x45 mm",
        "ID-kaart meenemen, lokaal A1.12",
        "Meeting ID: 912 345 678",
        "meeting id 912345678",
        "ID 4409123",
        "Teams ID: 345 678 901 23",
        "documentnummer 20260012",
        "document 2026-0012",
        "bestelnummer NCJ9IYUA5",
        "artikelnr. SPEK12M34",
        "product code AB1234567",
        "AB1234567",
        "ELPLP97, serial X4KP73001182",
        "X4KP73001",
        "item D7304-11",
        "5012345678",
        "order 5012345678",
        "Order 5259172245 confirmed",
        "123456789",
        "KvK 41048812",
        "passport photo IMG20261117",
        "legitimatie verplicht bij toetsen, code A1B2C3D4",
        "identiteitsbewijs verplicht! Ticket: NCJ9IYUA5",
        "ID-kaart meenemen, vlucht HV58031 om 12.00",
        "by relay.example (8.9.3/8.9.3) with ESMTP id RAA09630",
        "ESMTP id RAA8278330",
        "INTEGER32",
        "wifi-code: NX4K9PLM2",
        "paspoort +31612345678",
        "paspoort https://x.example/AB1234567",
        "His passport was lost (police report 2026123456)",
        "passport application reference 123456789",
        "Zie document XK2M4P6R8B.pdf",
        "rijbewijs theorie, reserveringsnr 1234567890",
        "NL40ABNA3512014044",
        "btw NL855678123B01",
        "course INF2V4A1 room B204",
        "v4.2",
        "V-nummers worden niet gedeeld",
        "verblijf in hotel 12345",
        "verblijfsvergunning aangevraagd op 12 november 2026",
        "geen paspoort: NCJ9IYUA5 is de bestelcode",
        "paspoortnummer (bijv. NCJ9IYUA5)",
        "voorbeeld paspoort SPECI2014",
        "password: Welkom2026",
        "NCJ9IYUAB",
        "ncj9iyua5",
        "WINDOWS10",
        "SCHOOL123",
        "https://x.example/NCJ9IYUA5B",
        "Naam;Bestelcode\nRayan;NCJ9IYUA5",
        "< NCJ9IYUA53NLD1203141F3103119AB",
        "I<NLDIFMZIYWM52AB<<CD<<<<<<<<A",
        "D1NLD2501234567XAB1CD2EF3GH4K7",
        "a < b en 12 < 13",
    ],
)
def test_other_codes_are_left_alone(text: str) -> None:
    assert not find(context_of(text))


@given(st.text(max_size=120) | st.text(alphabet="0123456789 .-\n\t;:|NCJIYUApasD<,", max_size=200))
def test_any_text_gives_hits_in_order(text: str) -> None:
    assert_total(find, text)


def test_the_time_grows_with_the_text() -> None:
    assert_linear(find, "1 ", "N1 C2 ", "NCJ9IYUA5\n", "paspoort AB 1234567 ", "A<", "1<", "A1-", "D1NLD")

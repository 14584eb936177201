"""Account numbers as people type them, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.iban import find
from tests.rules.detectors.marked import assert_found, assert_linear, assert_total, context_of

# One of every country in the registry.
EVERY = """
AD0432828014254936721412 AE257860366635846968636 AL22285870131825477549528221 AT642983751822835441
AZ60IGMA63670760136430917698 BA761374305901909782 BE53628745623195 BG30VNGJ95085810544468 BH77PPPP95192132323753
BI4057702027117007681632096 BR7035476608050963350010677L1 BY06969506469178861716176890 CH4119740969407359761
CR02499054839690678929 CY81748040250302436389599213 CZ2478652728450847012068 DE72155126248091782713
DJ9224300412785225629744982 DK5529523013404514 DO77782711562231016123706710 EE126533965785261464
EG404136574374691171976474613 ES4982863076561816246824 FI5557749799224806 FK55AI875360763113 FO2046365976561314
FR8981976596239886546577079 GB78SGBF05413374786810 GE28CF3162845128563101 GI93RKBM457342722752968 GL9613454831856395
GR8000765473934358795610909 GT93865736893707357044279348 HN71RVFG46501453922641592144 HR9586474854035353645
HU37044084235155182641977458 IE10SBKN94827752349133 IL773038328757503368730 IQ60KBCI517288218926243
IS649571756350773388173915 IT22E1385516180467745480372 JO54CGLU6311809208779440694804 KW58EPGG3209427650660817906277
KZ962286286441317591 LB63888283201535310620177364 LC16WGET977205835137115889820490 LI4679690256616388586
LT652645491705167729 LU971503902047503374 LV67RPMD3251597206317 LY75979219066381937539517 MC9792851590146928507158324
MD3089284494724473929372 ME19352646762506428536 MK02422578893225840 MN226214131487593445 MR7209190029481963378570441
MT48MWLT41395444913019659265432 MU10WSSJ2918203588728697205CAW NI37KEAV02244182628452272762 NL65EJME8583651859
NO0971889194912 OM335560811264502415552 PK53PPWB5458150586588957 PL75421413600848826881231279
PS66AHBH032682289674035487056 PT20297299850788205765907 QA51BDRC196534717887948985736 RO64CNDS5286333335064400
RS21864869492777460179 RU4152807234599150955691555422091 SA0478538105368454801848 SC20WLCU86940560440509038871VKC
SD2084512177328485 SE9574698931088902752669 SI11463018224792009 SK6155006433917313133179 SM11D5657267256728117871135
SO072196776296727481982 ST93553933768768233551141 SV66RFPW70619086308235653593 TL438430358004091068675
TN0209729027594870455011 TR467086171140618836315908 UA366992801233255605628734803 VA15563734056936961111
VG41JTDR0190302983996634 XK685257274870438374 YE94UWUU8508211320272084563704
""".split()


def compact(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).upper()


@pytest.mark.parametrize(
    "text",
    [
        "«NL40ABNA3512014044»",
        "«NL40 ABNA 3512 0140 44»",
        "IBAN «NL90 INGB 1405 2968 61».",
        "iban: «nl48rabo7761636357»",
        "IBAN«NL32SNSB8419074327»",
        "«nl09 asnb 2982 6243 18» graag",
        "«NL44.TRIO.9749.7111.64»",
        "«NL78-BUNQ-2710-0283-11»",
        "«NL32 KNAB 1246749350»",
        "«NL76ABNA 49 01 16 19 39»",
        "«NL 65 INGB 9604 7954 84»",
        "«NL65 INGB 960 479 5484»",
        "«N L 1 1 R A B O 1 8 7 5 3 5 1 5 8 8»",
        "«NL32 RABO\n6849 9367 49»",
        "«NL32 RABO 6849\r\n9367 49»",
        "> rekening «NL32 RABO\n> 6849 9367 49»",
        "«NL32–RABO–6849–9367–49»",
        "«NL32\u00a0RABO\u00a06849\u00a09367\u00a049»",
        "«NL32 RA\u200bBO 6849 93\u00ad67 49»",
        "«ＮＬ４０ＡＢＮＡ３５１２０１４０４４»",
        "rekening:«NL40ABNA3512014044», t.n.v. J. Bos",
        "(«NL40ABNA3512014044»)",
        "rek.nr «NL40ABNA3512014044»/J. Bos",
        "«NL40ABNA3512014044» en «NL90INGB1405296861»",
        "«NL40ABNA3512014044»\n«NL90INGB1405296861»",
        "naam\trekening\nKok\t«NL40ABNA3512014044»\nMaas\t«NL90 INGB 1405 2968 61»",
        "naam;rekening\nKok;«NL40ABNA3512014044»\nMaas;«NL90INGB1405296861»",
        "iban=«NL40ABNA3512014044»&naam=bos",
        "Graag terugstorten op «BE53 6287 4562 3195».",
        "«be53.6287.4562.3195» of «BE53 6287 4562 3195»",
        "«DE72 1551 2624 8091 7827 13»",
        "«FR89 8197 6596 2398 8654 6577 079»",
        "«GB78 SGBF 0541 3374 7868 10»",
        "«PL75 4214 1360 0848 8268 8123 1279»",
        "«TR46 7086 1711 4061 8836 3159 08»",
        "«MT48 MWLT 4139 5444 9130 1965 9265 432»",
        "«ES49 8286 3076 5618 1624 6824»",
        "De stichting betaalt vader terug op «NL40ABNA3512014044»",
        "Moeder heeft een B.V., rekening van haar: «NL40ABNA3512014044»",
        "«~NL40ABNA3512014044» KvK 41048812",
        "Drukkerij De Pers B.V., IBAN «~NL40ABNA3512014044»",
        "over te maken t.n.v. Stichting Schoolfonds: «~NL40ABNA3512014044»",
        "leverancier;«~NL40ABNA3512014044»\nvader;«NL90INGB1405296861»",
        "bijv. «~NL40ABNA3512014044»",
        "van«NL40ABNA3512014044»",
        "«NL40ABNA3512014044»en dan",
    ],
)
def test_an_account_that_proves_itself_is_found(text: str) -> None:
    assert_found(find, text, value=compact)


@pytest.mark.parametrize("account", EVERY)
def test_every_country_is_read_plain_and_in_fours(account: str) -> None:
    fours = " ".join(account[at : at + 4] for at in range(0, len(account), 4))
    for written in (account, fours, fours.lower()):
        assert_found(find, f"rekening «{written}».", value=compact)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("«NL4OABNA3512O14O44»", "NL40ABNA3512014044"),
        ("«NL40 A8NA 35l2 0140 44»", "NL40ABNA3512014044"),
        ("«NLO9 ASNB 2982 6243 18»", "NL09ASNB2982624318"),
        ("«NL90 1NGB 1405 2968 61»", "NL90INGB1405296861"),
        ("«NL48 RAB0 7761 6363 57»", "NL48RABO7761636357"),
        ("«DE72 1551 2624 8O91 7827 I3»", "DE72155126248091782713"),
    ],
)
def test_a_misread_letter_is_mended(text: str, value: str) -> None:
    assert_found(find, text, value=lambda _: value)


@pytest.mark.parametrize(
    "text",
    [
        "NL40ABNA3512014045",
        "NL41ABNA3512014044",
        "NL91ABNA0417164301",
        "NL40 ABNA 3512 0140 4",
        "NL40ABNA35120140441",
        "NL40ABNA351201404",
        "NL40AB1A3512014044X",
        "NLOOOBNA3512O14O44",
        "NL40ABNA",
        "NL40",
        "NL",
        "XX40ABNA3512014044",
        "ZZ82WEST12345698765432",
        "QQ90INGB1405296861",
        "aNL40ABNA3512014044",
        "7NL40ABNA3512014044",
        "BE53 6287 4562 3196",
        "BE53 6287 4562 319",
        "DE72 1551 2624 8091 7827 14",
        "GB78 SGBF 0541 3374 7868 11",
        "de 20 leerlingen van klas 3b gaan op 12 maart mee",
        "is 12 jaar en woont in Velp aan de 40 meter brede kade 12",
        "it 22 e 1385516180467745480 ",
        "me 12 345 678",
        "al 20 jaar wonen zij op nummer 12345",
        "md 12 en dit is een zin met veel letters erin",
        "se 12 van 100",
        "btw NL855678123B01",
        "NL855678123B01",
        "KvK 41048812",
        "BIC ABNANL2A",
        "ABNANL2AXXX",
        "betalingskenmerk 1234 5678 9012 3456",
        "giro 1234567",
        "P1234567",
        "rekening 35.12.01.404",
        "0165-551234",
        "06-12345678",
        "2026-11-17T08:31:22.481Z",
        "paspoort NCJ9IYUA5",
        "ISBN 978-0-306-40615-7",
        "lokaal nl12",
        "les en12 en es15",
        "https://x.example/NL40ABNA3512014045",
        "VIN WVWZZZ1JZXW000001",
        "NL40, ABNA; 3512! 0140? 44",
        "NL40\n\nABNA 3512 0140 44",
        "NL40 ABNA (3512) 0140 44",
    ],
)
def test_what_is_no_account_is_left_alone(text: str) -> None:
    assert not find(context_of(text))


@given(st.text(max_size=120) | st.text(alphabet="NLnlBE0123456789 .-\n|OoABRDE<", max_size=200))
def test_any_text_gives_hits_in_order(text: str) -> None:
    assert_total(find, text)


@given(
    st.sampled_from(EVERY),
    st.lists(st.sampled_from(["", "", "", " ", ".", "-", " - ", "\n"]), min_size=40, max_size=40),
    st.booleans(),
)
def test_an_account_is_found_however_it_is_cut(account: str, gaps: list[str], lower: bool) -> None:
    written = account[:4] + "".join(gap + sign for sign, gap in zip(account[4:], gaps, strict=False))
    found = find(context_of(f"x: {written.lower() if lower else written}\n"))
    assert [hit.value for hit in found] == [account]


def test_the_time_grows_with_the_text() -> None:
    assert_linear(find, "NL12", "NL12 ", "NL40ABNA3512014044 ", "12", "N L 1 ", "de 12 ", "l1")

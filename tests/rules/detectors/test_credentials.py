"""Secrets behind the words that announce them, and words that announce nothing."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detectors.credentials import find
from rules.text.context import Context
from rules.text.hits import HIGH, LOW
from tests.support.marked import marked, sure

FOUND = [
    "Magister-account leerling 203124, tijdelijk wachtwoord «Appel-Peer-22»",
    "Log in with user 'guest' and password '«tulip garden»'.",
    "Wachtwoord voor ouders: «RozenOuders!»",
    "De cijfercode op het fietsenhok is gewijzigd naar «4096»",
    "gebruiker\twachtwoord\nlab1\t«kwik99»\nlab2\t«zink88»",
    "ssid RozenIoT psk «9f8e7d6c5b»",
    "VPN: gebruikersnaam jdv, wachtwoord «Kr8!pp2»",
    "Zoom link + passcode «771204»",
    "pwd: «T0psecret»",
    "FTP user web01 / pass «D3ploy!now»",
    "De code van de kluis in lokaal 1.12 is «8834»",
    "wifi gastnetwerk: GastRozen / ww: «Lente-2026!»",
    "Account: rozen_admin, wachtwoord: «R0z3n$$»",
    "Je nieuwe pincode voor de printer: «55102»",
    "inlog Zermelo: jdv, pw «Kl@ver4»",
    "Login voor de demo: demo@school.example / «Demo-2026-x»",
    "Wachtwoord is de naam van de hond: «Snuffel3»",
    "The password for the exam file is «Oak-Tree-19»",
    "Use PIN «7731» to open the gate",
    "Backup codes: «11aa-22bb», «33cc-44dd»",
    "ww = «geheimpje»",
    "Uw eenmalige inlogcode is «402 118» (10 minuten geldig)",
    "Sleutelkluis bij de achterdeur, code «0852»",
    "API-key voor de koppeling: «sk-test-8aD93kfLq02mZxY71b»",
    "wachtwoord: «Zomer2026!»",
    "Het wachtwoord is «Welkom01»",
    "ww «Welkom01!»",
    "inlogcode «4711»",
    "De pincode van de kluis is «4711».",
    "pin: «0923»",
    "Passcode for tonight: «q83!Lm»",
    "our Kahoot account: english-dept@school.example, password «Shakespeare1564»",
    "wifi: Rozen-gasten, wachtwoord «rozentuin2026»",
    'Wifi wachtwoord = "«geel fietsje»"',
    "code van het alarm: «5521#»",
    "De code van de voordeur is «2580»",
    "verificatiecode «882 913»",
    "TAN-code «661204»",
    "API key: «9f8a7c6b5d4e3f2a1b0c»",
    "«AKIAIOSFODNN7EXAMPLE» is de sleutel",
    "https://jan:«geheim12»@server.example/",
    "login: jdv / «Zomer26!»",
    "Inloggegevens: docent3 / «Rozen#26»",
    "user: klas3b pass: «appelmoes»",
    "gebruikersnaam klas3b wachtwoord «appel-moes9»",
    "Het nieuwe wachtwoord wordt dan «Tulpen&Rozen»",
    "Wachtwoord voor het digibord: «bordjes»",
    'password is "«hunter2»"',
    "Je tijdelijke wachtwoord (eenmalig) luidt: «kR7-pq2W»",
    "The gate code is «1984#» after six.",
    "Zoom: Meeting ID 812 3344 5566, Passcode: «440192»",
    "Uw activeringscode: «AB12-CD34-EF56»",
    "token=«ghp_abcdefghijklmnopqrstuvwxyz0123456789»",
    "PUK «88127735»",
    "Authorization: Bearer «abcDEF123456ghiJKL»",
    "mijn ww is nog steeds «Fietsbel99» hoor",
    "leerlingwachtwoord: «tijger42»",
    "wachtwoord Magister: «Rood!Blauw7»",
    "Naam\\\tWachtwoord\\\nAnna\\\t«appel12\\»\nBram\\\t«peer34»",
    "naam;ww;klas\\\nAnna;«vlinder»;3B\\\nBram;«Olifant7»;3C",
    "| account | wachtwoord |\\\n|---|---|\\\n| mediatheek | «boek77!» |\\\n| lab | «zuur88»? |",
    "Herstelcodes van mijn account: «8842-1139» «2207-5561» «9034-7718»",
    "inlogcode voor Rayan: «XK7-42P»",
    "Hij logt in met rayan.h en «Voetbal10!»",
    "DB_PASSWORD=«s3cr3t-Pa55»",
    "The password's «Tulip2025».",
    "W8woord: «Kaas123»",
    "wachtw: «Kaas123»",
    "Je kunt inloggen met gebruiker gast en wachtwoord «Bezoek2026».",
    "Hoi Kees, de code van de kopieermachine: «90417»",
    "Alarm eraf: toets 4711 in, code «4711»",
    "Nieuwe pin voor het magazijn wordt «6630» (vanaf maandag)",
    "Wachtwoord voor de toetsomgeving: «toets-Maandag-7»",
    "WiFi gasten\\\nSSID: Rozen-Gast\\\nKey: «kastanje-42-boom»",
    "Username: lab1\\\nPassword: «H2O+NaCl»",
    "Her login is s.brown / «Dolphin_77»",
    "Your one-time code is «551 902». Do not share.",
    "Use verification code «G-482913» to sign in",
    'SMTP_PASSWORD="«p@ss;w0rd»"',
    "De PIN is «4-7-1-1»",
    "password: «correct horse battery staple»",
    "wachtwoord veranderd in «Lente!2026»",
    "Changed the password to «Spring#2026»",
    "Beste Sam, je startwachtwoord: «Rz7$kkLp2»",
    "kluisje 114, code «3-17-29»",
    "DigiD activeringscode: «W7K2PLQ9R»",
    "De cijfers van het hangslot: code «0734»",
    "inlog leerling: rayan.h, ww: «Voetbal10»",
    "«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123456»",
    "Wachtwoord zip: «Rapport-3B-2026»",
    "Het document is beveiligd met het wachtwoord «Zonnebloem!»",
    "The zip is protected, password is the word «tulip99»",
    "Wifi password: «TheRoseGarden»",
    "Magister-ww: «T3st!1234»",
    "Pass: «letmein123»",
    "het wachtwoord blijft '«ikbeneenboom»'",
    "PW=«Qwerty!9»",
    "Toegangscodes: hoofdingang «7741#», zijdeur «2093#»",
    "ww=«Hond&Kat3»",
    "Code fietsenstalling: «1953»",
    "deurcode C-gang = «C5528»",
    "De TAN is «118209»",
    "Bitlocker recovery key: «123456-234567-345678-456789-567890-678901-789012-890123»",
    "Microsoft security code: «7740112»",
    "Hij kan niet inloggen, probeer wachtwoord «reset99» eens",
]

INNOCENT = [
    "Password must not contain your name.",
    "Wachtwoord instellen voor 1 december 2026",
    "Zie de code of conduct, artikel 12",
    "De pin valt uit de deurklink van 2.14",
    "Wachtwoord invoeren, dan op Enter",
    "Vergeet je wachtwoord niet te wijzigen na 90 dagen",
    "De inlogcodes worden uitgedeeld op 12-01-2027",
    "alarmcode opnieuw opvragen bij Bert, tel. 199",
    "Wachtwoord kwijt? Ga naar de ICT-balie in 1.03.",
    "Zet nooit je wachtwoord in een mail.",
    "De code staat achterop de pas.",
    "Het wachtwoord moet voldoen aan: 12 tekens, 1 cijfer, 1 hoofdletter.",
    "Wachtwoord: zie je Magister-bericht",
    "Vul je gebruikersnaam en wachtwoord in en klik op Inloggen.",
    "Wachtwoorden delen mag niet (artikel 4.2).",
    "Tip 1: kies een lang wachtwoord. Tip 2: gebruik MFA.",
    "pw Engels 16-11: unit 3 en 4",
    "Boekingscode QX7T2P, vlucht KL1823",
    "Kortingscode SCHOOL15 geeft 15 procent korting",
    "Het artikelcode is 4711-B",
    "Teams-vergadering: Vergaderings-id 312 445 778 90",
    "Postcode 6882 AZ invullen bij levering",
    "password: required",
    "Wachtwoord: [wordt apart gestuurd]",
    "De sleutel 2.14 is zoek",
    "Pin je favoriete kanalen in Teams",
    "Ik heb een pin op mijn jas, nr 12",
    "QR-code 12 hangt in de gang",
    "Wachtwoord vergeten? Klik hier.",
    "Uw wachtwoord is verlopen, kies een nieuw wachtwoord.",
    "Wachtwoord: ********",
    "Wachtwoord: <wachtwoord>",
    "wachtwoord: [uw wachtwoord]",
    "Geef nooit uw pincode aan anderen.",
    "Het wachtwoord moet minimaal 12 tekens hebben.",
    "Wachtwoord: zie bijlage",
    "De sleutel van 2.14 hangt op haakje 7, de reservesleutel ligt in de la.",
    "Het wachtwoord wordt per sms gestuurd.",
    "postcode 6882 AZ",
    "kortingscode ZOMER10",
    "Het wachtwoord krijg je van je mentor.",
    "Reset your password at https://school.example/reset",
    "Use a strong password with numbers like 1, 2 and 3.",
    "Je wachtwoord wijzigen doe je via Magister.",
    "code oranje in heel Nederland",
    "Error code: 0x80070005",
    "Dress code: smart casual",
    "De pin van de projector is verbogen.",
    "boekingscode QX7T2P",
    "Pin het bericht bovenaan in Teams.",
    "Password policy: 12 characters, changed every 90 days.",
    "wachtwoord: n.v.t.",
    "Your password will expire in 14 days.",
    "Wachtwoordbeleid 2026: geen hergebruik.",
    "Tip: gebruik een wachtzin van vier woorden.",
    "Vul hier je wachtwoord in: ................",
    "Key stage 3 starts in 2026.",
    "De sleutel tot succes: oefenen.",
    "Hoofdstuk 4: wachtwoorden en veiligheid, blz. 112-118",
    "Wachtwoord\tNaam",
    "Het wachtwoord mag niet gedeeld worden.",
    "Bestel de code van de app in de store.",
    "De token economy in de klas: 3 sterren.",
    "Alleen pinnen, pin 12,50 per kaart",
    "Wachtwoord (minimaal 8 tekens): ________",
    "Heb je je pincode nodig? Vraag de bank.",
    "ww-reset op 12-03-2026 om 14.30 uur",
    "Account 20260012 op factuur",
    "Kies een wachtwoord dat je nergens anders gebruikt.",
    "Het wachtwoord bestaat uit cijfers en letters.",
    "Wachtwoord: wordt per sms verstuurd",
    "Wachtwoord: (zelf in te stellen)",
    "Wachtwoord: op te vragen bij de receptie",
    "Password: your own school password",
    "password: as before",
    "Wachtwoord: hetzelfde als vorig jaar",
    "Log in met je schoolaccount en wachtwoord.",
    "Log in met je leerlingnummer en wachtwoord op de Chromebook.",
    "Inloggen kan met uw DigiD en sms-code.",
    "Gebruikersnaam: jouw e-mailadres",
    "De pincode ligt in een gesloten envelop bij de administratie.",
    "De code van de les is 4h.wisA",
    "Vul de code in die op het scherm staat.",
    "U ontvangt een sms met een code van 6 cijfers.",
    "PIN of pas vergeten?",
    "Account manager: Kees Swart",
    "Account: 12345678 (factuur)",
    "token ring netwerk uit 1990",
    "Kahoot: pin verschijnt op het bord",
    "The secret of success is practice.",
    "Wachtwoord 8-15 tekens, minimaal 1 hoofdletter",
    "Uw wachtwoord: minimaal 10 tekens, 1 cijfer",
    "Wachtwoorden worden elke 90 dagen gewijzigd.",
    "Key dates: 12-03-2026, 14-05-2026",
    "Sleutel 14 van het magazijn is kwijt.",
    "Code of conduct 2026",
    "Colour code: blue = new, red = old",
    "QR-code: scan de poster",
    "Wachtwoord: %WACHTWOORD%",
    "Wachtwoord: {{ password }}",
    "Password: ••••••••",
    "Wachtwoord: xxxxxxxx",
    "Geen wachtwoord nodig, de wifi is open.",
    "De inlogcode wordt maandag uitgedeeld.",
    "Door code is changed every term.",
    "access code: see letter",
    "You need the access code from the letter.",
    "De sleutelcode staat op het plaatje van de fiets, nooit delen.",
    "Toegangscode kwijt? Bel de ict.",
    "Login: https://portal.school.example/login",
    "user 3 of 10, password field empty",
    "wachtwoord en gebruikersnaam zijn gelijk aan vorig jaar",
    "Mijn ww doet het niet meer!",
    "Kan iemand mijn wachtwoord resetten? Groet, Bert",
    "WW-uitkering 2026 aangevraagd",
    "De ww 2026 wordt verhoogd",
    "pw vrijdag: hoofdstuk 4",
    "Pw H3 Engels maandag 16-11",
    "so woordjes, pw 4.1 t/m 4.6",
    "alarmnummer 112",
]


@pytest.mark.parametrize("text", FOUND)
def test_credentials_are_found_where_they_stand(text: str) -> None:
    plain, spans = marked(text)
    hits = [hit for hit in find(Context(plain)) if hit.confidence == HIGH]
    assert [(hit.start, hit.end) for hit in hits] == spans
    assert [hit.value for hit in hits] == [plain[start:end] for start, end in spans]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_resembles_credentials_is_none(text: str) -> None:
    assert sure(find(Context(text))) == []


def doubtful(text: str) -> list[str]:
    return [hit.value for hit in find(Context(text)) if hit.confidence == LOW]


def test_a_word_behind_password_may_be_one() -> None:
    assert doubtful("het wachtwoord Zonnebloem werkt") == ["Zonnebloem"]
    assert doubtful("wachtwoord voor de gast wordt appelboom, ooit") == ["appelboom"]
    assert doubtful("Wachtwoord: rozen bij de receptie") == ["rozen"]


def test_a_secret_in_a_link_is_doubtful_unless_it_is_long() -> None:
    assert doubtful("https://zoom.example/j/8123?pwd=aB3dE") == ["aB3dE"]
    assert sure(find(Context("https://x.example/?token=aB3dE6gH9jK2mN5p"))) == []
    assert sure(find(Context("https://x.example/?access_token=aB3dE6gH9jK2mN5p"))) == ["aB3dE6gH9jK2mN5p"]


def test_a_private_key_is_its_body() -> None:
    body = "MIIEpAIBAAKCAQEA7bq\nabcDEF123+/="
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    assert sure(find(Context(text))) == [body]
    assert sure(find(Context("-----BEGIN PRIVATE KEY-----"))) == []


def test_a_value_may_stand_on_a_later_line() -> None:
    assert sure(find(Context("Wachtwoord:\nZomer2026!"))) == ["Zomer2026!"]
    assert sure(find(Context("Het wachtwoord staat hieronder:\n\nAppeltaart-88"))) == ["Appeltaart-88"]


def test_codes_are_many_until_something_else_follows() -> None:
    codes = [f"{n}-{n + 1}" for n in range(1000, 1050)]
    assert sure(find(Context("herstelcodes: " + " ".join(codes)))) == codes[:41]
    assert sure(find(Context("herstelcodes: 1234-5678 en dan nog iets"))) == ["1234-5678"]
    assert sure(find(Context("herstelcodes: 1234-5678"))) == ["1234-5678"]
    assert sure(find(Context("herstelcodes: 1234-5678  "))) == ["1234-5678"]


def test_what_another_sentence_says_is_no_value() -> None:
    assert sure(find(Context("wachtwoord nodig. Bel even: 12345"))) == []


def test_a_table_ends_where_its_cells_do() -> None:
    text = "naam\twachtwoord\nAnna\tappel12\nBram\t***\nCas\ttwee woorden\nwachtwoord\tpeer34\nzomaar een regel"
    assert sure(find(Context(text))) == ["appel12", "peer34"]
    assert sure(find(Context("naam\twachtwoord\n" + "x" * 2100 + "\tappel12"))) == []
    assert sure(find(Context("x" * 2100 + "\twachtwoord\nBram\tappel12"))) == []


def test_a_user_s_part_of_a_link_is_a_secret_unless_it_is_a_template() -> None:
    assert sure(find(Context("https://jan:***@server.example"))) == []


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "wachtwoord",
                "ww",
                "code",
                " ",
                "is ",
                ": ",
                "=",
                "Zomer2026!",
                "4711",
                "\n",
                "\t",
                "|",
                ";",
                "'",
                '"',
                "?",
                "<x>",
                "***",
                "login",
                "https://a:bcd12@x",
                "-----BEGIN PRIVATE KEY-----",
                "abcdefghijklmnop",
                "codes: ",
                "deur",
                "herstelcodes: ",
                "1234-5678 ",
                "(",
                ")",
                ".",
                "eyJ",
            ]
        ),
        max_size=24,
    ).map("".join)
    | st.text(st.characters(), max_size=80)
)
def test_any_text_has_an_answer_in_bounds_and_in_order(text: str) -> None:
    hits = find(Context(text))
    assert all(0 <= hit.start < hit.end <= len(text) and hit.confidence in {HIGH, LOW} for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))

"""Marks and results of somebody, and numbers that are none."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detectors.grades import find
from rules.text.context import Context
from rules.text.hits import HIGH, LOW
from tests.support.marked import marked, sure

FOUND = [
    "Daan zakte naar «4,9» dit jaar.",
    "Emma Brown eindigde op «6,8» helaas",
    "«Wiskunde bij Lieke: 3,8 ipv 4,1»",
    "Van Mohamed weten we dat het «schooladvies is havo/vwo»",
    "Tim heeft «twee vijven» en verder alleen zessen",
    "Roos had «38 van de 60 punten op de toets»",
    "Naam\tToets 1\tToets 2\nXavi Dol\t«6,1\t5,0»",
    "Sanne vd Berg 3B  -  «ne 6,1  en 5,5  wi 4,2»",
    "cijfers 3B «Duits: Anouk 6.5 / Boris 4.0 / Chaima 7.8»",
    "Hi, Josh is on a «D for maths and a C- for science».",
    "Uw dochter haalt «gemiddeld een 7,3» en kan naar havo 4.",
    "Hij heeft een «5 gemiddeld, met Engels als uitschieter (8,2»).",
    "Lieke is over naar 4 havo met een «6,8» gemiddeld",
    "Voor haar PO kreeg Sterre een «9-»",
    "De uitslag van Dex: «geslaagd met een 7 voor Engels»",
    "Milan heeft het niet gehaald, een «4,9 voor zijn PWS».",
    "Het gemiddelde van Fenna voor «wiskunde B is 5,48».",
    "SE-cijfers Yara: «Ne 6.3, En 7.1, Wi 4.9»",
    "Bas moest zijn «4 voor economie ophalen, nu staat hij een 6,2».",
    "Julia heeft voor «Frans 3,9 en voor Duits 4,4».",
    "Gijs «zakt voor» zijn examen als hij geen 6 haalt voor Engels.",
    "Toets H2: Anna «8,1, Bram 6,3, Cas 4,7»",
    "Resultaat herexamen «Nederlands van Kim: 5,4»",
    "Your son's mark for «chemistry was 4.2».",
    "Ella got 3 out of «10 on the spelling» test.",
    "Aiden's «GPA is 2.9»",
    "Predicted grades for Maya: English «A, Maths C, Biology B»",
    "Mijn zoon had een «9 voor zijn spreekbeurt»!",
    "zij «blijft zitten» in klas 2",
    "Rapport: Tess 6 «onvoldoendes», bespreken",
    "Noor is «gezakt, ze komt 1 punt tekort» voor wiskunde",
    "Hij haalt alleen maar «onvoldoendes» voor Frans.",
    "CITO-score van Lotte: «538»",
    "De «5,3 van Sam voor biologie moet een 5,8» zijn",
    "Naam\tSE1\tSE2\tgem\nHanna Post\t«5,8\t6,4\t6,1»\nWout Schouten\t«4,1\t3,7\t3,9»\nElif Öztürk\t«8,8\t9,1\t9,0»",
    "Thijs is «niet geslaagd: CE wiskunde B 4,6, eindcijfer 5». Bel jij hem?",
    "Ter info de laatste cijfers van Ilyas: «Engels 4,8; Nederlands 5,9; wiskunde 6,3».",
    "Overzicht Ruben Sanders P2: «NE 6,1 / EN 7,4 / WI 3,9 / GS 5,5 / AK 6,8»",
    "Hanna heeft een «4,3 voor wiskunde».",
    "Sem «bleef zitten» in 3 havo.",
    "Mijn dochter staat een «onvoldoende» voor Frans.",
    "Hij haalde een «3,2 voor het proefwerk».",
    "She got a «D in maths».",
    "Lotte «scored 4.8» on her history test.",
    "Tim staat «gemiddeld een 5,4» voor scheikunde.",
    "Noor: «Engels 7, Duits 4, wiskunde 5»",
    "Cijfers SE2 wiskunde A:\nTim de Vries «5,4»\nLotte Kok «7,1»\nYusuf Demir «3,9»",
    "Naam;cijfer\nVries, T. de;«6,2»\nKok, L.;«8,1»",
    "| leerling | toets 1 | toets 2 |\n|---|---|---|\n| Bram | «6,5 | 7» |\n| Elin | «4 | 5,5» |",
    "Daan «zakte voor» zijn eindexamen, hij is er kapot van.",
    "Kun je met Luuk praten? Zijn gemiddelde voor «natuurkunde is gezakt naar 4,9».",
    "Eva heeft drie «onvoldoendes» op haar rapport.",
    "Jack «failed chemistry and has to repeat the year».",
    "Amira kreeg een «9,1, het hoogste cijfer» van de klas!",
    "Uw zoon heeft voor «economie een 3,8» gehaald.",
    "Fleur «doubleert» volgend jaar.",
    "Het eindcijfer van Koen voor «geschiedenis is een 5,5».",
    "Omar haalde een dikke «vijf voor biologie».",
    "Emily's final grade: «B-»",
    "Rosa «7,8 voor haar profielwerkstuk»",
    "Beste ouders van Mees, de cijfers:\n- «Engels: 5,1»\n- «Frans: 6,7»\n- «wiskunde: 4,4»",
    "Ik had een «2,1 voor Duits», mag ik herkansen?",
    "Sven staat op een «4 voor wiskunde»",
    "Finn is «bespreekgeval met 3 tekortpunten».",
    "Rapport Jayden: «ne 5, en 6, wi 4, bi 7»",
    "Isa van den Berg (3B) scoorde «38% voor de toets»",
    "Pleun is «cum laude geslaagd»!",
    "Grades for Oliver Grant\nMath «72%»\nEnglish «B+»\nPhysics «C»",
    "Student\tQuiz 1\tQuiz 2\tFinal\nGrace Hill\t«7.5\t8.0\t7.9»\nBen Ross\t«4.0\t5.5\t5.0»",
    "Wubbo heeft een «4 voor Duits en een 5 voor Frans».",
    "Beste mevrouw Kok, uw dochter scoorde een «5,3 op de rekentoets».",
    "Let op Mohamed: «wiskunde 3,4 (was 6,1»).",
    "Jesse gaat van een «6,8 naar een 4,9 voor geschiedenis»",
    "Voor «scheikunde heeft Lisa nu een 5,1» gemiddeld.",
    "Zijn eindlijst: «NE 6, EN 7, WA 5, EC 6, GS 7»",
    "Herkansing «Frans: Noa 6,1, Bo 5,9, Milan 4,0»",
    "Vera's average in «physics dropped to 5.2».",
    "Toetsresultaten Jip: «luistertoets 5,5 / leesvaardigheid 6»",
    "He «failed» his maths exam twice.",
    "Sophie «passed her resit with a 6.1»!",
    "Abel had een «8 voor zijn mondeling»",
    "Marit (H4A) SE1 «ak 5,6 SE2 ak 6,2»",
    "Robin «blijft zitten» als hij zo doorgaat.",
    "Kaya staat 4 «onvoldoendes»",
    "ik heb Sara een «5,4» gegeven voor het boekverslag",
    "PO «muziek: Elif 7,5 Storm 6,0 Roos 8,2»",
    "Cijfer van Tim voor de «toets: 3,9»",
    "Youssef krijgt «havo-advies» maar ouders willen vwo",
    "Naam | Wiskunde | Engels\nSven Postma | «5,1 | 6,3»\nNoa van den Berg | «7,2 | 8,0»",
    "Leerling;NE;EN;WI\n203124 Postma, Sven;«6;7;5»",
    "Sven Postma    «6,1    7,2    5,5»\nNoa van den Berg    «5,0    4,8    6,0»\ncijferlijst periode 2",
    "Resultaten PW H3\n1. Tim de Vries  «5,4»\n2. Lotte Kok  «7,1»",
    "«Gemiddeld staat Jurre een 4,8».",
    "Hij staat nu een «4,8» gemiddeld.",
    "«Grade for Liam: 5.5»",
    "Mia earned an «A- in English and a C+ in biology».",
    "Joris: «so woordjes 3,5; pw grammatica 4,6»",
    "Uw zoon Teun is «niet bevorderd» naar 4 vwo.",
    "Ze heeft voor alle vakken een voldoende, behalve «wiskunde: 4,7»",
    "Tijn heeft een «5.4» staan voor nask",
    "«cijfertje van Fem: 6-»",
    "Luca haalde «14/20 voor Frans».",
]

INNOCENT = [
    "Sanne heeft een vier jaar oud boek Engels",
    "Gerrit, de opdracht van Engels staat op p. 4 en 5.",
    "Anna, we hebben nog 6 boeken Duits over",
    "Bij 4,5 procent van de toetsen ging iets mis, zegt Ewa.",
    "Emma en Tim doen mee met de 5 km voor Engels (sponsorloop).",
    "Om 8.30 toets Engels in 1.12, surveillant mevrouw Kok",
    "Het boek kost 9,5 volgens Piet",
    "De nieuwe Engelse methode krijgt van Hilde een 8,5",
    "Versie 2.4 van het PTA staat op de site.",
    "We zoeken 4 begeleiders voor Engels, Hanna en Tom doen al mee.",
    "Lokaal 4.3 is bezet, vraag Mark om 5.1",
    "De examennorm is 5,5; het PTA-gemiddelde telt voor 50%.",
    "Mijn dochter is 7,5 jaar.",
    "Lisa, de printer staat op 2.12 en doet het weer.",
    "Voorronde wiskundeolympiade: 3B won met 24 punten, proficiat Sven!",
    "De prijs per boek is 8,5 euro, zegt Tim.",
    "Cijfers inleveren voor 4 december, aldus Gerrit.",
    "Rapportgesprekken op 3 en 4 februari met mevrouw Kok",
    "Rekenopgave: Jan heeft 6,5 liter verf en Piet 4,2 liter.",
    "Kees fietst 8,4 km naar school.",
    "Wedstrijd: Emma 6,1 sec, Sara 6,4 sec op de sprint.",
    "Average temperature in May was 6.2, noted Tom.",
    "Schoolreis: Anna 7,50 en Bram 5,00 betaald",
    "Een 4 persoons tent, vraag Joost",
    "De klas van Peter had een 7,1 gemiddeld voor Engels.",
    "Team Anna staat 4-3 voor",
    "Samira geeft 5 Engels en 3B Nederlands",
    "Zaalvoetbal: 3B - V6B 5-5, gem. 7,9 punten per wedstrijd, beste tijd 8.10,5.",
    "Plot (4.3, 5.8) and (6.1, 7.4); the gradient is 0.889.",
    "Ouders geven de school een 7,8; informatievoorziening scoort een 6,9 (landelijk 7,1).",
    "so Engels ch. 6.1 - 6.4, wiskunde 7.5 som 12a t/m 18c",
    "Reading for Monday: chapters 4.3-4.6.",
    "Het klassengemiddelde van 3B is een 6,4.",
    "De klas haalde gemiddeld een 5,9 voor Engels.",
    "Slagen kan met maximaal één 5 voor wiskunde.",
    "Volgens Jan kost het boek 7,5 euro.",
    "Versie 4.2 van de app is uit, meldt Kees.",
    "Jan, de toets is om 8.30 in lokaal 2.14.",
    "Het proefwerk wiskunde gaat over hoofdstuk 4.2, groet Mark.",
    "Wie een onvoldoende heeft, mag herkansen.",
    "Er is onvoldoende tijd voor de les, zegt Anna.",
    "De open dag was geslaagd, met dank aan Lotte.",
    "Het feest is geslaagd. Groet, Bas",
    "Lotte is geslaagd voor haar rijexamen",
    "Norm: 5,5 is voldoende voor het eindexamen.",
    "Toets Engels: 40 punten, cijfer = punten / 4 + 1",
    "The class average for the maths test was 6.2.",
    "Bring 2.5 litres of water for the PE lesson.",
    "Alle leerlingen zijn geslaagd!",
    "Hanna, kun je de cijfers voor vrijdag invoeren?",
    "Rooster: Engels 3e uur lokaal 1.17, wiskunde 4e uur lokaal 2.03",
    "Mon 1 V5A hist 118 | Mon 2 6VB phys 205 | Tue 5 3B eng 214",
    "Naam\tBedrag\nTim de Vries\t7,50\nLotte Kok\t5,00",
    "Team\tgespeeld\tpunten\nRozen\t4\t9\nTulpen\t4\t7",
    "Het gemiddelde tentamencijfer van de jaarlaag was 6,8.",
    "Exam week: English paper 2 on Monday, maths paper 1 on Tuesday.",
    "Piet heeft 3 lessen Engels in periode 2.",
    "Anna woont op 4,5 km van school.",
    "De toets telt 2x mee, weging 2, aldus Pieter",
    "Leerlingen met een 8 of hoger mogen meedoen aan de olympiade.",
    "Het examen Nederlands duurt 3,5 uur; Sanne krijgt verlenging.",
    "Engels 4 vwo, boek 2, les 5, vraag aan Ewa",
    "pH 6,8 gemeten door Tim bij scheikunde",
    "Stand: Lisa - Emma 6-4, 7-5",
    "3B wint met 6,5 punt verschil, coach Bas tevreden",
    "Wiskunde B havo 5: paragraaf 3.1 en 3.2 leren",
    "De gemiddelde leeftijd van het team is 4,2 jaar lager, zegt Bert.",
    "Anne, de 3,5 mm plug is kwijt.",
    "Wij geven deze methode Engels een 8,5. Groet, Fleur",
    "De recensie van Jan: 4,5 sterren",
    "Karel, kun jij vrijdag 3e uur Engels overnemen?",
    "Tip van Mark: maak opgave 5 en 6 van wiskunde.",
    "Lees van Engels unit 4, lesson 2, vraagt Hilde.",
    "Koen woont op nummer 5 en heeft Frans gemist.",
    "Sanne neemt 2,5 kg appels mee voor de gymles.",
    "Een 6 is een voldoende.",
    "Voor een 10 moet je alles goed hebben.",
    "Wat is het verschil tussen een 5,4 en een 5,5?",
    "Voor het schoolexamen gelden cijfers van 1,0 tot en met 10,0.",
    "De toets bestaat uit 8 vragen, Emma.",
    "Toets wiskunde 5 havo verplaatst, groet Piet",
    "Hoeveel leerlingen hebben een onvoldoende voor Duits?",
    "In 3B hebben 7 leerlingen een onvoldoende.",
    "Engels: 5 boeken, Frans: 4 boeken, Duits: 3 boeken",
    "Bestelling: Nederlands 4, Engels 6, Duits 2 (exemplaren)",
    "Jan bestelt 3 exemplaren van het boek Frans.",
    "Klas 2C wint met 7,5 - 6,0 van 2B",
    "Peter heeft 4 uur Engels op maandag",
    "De software scoort een 7,9 op gebruiksgemak, aldus Tjeerd.",
    "Lisa wordt 6 in mei en heeft een 2,5 jaar jonger zusje",
    "Petra heeft een 0,6 aanstelling voor scheikunde.",
    "Rapportvergadering 3B: maandag 15.30 in 2.14, Samira zit voor",
    "De cijfers moeten vrijdag in Magister staan, Jan.",
    "Het gemiddelde van de getallen 4,2 en 6,8 is 5,5.",
    "The exam has 5 questions, Ms Brown said.",
    "Maths set 3 meets in room 5 with Mr Hill",
    "Emma zit in groep 8 en heeft Engels van meester Bas",
    "Sam, jij hebt de 6 voor Engels boekjes nog in je tas",
]


@pytest.mark.parametrize("text", FOUND)
def test_grades_are_found_where_they_stand(text: str) -> None:
    plain, spans = marked(text)
    hits = [hit for hit in find(Context(plain)) if hit.confidence == HIGH]
    assert [(hit.start, hit.end) for hit in hits] == spans
    assert [hit.value for hit in hits] == [plain[start:end].lower() for start, end in spans]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_resembles_grades_is_none(text: str) -> None:
    assert sure(find(Context(text))) == []


def doubtful(text: str) -> list[str]:
    return [hit.value for hit in find(Context(text)) if hit.confidence == LOW]


@pytest.mark.parametrize(
    "text",
    [
        "wiskunde 4,3",
        "Sanne haalde een 7,1, het klassengemiddelde voor Engels is 6,4",
        "als hij een 5,4 voor Engels haalt",
        "onvoldoende",
    ],
)
def test_a_mark_of_nobody_is_doubtful(text: str) -> None:
    assert doubtful(text)


def test_rows_are_found_far_below_other_numbers() -> None:
    above = "Het was toen 5,5 hier.\n" + "Dag.\n" * 60
    text = f"{above}Naam;Wiskunde;Engels\nSven Postma;5,1;6,3\n"
    assert [hit.value for hit in find(Context(text))] == ["5,1;6,3"]


def test_a_column_of_money_beside_one_of_marks_is_none() -> None:
    text = "naam\tbedrag\tcijfer\nSven Postma\t7,5\t6,1"
    assert sure(find(Context(text))) == ["6,1"]
    assert sure(find(Context("cijfers\nnaam\tbedrag\nSven Postma\t7,5"))) == []


def test_a_verdict_in_the_midst_of_a_row_is_part_of_it() -> None:
    assert sure(find(Context("cijfers\nSven Postma\t4,3\tonvoldoende\t5,1"))) == ["4,3\tonvoldoende\t5,1"]


def test_what_was_announced_ends() -> None:
    row = "Sven Postma  6  7"
    assert sure(find(Context(f"cijfers\n{row}"))) == ["6  7"]
    for between in ("\n\n\n", f"\n{'x ' * 50}\n", "\nprijs\n", "\nklassengemiddelde cijfers\n"):
        assert sure(find(Context(f"cijfers{between}{row}"))) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Sanne heeft voor wiskunde (se 2) een 4,3", "4,3"),
        ("Sanne: eerst 5,1, toets over water 6,2", "5,1, toets over water 6,2"),
        ("Sanne kreeg een 4", "4"),
        ("Engels van Sanne 5,1 en 6,2", "engels van sanne 5,1 en 6,2"),
        ("Sanne, Engels, 5,1 & 6,2", "engels, 5,1 & 6,2"),
        ("Hij haalde een 4,1", "4,1"),
        ("Sanne heeft een vijf voor Engels", "vijf voor engels"),
    ],
)
def test_a_mark_is_known_by_what_stands_around_it(text: str, value: str) -> None:
    assert value in sure(find(Context(text)))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Sanne",
                " heeft ",
                " ",
                "een ",
                "4,3",
                "6",
                "5-",
                " voor ",
                "wiskunde",
                "Engels",
                "NE 6",
                "ne 5, ",
                "en 6, ",
                "cijfer",
                ": ",
                "\n",
                "\t",
                "|",
                ";",
                "hij ",
                "onvoldoende",
                "geslaagd",
                "gezakt",
                "got a B- ",
                "14/20",
                "vijf",
                "klassengemiddelde",
                ".",
                "se ",
                "Naam",
                "€",
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

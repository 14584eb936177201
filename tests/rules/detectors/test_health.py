"""What is said of the health of somebody, and talk about health."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.detectors.health import find
from rules.text.context import Context
from rules.text.hits import HIGH, LOW
from tests.support.marked import marked, sure

FOUND = [
    "Beste mentor, onze Fem is gisteren aangereden en heeft «een gebroken» pols.",
    "Absentielijst:\n- Yara: «griep»\n- Sem: «migraine»",
    "Klas\tNaam\tBijzonderheden\n3B\tNoa Kuiper\t«notenallergie, EpiPen»\n3B\tJort Velda\t«dyslexie»",
    "Mogelijk heeft Ayoub «PTSS», hij slaapt slecht.",
    "Haar vader drinkt en moeder zit in «een blijf-van-mijn-lijfhuis» (Hiba)",
    "Kevin is weer begonnen met blowen, hij is «verslaafd».",
    "Oma van Lise is «terminaal», ze is er met haar hoofd niet bij",
    "Teacher absence: Mrs Green, «flu», back Thursday",
    "Zoë is being tested for «ADHD» next month.",
    "Please let Max use the lift, he's on «crutches».",
    "Dad has «MS» so Lily is a young carer",
    "Bob heeft «hiv»",
    "Pip heeft moeite met lezen, «vermoeden van dyslexie»",
    "Lucas krijgt ambulante begeleiding vanwege «zijn autisme»",
    "Voor de gymles: Storm heeft «een zwakke rug» en mag niet tillen.",
    "Lars is vanmiddag «geopereerd», alles is goed gegaan.",
    "Ze komt niet, ze ligt met 40 graden «koorts» op bed",
    "Wist je dat de vader van Jip «terminaal» is?",
    "Bij aanmelding gaf moeder aan: «ADD», geen medicatie. Naam: Luuk Peters",
    "Naomi Visser | «dyslexie» | extra tijd",
    "Ons zoontje moet elke 2 uur «zijn bloedsuiker» prikken",
    "Saar heeft «wratten» en mag niet zwemmen",
    "Graag rekening houden met Fatima, zij vast en heeft «migraine»",
    "Er is «een zorgmelding» gedaan over Brian.",
    "Joep heeft zijn enkel «gebroken»",
    "Collega Marloes is «zwanger», uitgerekend in mei",
    "Teun zit bij de «jeugdpsycholoog» vanwege zijn boosheid",
    "De «logopediste» van Mees belt morgen",
    "Hassan was in the «hospital overnight after an allergic» reaction.",
    "Emily's «autism» means she needs a quiet room.",
    "Our son Leo has been «diagnosed with dyslexia».",
    "Mr Brown is on «sick leave» until March.",
    "She is in «a wheelchair» since the accident.",
    "My son can't swim this week, he has «an ear infection».",
    "Chloe «self-harms»; please keep this confidential.",
    "Ruby takes «medication for her epilepsy» at lunch.",
    "Kind heeft «PTSS» na vlucht uit Syrië; het gaat om Rami in 2C",
    "verzuim Lisa: doktersbezoek i.v.m. «hartritmestoornis»",
    "Sil gaat doubleren door «zijn langdurige ziekte»",
    "Wouter heeft sinds zondag «waterpokken».",
    "Uw dochter Meike is vandaag «ziek» naar huis gegaan.",
    "Nina is gevallen en heeft «een gat in haar hoofd, is gehecht»",
    "Thijs krijgt 's middags een pilletje «methylfenidaat»",
    "Fenna mocht naar huis: «hevige menstruatiepijn».",
    "Collega's, Theo komt na de herfstvakantie niet terug: hij heeft «een burn-out». Graag geen bloemen naar huis.",
    "Naomi ligt sinds zondag in het «ziekenhuis met een ontstoken blindedarm, ze is zeker twee weken uit de running».",
    "ingevuld strookje kamp van Saar: noodnr 06 – 4190 2277 (oma), huisarts dr. Wiersma, «hooikoorts», zwemdiploma A+B",
    "Mijn zoon heeft «ADHD en slikt Ritalin».",
    "Sanne heeft «dyslexie» en krijgt extra tijd.",
    "Daan is onder behandeling bij de «GGZ».",
    "Er loopt een melding bij «Veilig Thuis» over het gezin van Youssef.",
    "Zij is «zwanger» en gaat in maart met verlof.",
    "Ik ben «ziek, griep» te pakken.",
    "Luuk gebruikt sinds kort «antidepressiva».",
    "Onze dochter is «opgenomen in een kliniek voor eetstoornissen».",
    "Tim de Vries\t«autisme»\textra begeleiding",
    "Naam\tKlas\tMedicatie\nTim de Vries\t3B\t«Concerta»\nLotte Kok\t3B\t«insuline»",
    "Emma was «diagnosed with epilepsy» last week.",
    "His «asthma gets worse in spring, so he carries an inhaler».",
    "Jayden lives in «a foster family» since October.",
    "Mevrouw Jansen heeft «borstkanker en begint met chemo».",
    "Rayan staat onder toezicht («OTS) en de gezinsvoogd» komt mee.",
    "Bram «brak zijn arm bij gym en loopt met krukken».",
    "Lisa is «allergisch voor noten en heeft een EpiPen» in haar tas.",
    "Kees heeft zich «ziek gemeld met koorts».",
    "Wesley gaat elke dinsdag naar de «psycholoog».",
    "Yara «snijdt zichzelf» weer, moeder weet ervan.",
    "Sem zit in «een rolstoel» na het ongeluk.",
    "Leerling heeft «PDD-NOS», aldus vader. Het gaat om Stijn.",
    "Noor is vanmorgen «flauwgevallen» in de gymles.",
    "Zijn broertje heeft «leukemie», daarom is hij er vaak niet.",
    "Haar moeder is «opgenomen in de psychiatrie».",
    "Nadia is «doof» aan een oor.",
    "Kun je Finn vandaag vrij geven? Hij heeft «zijn chemokuur».",
    "Ilse has been off with «depression» since August.",
    "My daughter has type 1 «diabetes» and wears a pump.",
    "Omar is «suïcidaal» geweest, let extra op hem.",
    "Absent: Julia («migraine»), Mohamed («griep»), Tess (tandarts)",
    "Hidde heeft «een hersenschudding» opgelopen bij voetbal.",
    "De «diagnose autisme» is bij Jelle in juni gesteld.",
    "Maud wordt «uit huis geplaatst, jeugdzorg» belt morgen.",
    "juf Anja is «overspannen» thuis",
    "Beste mentor, Koen kan vandaag niet komen vanwege «buikgriep». Groet, moeder van Koen",
    "Vrijdag is Joris er niet, hij wordt «geopereerd» aan zijn knie.",
    "Ter info: Ravi is «gediagnosticeerd met ASS», graag prikkelarme plek.",
    "Bij Sofie is vorige week «diabetes» vastgesteld.",
    "Vergeet het «pufje» van Mila niet, ze heeft «inspanningsastma».",
    "hoi, Thijmen is «ziek vandaag (39 graden koorts»)",
    "Aaliyah komt terug uit de «crisisopvang», graag discreet.",
    "Moeder belde: Pim heeft «paniekaanvallen» en durft niet naar school.",
    "Milan: «dyscalculie», rekenmachine toegestaan",
    "- Hugo Prins: «ADD», rustige plek",
    "- Evi Tol: «hoogbegaafd»",
    "De broer van Nina is overleden aan «kanker», ze is erg verdrietig.",
    "Onze zoon Mats kan maandag niet gymmen door «een verstuikte» enkel.",
    "Anouk van de receptie is met «zwangerschapsverlof».",
    "Collega Henk zit in de «ziektewet» sinds juni.",
    "I'm off «sick today with the flu», could someone cover 3B?",
    "Charlotte carries «an EpiPen because of her nut allergy».",
    "Mum told me Ollie is seeing «a therapist for anxiety».",
    "Please note that Zara is «partially sighted» and needs large print.",
    "Her «depression» got worse over the holidays.",
    "Marcus «broke his leg skiing and will be on crutches» for six weeks.",
    "Leerling 203516 heeft «epilepsie», noodmedicatie in de kluis.",
    "Sara krijgt «logopedie» op woensdag",
    "Vader is «alcoholist», thuissituatie is zorgelijk voor Jurre.",
    "Jelle slikt «medicijnen tegen ADHD».",
    "Kun je rekening houden met de «faalangst» van Isa?",
    "Ik moet woensdag naar het «ziekenhuis voor een hartfilmpje».",
    "«Zijn medicatie is opgehoogd naar 36 mg Concerta».",
    "Ze is doorverwezen naar de «kinderpsychiater».",
    "Hij plast nog in bed, graag extra slaapzak mee («bedplassen»).",
    "Na «haar suïcidepoging» is Lynn weer thuis.",
    "Guus is «kleurenblind», let op bij de kaarten",
    "Dhr. Bakker heeft «een hartinfarct» gehad.",
    "De heer De Boer ligt op de «intensive care».",
    "Dieetwensen kamp: Elif halal, Tom «glutenallergie», Bas «lactose-intolerant»",
    "Wim heeft «corona» en zit thuis.",
    "Tess heeft «TOS en dyslexie».",
    "Er is «een ondertoezichtstelling» uitgesproken voor Damian.",
    "Sterre mist 2 weken wegens «Pfeiffer»",
    "mw. Kok is langdurig «ziek», vervanging loopt via Els",
    "Hanna draagt «gehoorapparaten»",
    "«autistische» leerling in 2C, Boris Kramer",
    "Beste Sanne, wat vervelend dat je «griep hebt, beterschap»!",
    "Xiomara slikt elke ochtend «Concerta».",
    "Heb je gehoord dat Wubbo «een hernia» heeft?",
    "Wietske is gisteren bevallen na «een zware zwangerschap».",
    "Graag aandacht voor Djayden, hij wordt getest op «autisme».",
    "Gisteren zei Quincy dat hij «zelfmoordgedachten» heeft",
    "De ouders van Ilyas zijn in gesprek met «jeugdzorg».",
    "Tijdens het gesprek vertelde moeder dat Kaat bij «een psychiater» loopt.",
    "K. Hendriks: «ADHD», extra tijd bij toetsen",
    "Abdel is vanochtend met de «ambulance afgevoerd na een epileptische» aanval",
    "Can Joe sit at the front? He's «hard of hearing».",
    "Rens is afwezig: «koorts»",
    "Leonie komt later, ze moet naar de orthodontist en heeft «oorontsteking».",
    "Casper heeft «een lichte verstandelijke beperking».",
    "Juf Petra is weer «ziek», wie kan invallen?",
    "Timo gebruikt «een inhalator» bij gym.",
    "Evelien had «een miskraam», daarom is ze er deze week niet.",
    "Bo zit in de «pleegzorg» sinds vorig jaar.",
]

INNOCENT = [
    "Toets biologie: de nier, dialyse en hormonen; succes, Femke!",
    "Deze maand is Movember: de docenten laten hun snor staan voor prostaatkankeronderzoek.",
    "Kan iemand mijn les overnemen? Ik ben vrij op vrijdag. Groet, Ans",
    "De brugklas doet mee aan de Dam tot Damloop voor het Longfonds.",
    "Toneel: in Hamlet wordt Ophelia gek.",
    "Wie heeft de sleutel van de ziekenkamer?",
    "Hi Sarah, could you order more plasters for the first aid kit?",
    "The depression of 1929 is covered in unit 4, see Mr Lee.",
    "De directie is allergisch voor te laat komen.",
    "Met pijn in het hart nemen we afscheid van Joke, zij gaat met pensioen.",
    "Zij is verslaafd aan chocola, dus taart op vrijdag! Groet, Bert",
    "Sofie is ziek van de vele toetsen in week 3",
    "Corona heeft ons allen geraakt, schrijft de rector.",
    "De schoolarts doet in januari onderzoek bij alle tweedeklassers.",
    "Dyslexiescreening brugklas: maandag in de aula, begeleiding door Nadia Bakhuis.",
    "Vergeet niet: dinsdag fruit mee, er zijn kinderen met een notenallergie in de groep.",
    "Ziekteverlof aanvragen? Zie het personeelshandboek, hoofdstuk 6.",
    "De wachtlijsten in de jeugdzorg lopen op, schrijft de Volkskrant.",
    "Lezing door Peer van der Helm over gesloten jeugdzorg.",
    "Het vak psychologie start in januari, docent Eva Smit.",
    "De verbouwing lijdt aan vertraging, zegt Tom.",
    "Beterschapskaarten te koop bij de receptie.",
    "Anna, wil jij de EHBO-doos bijvullen met pleisters en paracetamol?",
    "Luizencontrole: woensdag door de luizenmoeders.",
    "Griepprik voor personeel: donderdag 12 november, aanmelden bij Wilma.",
    "De leerling neemt zelf medicijnen mee, zie de kampbrief.",
    "Biology test Friday: diseases, antibiotics and vaccines. Ms Jones",
    "We raised £400 for Cancer Research at the bake sale, thanks to Amy.",
    "Sports day is cancelled; the field is sick and tired of rain, jokes Bob.",
    "Deze pijnbank is gemaakt door Joost voor het geschiedenisproject.",
    "Bas speelt de dokter in de musical De Zieke Koning.",
    "Ouderavond over pubers en depressie, spreker: Jelle Jolles",
    "Regels kamp: geen alcohol, geen drugs, medicatie inleveren bij de leiding.",
    "Donderdag 15.30 herhaling BHV/EHBO: reanimatie, verbanden, epileptische aanval (algemeen protocol).",
    "Is uw kind ziek? Meld dit voor 8.30 uur.",
    "Workshop omgaan met autisme in de klas, 12 december.",
    "Leerlingen met dyslexie krijgen 20 procent extra tijd.",
    "De GGD komt woensdag voor de HPV-vaccinatie.",
    "Onze schoolpsycholoog is bereikbaar op dinsdag.",
    "Hoofdstuk 5 gaat over diabetes en insuline.",
    "Folder: wat te doen bij een astma-aanval?",
    "In de week van de depressie hangen er posters.",
    "Sanne houdt haar spreekbeurt over epilepsie.",
    "Het nieuwe verzuimbeleid: bij ziekte belt de ouder.",
    "Boek van de maand: een meisje met anorexia.",
    "Jeugdzorg Nederland zoekt vrijwilligers.",
    "Wij vragen alle ouders allergieën door te geven op het formulier.",
    "De collecte voor KWF Kankerbestrijding bracht 430 euro op.",
    "Als een leerling ziek wordt op kamp, bellen we de ouders.",
    "Students with ADHD may use a fidget toy during tests.",
    "Please report any food allergies on the form.",
    "The assembly on mental health is on Tuesday.",
    "The Anxiety Workshop is fully booked.",
    "Het lokaal is rolstoeltoegankelijk.",
    "De computer is ziek, zei Kees lachend.",
    "Tijdens de studiedag spreekt dr. Smit over ADHD en executieve functies.",
    "Zieke docenten melden zich voor 7.30 uur bij de roostermaker.",
    "De excursie naar het ziekenhuis gaat door.",
    "Er heerst griep op school, was je handen.",
    "Mark geeft de cursus EHBO op 3 december.",
    "Wat zijn de symptomen van een burn-out?",
    "Medicijnen mogen alleen met een verklaring mee op kamp.",
    "De onderwijsinspectie vraagt cijfers over ziekteverzuim.",
    "Kunstproject: de gebroken spiegel van Van Gogh.",
    "De telefoon is kapot: gebroken scherm.",
    "Economie 4.2: de depressie van 1929",
    "Engels: read the chapter on the Great Depression.",
    "De zonsverduistering en blinde vlekken",
    "Breuken vermenigvuldigen: opgave 12 t/m 18",
    "Breuk 3/4 en 5/8 optellen",
    "De operatie nieuwe kantine is geslaagd, dankzij Bert.",
    "Opname van de musical staat online, met dank aan Lotte.",
    "Het tumult in de pauze was groot.",
    "Ziekmelden kan via de app of telefonisch.",
    "Wij wensen alle zieken beterschap.",
    "Op 10 oktober is het Werelddag Geestelijke Gezondheid.",
    "De training omgaan met ADHD voor docenten start op 4 december, opgave bij Karin.",
    "Wilt u medicijngebruik van uw kind doorgeven aan de mentor?",
    "Een leerling met een beperking kan extra tijd aanvragen.",
    "De vertrouwenspersoon Anja is bereikbaar op maandag.",
    "Bij griep graag thuisblijven tot de koorts weg is.",
    "De film Rain Man gaat over een man met autisme.",
    "In deze nieuwsbrief: dyslexiebeleid, boekenlijst en ouderavond.",
    "De schoolarts Mirjam de Lange van de GGD komt in week 49.",
    "Vacature: orthopedagoog, 0,6 fte, reageren bij Hanneke.",
    "De medezeggenschapsraad bespreekt het ziekteverzuim: 5,2 procent.",
    "Profielwerkstuk van Noor en Daan: de invloed van cannabis op depressie bij jongeren.",
    "Biologie H4: insuline, suikerziekte en de alvleesklier. Toets op vrijdag.",
    "Het thema van de mentorles is faalangst.",
    "Parents are asked to keep children with a fever at home.",
    "Chapter 7 covers mental health; see Oliver Sacks.",
    "Does your child have asthma? Tell the school nurse.",
    "The school nurse holds a clinic every Tuesday.",
    "Our policy on medication is on the website.",
    "First aid course: asthma attacks, fractures and seizures.",
    "Verkouden? Blijf niet thuis, maar nies in je elleboog.",
    "De docent legt uit wat een allergie is.",
    "Jeugdzorg organiseert een informatieavond in Velp.",
    "Werken bij de GGZ, een beroepenavond met oud-leerling Marieke.",
    "De mentor bespreekt verzuim met de leerlingen.",
    "Kees, heb jij het protocol medicijnverstrekking al gelezen?",
    "Wij zijn op zoek naar een psycholoog voor de gastles.",
    "De bus is ziek, we fietsen. Groet, Bas",
    "Blinddoek mee voor het spel op kamp",
    "Operatie Market Garden, hoofdstuk 3 van geschiedenis, docent Mark Lievens.",
    "Therapiehond Bo komt op bezoek tijdens de toetsweek.",
    "De opname van de les staat op Teams, groet Pieter",
    "Gebroken ruit in lokaal 2.14, Kees kijkt ernaar.",
    "Het ziekenhuis Rijnstate zoekt vrijwilligers.",
    "De stage bij ziekenhuis Rijnstate is voor Julia geregeld.",
    "Ada Lovelace is al lang overleden, maar haar werk leeft.",
    "Diagnose van de kopieermachine: kapot, aldus Bert.",
    "Anne Frank, dagboek, is verplicht voor klas 2.",
    "Beste Anna, is er nog iets bekend over de griepgolf?",
    "Beste Karin,\nHeb jij het medicijnprotocol nog?\nGroet, Hans",
    "Er heerst griep op school. Groet, Bas",
    "Hoi Kees, de EHBO-koffer in de gymzaal is leeg. Gr. Petra",
    "Hoi Fleur, kun jij de les over eetstoornissen overnemen? Groet, Sanne",
    "Dear Emma, the workshop on anxiety starts at 3. Regards, Tom",
    "Beste ouders, vanwege de griepgolf vallen er lessen uit. Met vriendelijke groet, Marleen Terpstra",
    "Volgens het RIVM neemt het aantal coronabesmettingen toe.",
    "De Rabobank steunt het Reumafonds met 500 euro.",
    "Bij Rijnstate is een open dag voor zorgopleidingen.",
    "Amsterdam heeft een tekort aan psychologen.",
    "In Arnhem opent een nieuwe kliniek.",
    "Zweden had in 2020 veel corona.",
    "Zorg en Welzijn: opdracht diabetes inleveren op 12-12",
    "Het thema in Groep 8 is gezonde voeding en allergieën",
    "Toneelgroep Maas speelt een stuk over autisme",
    "Vak Zorg: de leerling kan uitleggen wat dementie is",
    "Nieuwe regels AVG: gegevens over ziekte mogen niet in de mail, zegt Nadia.",
]


@pytest.mark.parametrize("text", FOUND)
def test_health_are_found_where_they_stand(text: str) -> None:
    plain, spans = marked(text)
    hits = [hit for hit in find(Context(plain)) if hit.confidence == HIGH]
    assert [(hit.start, hit.end) for hit in hits] == spans
    assert all(hit.value in plain[hit.start : hit.end].lower() for hit in hits)


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_resembles_health_is_none(text: str) -> None:
    assert sure(find(Context(text))) == []


def doubtful(text: str) -> list[str]:
    return [hit.value for hit in find(Context(text)) if hit.confidence == LOW]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Er is weer iemand met griep", "griep"),
        ("Wat als hij epilepsie heeft: als hij astma krijgt", "epilepsie"),
        ("De hond van Sanne is ziek", "ziek"),
        ("Zij werkt bij jeugdzorg", "jeugdzorg"),
        ("Een workshop, Sanne, autisme", "autisme"),
        ("Heeft uw kind astma?", "astma"),
    ],
)
def test_somebody_or_nobody_in_particular_is_doubtful(text: str, value: str) -> None:
    assert value in doubtful(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sanne heeft geen griep",
        "een gebroken belofte van Sanne",
        "ass en add",
        "Onze psycholoog helpt",
        "de workshop autisme",
    ],
)
def test_what_is_denied_or_means_something_else_is_nothing(text: str) -> None:
    assert find(Context(text)) == ()


def test_a_row_of_a_table_is_about_who_it_names() -> None:
    assert sure(find(Context("Xzavier\t3B\tConcerta"))) == ["concerta"]
    assert sure(find(Context("leerling;diagnose\nXzavier Pol;autisme"))) == ["autisme"]
    assert sure(find(Context("medicijn\tprijs\nconcerta\t12"))) == []


def test_the_sentence_before_may_tell_who() -> None:
    assert sure(find(Context("Sanne belde net. Heeft last van migraine"))) == ["migraine"]


def test_words_of_one_phrase_are_one() -> None:
    (hit,) = find(Context("Sanne heeft een zware depressie en een eetstoornis."))
    assert (hit.value, hit.start, hit.end) == ("depressie", 12, 50)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Sanne",
                " heeft ",
                " ",
                "adhd",
                "griep",
                "dyslexie",
                "hij ",
                "zijn ",
                ".",
                "\n",
                "\t",
                "|",
                "bij de ggz",
                "Medicatie",
                ": ",
                "als ",
                "gebroken ",
                "arm",
                "Beste Jan, ",
                "je ",
                "ASS",
                "workshop over ",
                "de hond is ",
                "geen ",
                "leerlingen",
                "Groet, Jan",
                "ziekenhuis",
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

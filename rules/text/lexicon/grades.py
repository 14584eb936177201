"""Words about marks and results, and what tells somebody's from those of a class, a game or a shop (domain.md 2.2)."""

from __future__ import annotations

import re

from rules.text.phrases import Phrases, listed

SUBJECT, SHORT, WORD, SPELLED, VERDICT = "subject", "short", "word", "spelled", "verdict"
PHRASES = Phrases(
    {
        SUBJECT: listed(
            "wiskunde, wiskunde a, wiskunde b, wiskunde c, wiskunde d, wisa, wisb, wisc, wisd, wis a, wis b, "
            "nederlands, engels, frans, duits, spaans, latijn, grieks, fries, turks, arabisch, biologie, "
            "scheikunde, natuurkunde, nask, nask1, nask2, aardrijkskunde, geschiedenis, economie, "
            "bedrijfseconomie, maatschappijleer, maatschappijwetenschappen, filosofie, informatica, rekenen, "
            "rekentoets, lichamelijke opvoeding, tekenen, handvaardigheid, muziek, techniek, ckv, kcv, kunst, "
            "drama, godsdienst, levensbeschouwing, verzorging, mens en maatschappij, profielwerkstuk, pws, "
            "spelling, begrijpend lezen, kgt, netl, entl, fatl, dutl, maths, math, mathematics, algebra, "
            "geometry, calculus, english, dutch, french, german, spanish, latin, greek, biology, chemistry, "
            "physics, science, history, geography, economics, business studies, social studies, philosophy, "
            "computer science, religious studies, music, literature, reading, spelling test, dictee, "
            "presentatie, spreekbeurt, boekverslag, leesvaardigheid, luistertoets, mondeling, schoolexamen, "
            "essay, book report, practicum, mediatheekopdracht, repetitie, schei, aardrijks, cito, eindtoets, "
            "luistervaardigheid"
        ),
        WORD: listed(
            "cijfer, cijfers, cijfertje*, cijferlijst, eindcijfer, eindcijfers, rapportcijfer*, toetscijfer*, "
            "examencijfer*, se-cijfer*, ce-cijfer*, proefwerkcijfer*, gemiddelde, gemiddeld, se1, se2, se3, "
            "se4, schoolexamen*, centraal examen, rapport, eindrapport, tussenrapport, resultaat, resultaten, "
            "toets, toetsen, proefwerk, proefwerken, herkansing, herkanst, deeltoets, tentamen, examen, "
            "eindexamen, score, becijfering, beoordeling, beoordeeld met, pta-toets, toetsweek, tto, grade, "
            "grades, graded, mark, marks, final grade, report card, gpa, average, scored, test, tests, exam, "
            "exams, quiz, mock, resit, retake, result, results, coursework, mid-term, midterm, assessment, "
            "assignment, transcript, cito-score, citoscore, cito-toets, eindtoetsscore, doorstroomtoets"
        ),
        SPELLED: listed("twee, drie, vier, vijf, zes, zeven, acht, negen, tien"),
        VERDICT: listed(
            "onvoldoende, onvoldoendes, onvoldoende's, onvoldoenden, tekort, tekorten, tekortpunt, "
            "tekortpunten, verliespunten, bleef zitten, blijft zitten, blijven zitten, zitten blijven, "
            "zittenblijven, zitten gebleven, blijft ze zitten, blijft hij zitten, zittenblijver, gezakt, "
            "zakte voor, zakt voor, geslaagd, niet geslaagd, doubleert, doubleerde, doubleren, gedoubleerd, "
            "doublant, doublure, cum laude, niet bevorderd, bevorderd, buiten bevordering, niet over, "
            "gaat niet over, bespreekgeval, bespreekzone, revisiekandidaat, afgewezen, staat er slecht voor, "
            "niet behaald, niet gehaald, onder niveau, onder het niveau, 1f niet gehaald, 2f niet gehaald, 3f "
            "niet gehaald, slecht rapport, "
            "slechte cijfers, lage cijfers, goede cijfers, hoge cijfers, laagste cijfer*, "
            "hoogste cijfer*, afstromen, stroomt af, afstroom*, opstromen, havo-advies, vwo-advies, "
            "vmbo-advies, mavo-advies, schooladvies, basisschooladvies, failed, failing, fails, passed, "
            "did not pass, didn't pass, repeat the year, repeats the year, repeating the year, repeat year, "
            "repeating year, held back, hold back a year, with honours, with distinction, poor grades, "
            "bad grades, low marks, failing grade*, flunked, top marks, straight a's"
        ),
    }
)
CROWD = re.compile(
    r"\b(?:klassengemiddelde\w*|de klas van|class of|methode|klasgemiddelde\w*|groepsgemiddelde\w*|gemiddelde "
    r"van (?:de|het|alle|"
    r"klas|3|onze|deze)\b|(?:klas|groep|class|cohort|jaarlaag|vestiging|school|sectie|leerjaar) "
    r"(?:\w{1,4} )?(?:haalde|haalt|scoorde|scoort|scored|had|heeft|has|gemiddeld|stond|staat|average)|"
    r"class average|average of|average mark|"
    r"landelijk\w*|nationally|national average|ouders geven|leerlingen geven|parents rate|pupils rate|"
    r"rated|tevredenheid\w*|satisfaction|enquête|survey|wedstrijd\w*|match|games?|gewonnen|verloren|"
    r"finale|doelpunt\w*|voetbal|zaalvoetbal|volleybal|hockey|basketbal|"
    r"punten per|competitie|toernooi|tournament|sponsorloop|euro|korting|prijs|price|versie|version|"
    r"update|release|temperatuur|temperature|ph-waarde|richter|magnitude|recensie\w*|review\w*|google|"
    r"tripadvisor|imdb|normering|n-term|cesuur|"
    r"slagingspercentage|pass rate|gemiddeld per|klas \w+ staat gemiddeld|geven wij|gaven (?:de|wij|"
    r"ouders|leerlingen)|waardering|organisatie|kantine|catering|scale|schaal|energielabel|cao|"
    r"functieschaal|inspectie|schoolkeuze|keuzegids|coopertest|sprint|rondje|verspringen|hoogspringen|"
    r"duurloop|shuttle\w*|formule|vergelijking|equation|gradient|coördinaten|coordinates|punt \()\b"
)
PLURAL = re.compile(
    r"\b(?:leerlingen|kandidaten|studenten|pupils|students|candidates|iedereen|everyone|everybody|"
    r"jaarlaag|wie|who)\b"
)
IF = re.compile(
    r"\b(?:als|indien|wanneer|bij een|wie|hoe|if|when|whoever|how|minimaal|ten minste|at least|mag|moet|"
    r"moeten|must|need to|maximaal|regels?|norm|overgangsnorm\w*|voorwaarde\w*|criteria|requirements?|"
    r"minstens|nodig|required|determinatie\w*|reglement|voorbeeld|example|stel)\b"
)
GETS = re.compile(
    r"(?:\b(?:een|'n|n|a|an|van|naar|met|op|is|was|=|from|to|with|het cijfer|nu|now|en|and|of|maar|"
    r"slechts|only)|:)[ ]{1,2}(?:(?:dikke|magere|mooie|ruime|krappe|net|slechts|just|een|a|nette)[ "
    r"]){0,2}\Z"
)
DIRECT = re.compile(
    r"[\s:=|(\t-]{0,4}(?:(?:se|ce|toets|pw|so|t|p|se|ce|cijfer|gem\.?|gemiddeld|eindcijfer|a|b|c|d|nu|"
    r"is|was|staat op|een|van|met|op|test|exam|paper|mark|grade|final|sei|periode)[ \t:]?\d?[ "
    r"\t:]{0,2}){0,3}\Z"
)
BEHIND = re.compile(
    r"[ ,(]{1,2}(?:voor|in|bij|for|on|op|aan|gemiddeld(?: voor)?|average)(?: (?:de|het|haar|zijn|mijn|"
    r"the|his|her|een|a|vak|last|laatste|vorige)){0,2}[ ](?:[\w'-]+[ ]?){0,2}"
)
INSUFFICIENT = re.compile(r"onvoldoendes?|onvoldoende.s|onvoldoenden")
LACKING = re.compile(
    r"[ ](?:tijd|ruimte|geld|plaats|plek|informatie|licht|begeleiding|aandacht|zicht|draagvlak|animo|"
    r"aanmeldingen|plaatsen|budget|kennis|materiaal|stoelen|inzet|reden|bewijs|capaciteit|middelen|"
    r"toezicht|duidelijk\w*|ingevuld|beveiligd|bekend|rekening|personeel|docenten|stroom|ventilatie|van|"
    r"om|onderbouwd|betrokken|gebruik\w*|saldo|rust|grip|voorbereid)\b"
)
FOR_OTHER = re.compile(
    r"\b(?:rijexamen|rijbewijs|zwemdiploma|theorie-examen|theorie|rijtest|driving test|avond|feest|"
    r"actie|excursie|open dag|dag|project|operatie|reis|inzameling|musical|kamp|activiteit|bijeenkomst|"
    r"evening|sluis)\b"
)
GOT = re.compile(
    r"\b(?:haalde|haalt|gehaald|scoorde|scoort|gescoord|kreeg|krijgt|gekregen|behaalde|behaald|staat|"
    r"stond|sta|had|heeft|heb|stijgt|gestegen|gezakt van|zakte van|gaat van|ging van|opgehaald|got|gets|"
    r"received|earned|achieved|has|dropped|went from|stands)\b"
)
# Verbs and words behind which a number with a decimal is a mark, if a person is called by name.
STANDS = re.compile(
    r"\b(?:haalde|haalt|gehaald|scoorde|scoort|gescoord|kreeg|krijgt|gekregen|behaalde|behaald|staat|stond|sta"
    r"|heeft|had|heb|zakte|zakt|gezakt"
    r"|stijgt|steeg|gestegen|komt uit|kwam uit|eindigt|eindigde|blijft|bleef|sloot af|sluit af|beoordeeld|werd"
    r"|wordt|is|was|geworden|got|gets|scored"
    r"|received|earned|achieved|dropped|rose|stands|has|had|managed|cijfer|gemiddelde|mark|grade"
    r"|score)\b[^.!?\n€]{0,40}"
    r"(?:\b(?:een|'n|n|op|naar|met|van|tot|a|an|to|at|with|of|with a|only|maar|slechts|nu|now|is|was|=)"
    r"|:)[ ]{1,2}(?:(?:dikke|magere|mooie|kleine"
    r"|ruime|krappe|net|slechts|just|mager|keurige|nette)[ ]){0,2}\Z"
)
LETTERS_AFTER = 30
GOT_MARK = re.compile(
    r"\b(?:haalde|haalt|gehaald|scoorde|scoort|gescoord|behaalde|behaald|kreeg|gekregen|stond|got|scored|achieved)\b"
)
MONEY = re.compile(
    r"€|\b(?:euro|betaal\w*|betaald\w*|kost\w*|prijs|bedrag|paid|price|costs?|uur|uren|hours?|km|meter|minuten"
    r"|seconden)\b"
)
CODES = frozenset(
    "ne en fa du wi na sk bi ak gs ec be lo ma mu te hv sp la gr in bsm nlt m&o kua kubv nl wa wb wisa "
    "wisb fi mw beco eng ned dui fra ges nat sch his geo phy che lit".split()
)
HEADING = re.compile(
    r"\b(?:se ?-?\d?|ce|gem(?:iddelde?)?\.?|cijfers?|eindcijfers?|eind|toets ?\d?|t\d|p\d|per(?:iode)? "
    r"?\d|rapport\w*|r\d|pw ?\d?|so ?\d?|score|resultaat|resultaten|grades?|marks?|test ?\d?|exam|"
    r"average|avg|avg\.|final|quiz ?\d?|result|results|"
    r"punt|cijferlijst|cijferoverzicht|proefwerk\w*|examen\w*|herkansing|h\d|o/v/g|beoordeling|mock|"
    r"paper ?\d|term ?\d|q\d)(?![\w])"
)
NO_HEADING = re.compile(
    r"\b(?:doelpunten|goals|tijd|time|prijs|price|bedrag|amount|leeftijd|age|lokaal|room|afstand|"
    r"distance|uren|hours|uur|aantal|versie|km|kosten|euro|€|bijdrage|fte|lessen|kluis\w*|maat|size|"
    r"schoenmaat|stand|wedstrijd\w*|punten|positie|rang|sets|lengte|gewicht|wedstrijdpunten|rondes?|"
    r"meter|sec|plaats|nr|week)(?![\w])"
)
NAME_LEAD = re.compile(
    r"[\s\d.)•*>|;\"-]{0,12}(?P<name>[^\d\t|;:=]{2,48}?)[\s|"
    r";:=,(\"-]{0,8}(?:\(?[A-Za-z]{0,2}\d[A-Za-z]{1,2}\d?\)?[\s|;:,]{1,3}|\d{4,9}[\s|;:,]{1,3})?\Z"
)
FILL = re.compile(r"[^.!?\n]{0,44}\Z")
SPAN_GAP = 48
# A whole number is a mark if one of the words stands so near.
LETTERS_NEAR = 150
# So many lines above rows their heading may stand.
LINES_ABOVE = 40
# How far on somebody may be named whose mark it was.
LETTERS_ON = 110
BY = re.compile(r"\b(?:aldus|zegt|volgens|vindt|groet|said|says|according)\b")
PAIR_GAP = 14
CODE = re.compile(r"(?<![\w&])([A-Za-z&]{2,4})[ :=|\t]{1,3}\Z")
LITTLE = re.compile(r"\b(?:so|pw|se|ce|po|pta|gem\.?|sta)\b(?: [a-z' -]{2,24}| ?\d{1,2})?[ :]{1,2}\Z")
# Words that are said of feasts and driving licences as well, and those that need a word of school beside them.
OF_MORE = frozenset(
    listed("gezakt, geslaagd, niet geslaagd, passed, failed, fails, failing, bevorderd, afgewezen, tekort, tekorten")
)
OF_STUDY = frozenset(listed("niet behaald, niet gehaald, passed, failed, fails, failing, tekort, tekorten, afgewezen"))
STUDY = re.compile(
    r"\b(?:exams?|tests?|maths?|mathematics|english|french|german|history|biology|physics|chemistry|"
    r"toets|toetsen|toetsuitslag|rekenen|rekentoets|pta|module|tentamen|herkansing|report card|report|term|year"
    r"|class|course|subject|finals|resit|vakken|punten|examen|wiskunde|engels|vak)\b"
)
ONE = re.compile(r"\b(?:een|'n|a|an) (?:[a-z]+ )?\Z")
# What a school advises after its eight years: the words and the level are one phrase.
ADVICE = re.compile(
    r"\b(?:(?:basis)?school|toets|eind|doorstroom|definitief |voorlopig |niveau)?advies\b[^.!?\n\d]{0,45}?(?:[:=]"
    r"|\b(?:is|was|luidt|wordt|werd"
    r"|blijft|geworden|van)\b)[ ]{0,2}(?:een |nu |dus |toch |gewoon )?(?:vmbo|mavo|havo|vwo|gymnasium|atheneum"
    r"|kader|basis|praktijk\w*|tl|gl|bbl|kbl)"
    r"(?:[ ]?[-/+][ ]?(?:tl|gl|t|k|b|g|kader|basis|havo|vwo|mavo|gymnasium|bbl|kbl)\b)*"
)
ADVICES = frozenset({"schooladvies", "basisschooladvies"})
# What no phrase of the list begins.
HINTS = ("advies", "punten", "points", "vijven", "zessen", "cito")
REPORTS = frozenset(
    listed("rapport, eindrapport, tussenrapport, rapportcijfer, beoordeling, cijferlijst, report card, transcript")
)
# "Mooi rapport: gym goed, tekenen matig".
JUDGED = re.compile(
    r"[ :=]{1,3}(?:een |is |met |nu )?(?:zeer )?(?:goed|matig|voldoende|ruim voldoende|zwak|slecht|uitstekend)\b"
)
NAME_BEFORE = re.compile(r"\b([A-ZÀ-Þ][\w'-]{1,16})[ :=]{1,2}\Z")

"""Finds what is said of the health of a person: illness, disability, medicine, care, youth care (domain.md 2.2).

Promises: total and linear: every word of the lists opens one bounded window. HIGH: the words, and a person in the same
sentence or row; LOW: nobody in sight, or somebody who may be anybody. Talk about health as such (a lesson, a leaflet,
a policy, a first-aid course) is no finding. The span is the word with what belongs to it, the value the word alone.
"""

from __future__ import annotations

import re

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.persons import Person, named, person_near, said_before, sentence
from rules.text.phrases import Phrases

_CONDITION, _CARE, _STATE, _PLACE = "condition", "care", "state", "place"
_PHRASES = Phrases(
    {
        _CONDITION: (
            "adhd*", "a.d.h.d.", "adhd-*", "add", "pdd-nos", "pddnos", "pdd nos", "autis*", "ass", "asperger*", "*dyslexie", "dyslex*", "dislex*", "dyscalculie", "dyscalc*", "discalc*", "dyspraxie",
            "dcd", "tos", "taalontwikkelingsstoornis", "gilles de la tourette", "tourette", "odd", "ptss", "ptsd", "borderline", "bipolair*", "bipolar*", "schizofren*", "schizophren*", "psychose", "psychotisch*", "psychosis",
            "*depressie", "*depressies", "depressief", "depressieve*", "depression", "depressed", "*stoornis", "*stoornissen", "*disorder", "anorexia*", "anorex*", "boulimia", "boulimie", "bulimia", "eetprobleem", "eetproblemen",
            "automutil*", "zelfbeschadig*", "self-harm*", "self harm*", "zichzelf snijdt", "snijdt zichzelf", "suïcid*", "suicid*", "zelfmoord*", "zelfdoding*",
            "paniekaanval*", "paniekstoornis", "panic attack*", "faalangst", "angstklachten", "sociale angst", "fobie", "anxiety", "dwangstoornis", "ocd", "ocs", "burn-out", "burnout", "burn out", "overspannen", "overspannenheid", "overbelast*",
            "epilep*", "epileps*", "diabetes", "diabet*", "suikerziekte", "*astma", "asthma*", "astmatisch*", "copd", "hooikoorts", "hay fever", "hayfever", "*allergie", "*allergieën", "*allergy", "*allergies", "allergisch*", "allergic", "anafyla*", "anaphyla*",
            "coeliakie", "celiac*", "coeliac*", "lactose-intoleran*", "lactose intoleran*", "lactose-intolerant", "lactoseintoleran*", "glutenintoleran*", "glutenallergie", "eczeem", "eczema", "psoriasis", "migraine*", "reuma", "reumatisch*", "jeugdreuma", "arthritis", "artrose",
            "*kanker", "cancer", "leukemie", "leukaemia", "leukemia", "tumor*", "tumour", "hersentumor", "lymfoom", "chemo", "chemotherapie", "chemokuur", "chemotherapy", "bestraling*", "bestraald", "crohn", "colitis", "prikkelbare darm", "pds", "cystic fibrosis", "taaislijmziekte", "sikkelcel*", "hemofilie", "haemophilia",
            "multiple sclerose", "spierziekte", "hartafwijking", "hartaandoening", "hartritme*", "hartoperatie", "hartfilmpje", "heart condition", "heart defect", "hartklacht*", "hartaanval", "hartinfarct", "herseninfarct", "hersenbloeding", "beroerte", "tia", "hiv", "hepatitis", "tuberculose", "tbc", "ziekte van lyme", "lyme", "pfeiffer", "glandular fever", "mononucleosis",
            "longontsteking", "pneumonia", "hersenvliesontsteking", "meningitis", "hersenschudding", "concussion", "whiplash", "hernia", "blindedarm*", "appendicitis", "appendix", "appendectomy", "scoliose", "scoliosis", "syndroom van down", "downsyndroom", "down's syndrome", "down syndrome", "*syndroom", "syndrome", "long covid", "long-covid", "postcovid", "post-covid",
            "slechthorend*", "slechtziend*", "doof", "deaf", "hearing aid*", "hearing loss", "hearing impair*", "gehoorapparaat*", "gehoorapparaten", "oorapparaat*", "hoortoestel*", "gehoorverlies", "visually impaired", "partially sighted", "cochleair implantaat", "kleurenblind*", "colour blind*", "color blind*", "rolstoel*", "wheelchair*", "prothese*", "prosthe*", "spasti*", "cerebral palsy", "verlamd", "paralysed", "hemiplegie",
            "lichamelijke beperking", "verstandelijke beperking", "verstandelijk beperkt", "licht verstandelijk", "lvb", "fysieke beperking", "visuele beperking", "auditieve beperking", "gehandicapt*", "*handicap", "disabled", "disability", "learning disabilit*", "learning difficult*", "chronisch ziek*", "chronische ziekte", "chronically ill", "chronic illness", "ongeneeslijk*", "terminaal", "terminally ill", "palliatie*",
            "zwanger", "zwangerschap*", "pregnant", "pregnancy", "hoogzwanger", "miskraam", "miscarriage", "abortus", "abortion", "ivf*", "zwangerschapsverlof", "genderdysfor*", "gender dysphoria", "gendertransitie", "transitie", "hormoonblokkers", "puberteitsremmers", "alcoholverslaving", "verslaafd", "verslaving*", "addicted", "addiction", "gameverslaving", "drugsgebruik", "blowt", "alcoholprobleem", "alcoholist",
            "*trauma", "getraumatiseerd", "traumatis*", "hechtingsproblem*", "hechtingsstoornis", "hoogbegaafd*", "hoogsensitief", "selectief mutisme", "mutis*", "stottert", "stotteren", "bedplas*", "bedwetting", "incontinent*", "slaapapneu", "narcolepsie", "slaapproblemen", "insomnia", "bloedarmoede", "anemie", "anaemi*", "bloedziekte", "nierziekte", "nierpatiënt*", "nierdialyse", "dialyse", "dialysis", "schildklier*", "thyroid", "endometriose", "endometriosis",
            "ritalin*", "concerta", "methylfenidaat*", "medikinet", "strattera", "dexamfetamine", "equasym", "lyrica", "insuline*", "insulin*", "epipen*", "epi-pen*", "ventolin", "salbutamol", "inhaler*", "inhalator", "pufje*", "puffer", "antidepressiva", "antidepressant*", "sertraline", "fluoxetine", "prozac", "citalopram", "oxazepam", "diazepam", "melatonine", "melatonin", "antipsychotica", "antibiotica*", "antibioticum", "antibiotics", "antibioticakuur", "prednison*", "prednisolon", "anti-epileptica", "depakine", "morfine", "methotrexaat", "medicatie*", "medicijn*", "medication*", "medicine", "slaappillen", "bloedverdunner*", "hormoonkuur", "sondevoeding", "katheter", "stoma", "insulinepomp",
            "diagnose*", "gediagnosticeerd", "diagnosis", "diagnosed", "gezondheidsproblemen", "gezondheidsklachten", "health issues", "health problems", "medische klachten", "medische redenen", "medical reasons", "medical condition", "psychische klachten", "psychische problemen", "psychisch*", "psychische", "mental health", "mentale klachten", "mentale problemen", "lichamelijke klachten", "vermoeidheidsklachten", "chronisch vermoeid*", "chronische vermoeidheid", "cvs/me", "chronic fatigue", "rugklachten", "nekklachten", "rsi", "stressklachten", "stress-related", "spanningsklachten", "buikklachten", "hoofdpijnklachten", "menstruatie*", "ongesteld*", "period pain*", "soa", "chlamydia",
            "kindermishandel*", "mishandel*", "misbruikt", "seksueel misbruik", "huiselijk geweld", "domestic violence", "verwaarloos*", "verwaarlozing",
        ),
        _CARE: (
            "jeugdzorg*", "jeugdhulp*", "jeugdbescherm*", "jeugdreclassering", "bureau jeugdzorg", "youth care", "child protection", "social services", "raad voor de kinderbescherming", "kinderbescherming", "gezinsvoogd*", "voogd", "voogdij*", "ondertoezichtstelling", "onder toezicht", "onder toezicht gesteld", "ots", "uithuisplaatsing", "uithuisgeplaatst*", "uit huis geplaatst", "uit huis is geplaatst", "pleeggezin", "pleegzorg", "foster family", "foster care", "crisisopvang", "crisisplaatsing", "crisisdienst", "gesloten jeugd*", "jeugdinrichting", "veilig thuis", "zorgmelding", "meldcode",
            "ggz", "psycholoog", "kinderpsycholoog", "psychologist", "psycholog*", "psychiater", "kinderpsychiater", "psychiatrist", "psychiatr*", "orthopedagoog", "therapie", "*therapie", "therapeut", "psychotherap*", "therapist", "therapy", "counsellor", "counselling", "emdr", "cgt", "maatschappelijk werk*", "schoolmaatschappelijk werk*", "social worker", "verslavingszorg", "afkickkliniek", "rehab", "kliniek", "clinic", "revalidatie*", "revalideert", "revalideren", "rehabilitation", "logopedi*", "speech therapy", "fysiotherap*", "physiotherap*", "dagbehandeling", "opname", "opgenomen", "hospitalised", "hospitalized", "admitted", "zorgindicatie", "cognitieve gedragstherapie", "wachtlijst",
            "bedrijfsarts", "arbo-arts", "arboarts", "ziektewet", "wia", "ziekteverlof", "sick leave", "re-integratie", "reïntegratie", "reintegratie", "arbeidsongeschikt*",
            "ziekenhuis*", "hospital", "spoedeisende hulp", "eerste hulp", "seh", "ambulance", "operatie", "geopereerd", "operation", "surgery", "operated", "intensive care", "specialist", "cardioloog", "neuroloog", "kinderarts", "paediatrician", "dermatoloog", "oncoloog", "uroloog", "gynaecoloog", "huisarts", "verloskundige",
        ),
        _STATE: (
            "ziek", "ziekgemeld", "ziek gemeld", "ziekmelding", "ill", "sick", "unwell", "called in sick", "griep", "griepje", "flu", "influenza", "koorts", "fever", "verhoging", "*hoofdpijn", "headache*", "*buikpijn", "stomach ache", "stomachache", "tummy ache", "*menstruatiepijn", "keelpijn", "keelontsteking", "sore throat", "oorontsteking", "ear infection", "ogontsteking", "voorhoofdsholteontsteking", "blaasontsteking", "*ontsteking", "bronchitis", "buikgriep", "stomach bug", "gastroenteritis", "norovirus", "corona", "covid*", "waterpokken", "chickenpox", "chicken pox", "krentenbaard", "roodvonk", "scarlet fever", "kinkhoest", "whooping cough", "mazelen", "measles", "bof", "mumps", "schurft", "scabies", "hoofdluis", "luizen", "lice", "wratjes", "gordelroos", "shingles",
            "misselijk*", "nauseous", "overgegeven", "overgeven", "gebraakt", "braken", "vomit*", "threw up", "throwing up", "diarree", "diarrhoea", "diarrhea", "flauwgevallen", "flauw gevallen", "viel flauw", "fainted", "fainting", "bewusteloos", "unconscious", "duizelig*", "dizzy", "dizziness", "benauwd*", "hyperventil*", "bloedneus*", "nosebleed*", "toeval", "seizure*", "insult*", "*breuk", "gebroken", "brak zijn", "brak haar", "broken arm", "broken leg", "broken wrist", "broken ankle", "broken collarbone", "broke his", "broke her", "broke my", "fractur*", "gekneusd*", "kneuzing", "verstuikt*", "sprained", "sprain*", "enkelblessure", "*blessure", "geblesseerd*", "gewond", "verwond*", "hechtingen", "stitches", "*gips", "plaster cast", "in a cast", "krukken", "crutches", "brace", "kruisband*", "meniscus", "acl", "torn ligament", "spierscheuring", "hamstring*", "bijholte*",
            "verkouden", "rugpijn", "back pain", "pijn in", "pijn aan", "chronische pijn", "kiespijn", "wisdom teeth", "verstandskies*", "beugel", "uit de running", "beterschap", "niet lekker", "niet goed voor", "chronisch", "ernstig ziek", "zwaar ziek", "seriously ill", "on medication", "aan de pillen", "uitgevallen", "opgebrand",
        ),
    }
)  # fmt: skip
# Words of the lists that mean something else as well count only beside their own signs.
_ONLY_CAPITALS = frozenset({"ass", "add", "tos", "odd", "dcd", "ots", "pds", "ocd", "ocs", "lvb", "wia", "cgt", "seh", "tia", "acl", "hiv", "soa", "rsi", "tbc"})  # fmt: skip
# About health, not about somebody's: what stands right before the word.
_TOPIC = re.compile(
    r"(?:\b(?:over|about|omtrent|rondom|inzake|thema|theme|onderwerp|topic|topics|betreffende|aangaande|inzicht in|kennis van|preventie|prevention of|"
    r"voorkomen van|ter voorkoming van|stichting|fonds|vereniging|nationale?|nederlandse?|week van|dag van|world|wereld|symptomen van|symptoms of|oorzaken van|"
    r"causes of|signs of|what is|wat is|wat zijn|signalen van|begrippen|chapter|hoofdstuk|module|e-learning|cursus|training|workshop|webinar|lezing|"
    r"studiedag|boek|artikel|film|spreekbeurt|presentatie|werkstuk|protocol|beleid|regeling|aantal|percentage)"
    r"[ :\"'(]{1,3}(?:(?:de|het|een|the|een|living with|leven met|omgaan met) )?(?:[\w-]+[ ,/]{1,2}(?:en |and |of |or ))?)\Z"
)
_PRESENTED = re.compile(
    r"\b(?:spreekbeurt\w*|presentatie\w*|werkstuk\w*|profielwerkstuk|pws|lezing|boek\w*|film|documentaire|artikel|workshop|cursus\w*|training|les|gastles|essay|podcast|"
    r"presentation|talk|lecture|book|essay|project|article|assembly|assignment|paper)\b[^.;]{0,25}\b(?:over|about|on|rond|met als onderwerp)\b[^.;]{0,30}\Z"
)
_POSSESSED = re.compile(
    r"\b(?:zijn|haar|hun|mijn|z'n|m'n|d'r|his|her|my|their|[\w-]+'s)\s"
    r"(?:(?!over|about|on|voor|for|spreekbeurt|presentatie|werkstuk|boek|toets|les|vak|team|school|klas)\w+\s){0,2}\Z"
)
_AFFIRMED = re.compile(
    r"\b(?:heeft|heb|had|lijdt|is|was|ben|kreeg|krijgt|slikt|gebruikt|wegens|vanwege|ivm|i\.v\.m\.|met|door|sinds|blijkt|gediagnosticeerd|ligt|lag|"
    r"has|have|suffers|takes|with|due to|because of|got|gets|uses|having|for his|for her)\s(?:[\w-]+\s){0,3}\Z"
)
# About health, somewhere in the sentence.
_TALK = re.compile(
    r"\b(?:voorlichting\w*|workshops?|webinars?|curs(?:us|ussen)|training(?:en|s)?|scholing|studie(?:dag|middag|avond)\w*|lezing\w*|themabijeenkomst\w*|thema-?avond\w*|ouderavond|gastles\w*|lespakket|lesbrief|"
    r"hoofdstuk|chapter|paragraaf|proefwerk|werkstuk|profielwerkstuk|pws|spreekbeurt\w*|essay|roman|film|documentaire|podcast|artikel|folder\w*|flyer\w*|brochure\w*|poster\w*|"
    r"nieuwsbrief|website|protocol\w*|beleid\w*|richtlijn\w*|handleiding|stappenplan|procedure\w*|vragenlijst|enquête|statistiek\w*|percentage|procent|"
    r"collecte\w*|sponsorloop|goede doel|stichting|congres|symposium|vacature\w*|sollicit\w*|bhv|ehbo|reanimatie\w*|vaccinatie\w*|vaccin|inenting\w*|griepprik|hpv-?\w*|"
    r"spreekuur|inloopspreekuur|openingstijden|assembly|lecture|policy|policies|leaflet|brochure|first aid|charity|fundrais\w*|campaign|awareness|survey|statistics|per cent|percent|conference|vacancy|guideline\w*|"
    r"newsletter|novel|documentary|insurance|verzekering\w*|museum|themaweek|week van|dag van|internationale dag|wereld\w*dag|aanmeldformulier|inschrijfformulier|begrippen|definitie|quiz|syllabus|kenmerken|boek|boeken|verhaal|roman|musical|toneelstuk|serie|personage|hoofdpersoon|character|story|symptomen|oorzaken|symptoms|causes)\b"
)  # fmt: skip
_IF = re.compile(
    r"\b(?:als (?!gevolg)|indien|wanneer|mocht(?:en)? (?:uw|je|u|er|een|iemand)|bij ziekte|in geval|ingeval|stel dat|if|whenever|in case|should)\b"
)
_PLURAL = re.compile(
    r"\b(?:leerlingen|kinderen|jongeren|docenten|collega's|studenten|mensen|ouders|wie|iedereen|niemand|pupils|students|children|people|teachers|staff|anyone|everyone|nobody)\b"
)
_QUESTION = re.compile(
    r"^\s*(?:heeft|is|heb|gebruikt|zijn|does|is|has|do|are|have)\s+(?:uw|je|jouw|u|jij|your|you|er|iemand|there|any)\b"
)
_NOT = re.compile(r"\b(?:geen|nooit|no|not|niet|zonder|without|never)\s(?:\w+\s){0,1}\Z")
# What care is to a person it is said of.
_GIVEN_CARE = re.compile(
    r"\b(?:bij|naar|uit|door|via|van|in|onder|met|aan|op|krijgt|kreeg|heeft|had|volgt|volgde|start|begint|begonnen|aangemeld|doorverwezen|verwezen|betrokken|ingeschakeld|gezien|gesprek|contact|"
    r"to|at|with|by|from|sees|seeing|saw|has|had|having|in|under|gets|receives|referred|starts|needs|after|since|wacht|wegens|vanwege|ivm|i\.v\.m\.|moet|is|was|wordt|werd|a|een|zijn|haar|onze|for|undergo\w*|ondergaat|ligt|lag|been)\b"
)  # fmt: skip
_WORKS = re.compile(
    r"\b(?:werkt|werken|werkte|werkzaam|stage|directeur|medewerker|consulent|adviseur|vacature|contactpersoon|spreekuur|works|worked|working|employed|samenwerking|samenwerken|partner|partners|ketenpartner\w*|route|adres|ingang|bezoek aan|excursie|straat|parkeren)\b"
)
_HEADING = re.compile(
    r"\b(?:zorg|medisch\w*|medicatie|medicijn\w*|diagnose|allergie\w*|bijzonderheden|gezondheid|ziekte|reden|dieet|dieetwens\w*|beperking|ondersteuning\w*|opmerking\w*|handicap|medical|medication|allergies|allergy|health|condition|diagnosis|notes|remarks|reason|dietary|special needs|kenmerk\w*|aandachtspunt\w*|begeleiding)\b"
)
_BROKEN = ("gebroken", "gekneusd", "verstuikt", "breuk", "brak ")
_THINGS = re.compile(
    r"\b(?:computer|bus|printer|server|laptop|auto|fiets|kopieermachine|apparaat|beamer|digibord|boom|plant|hond|kat|poes|paard|konijn|hamster|telefoon|motor|verwarming|lift|dog|cat|horse|car|copier|boiler)\b (?:van \w+ )?(?:is|was|heeft|has|lijkt)\b|\bvan de (?:printer|computer|kopieermachine|beamer|server)"
)
_LIMB = re.compile(
    r"\b(?:arm|been|pols|enkel|vinger|teen|sleutelbeen|neus|rib|ribben|hand|voet|kaak|heup|knie|schouder|elleboog|duim|scheenbeen|sleutelbeen|kuit|rug|nek|tand|onderarm|bovenarm|onderbeen|middenvoet\w*|ribben)\b"
)
# Words in front that belong to the phrase.
_ADJECTIVE = re.compile(
    r"(?:\b(?:een|zware|zwaar|ernstige|ernstig|hevige|hevig|lichte|licht|acute|acuut|chronische|chronisch|beginnende|flinke|vorm van|lijdt aan|last van|allergisch voor|severe|serious|mild|acute|chronic|a|an|bad|terrible|verdenking van|vermoeden van|diagnose|gebroken|zijn|haar)\s+){1,3}\Z"
)
_BEHIND = re.compile(
    r"[ ](?:en|and|met|with|voor|aan|for|to|type)[ ][\w'-]{2,20}|(?:[ ]aanvallen|[ ]klachten|[ ]attacks?)"
)


def find(context: Context) -> tuple[Hit, ...]:
    """Every phrase about somebody's health, in order."""
    hits: list[Hit] = []
    for start, end, sort in _PHRASES.find(context.flat):
        if hits and start < hits[-1].end and end <= hits[-1].end:
            continue
        word = context.text[start:end]
        if word.lower() in _ONLY_CAPITALS and not word.isupper():
            continue
        confidence = _confidence(context, start, end, sort)
        if confidence is None:
            continue
        begin = _begin(context, start)
        if hits and begin < hits[-1].end:
            last = hits.pop()
            begin, value = last.start, last.value
            confidence = HIGH if HIGH in {confidence, last.confidence} else LOW
        else:
            value = context.folded[start:end]
        hits.append(Hit(begin, end, value, confidence))
    return tuple(hits)


def _begin(context: Context, start: int) -> int:
    before = _ADJECTIVE.search(context.flat, max(0, start - 40), start)
    return before.start() if before is not None else start


def _confidence(context: Context, start: int, end: int, sort: str) -> str | None:
    flat = context.flat
    left, right = sentence(context, start, end)
    before = flat[max(left, start - 60) : start]
    possessed = _POSSESSED.search(before) is not None
    if (_TOPIC.search(before) and not possessed) or _PRESENTED.search(flat, left, start):
        return None
    if flat[start:end].startswith(_BROKEN) and not _LIMB.search(flat, max(left, start - 25), min(right, end + 25)):
        return None
    if _NOT.search(before):
        return None
    person = person_near(context, start, end)
    if person is not Person.NAMED and _HEADING.search(context.heading(start)) and _row_names(context, start, end):
        return HIGH
    if _THINGS.search(flat, left, right):
        return LOW
    if possessed:
        person = max(person, Person.SAID)
    talk = _TALK.search(flat, left, right) is not None
    affirmed = possessed or _AFFIRMED.search(before) is not None
    if sort == _CARE and (
        before.endswith(("onze ", "our "))
        or _WORKS.search(flat, left, right)
        or not (affirmed or _GIVEN_CARE.search(before))
    ):
        return LOW if person >= Person.SAID and not talk else None
    if person is Person.NAMED:
        return HIGH if affirmed or not talk else LOW
    conditional = _IF.search(flat, left, start) is not None or _QUESTION.match(flat, left, right) is not None
    crowd = _PLURAL.search(flat, left, right) is not None
    if person is Person.SAID:
        return HIGH if possessed or not (talk or conditional or crowd) else LOW
    if talk or conditional or crowd or person is Person.SOMEBODY:
        return None if talk else LOW
    return HIGH if affirmed and said_before(context, left) else LOW


def _row_names(context: Context, start: int, end: int) -> bool:
    first, last = context.line(start)
    return named(context, max(first, start - 200), min(last, end + 200), but=(start, end))

"""Whether a text speaks of one person near a place: a name, a pronoun, a word of kin.

Promises: total; each question looks at one bounded window, the sentence around the place. A name is one the directory
has (`Context.names`), a common first name, or a capital where no sentence begins; before a verb that people are the
subject of also at the start of a sentence. Who it is, is not asked here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from enum import IntEnum

from rules.text.context import Context
from rules.text.given_names import GIVEN


class Person(IntEnum):
    """How surely somebody is spoken of."""

    NOBODY = 0
    SOMEBODY = 1  # "uw kind", "een leerling": it may be anybody
    SAID = 2  # "hij", "mijn zoon", "deze leerling"
    NAMED = 3


BEFORE, AFTER = 200, 140
_END = re.compile(r"[.!?](?=\s+[^a-z\s])|\n[ \t\r]*\n|\n(?=[ \t]*[-*•\d])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:dhr|mw|mevr|dr|drs|ing|ir|mr|mrs|ms|fam|bijv|bv|nl|ca|i\.v\.m|ivm|m\.b\.t|evt|incl|tel|nr|"
    r"prof|st|vs|e\.g|i\.e|resp|o\.a|t\.a\.v|\b[a-z]))\Z",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:hij|zij|ze|hem|haar|he|she|his|him|her|ie|d'r|z'n|m'n|"
    r"(?:mijn|m'n|onze|ons|zijn|haar|uw|jullie|jouw|je|z'n|my|our|his|her|your|their|the|deze|dit|die|"
    r"dat|this|that|de|het)[ ]"
    r"(?:zoon|zoontje|dochter|dochtertje|jongste|oudste|tweeling|moeder|vader|broer|broertje|zus|zusje|"
    r"oma|opa|man|vrouw|partner|"
    r"stiefvader|stiefmoeder|pleegzoon|pleegdochter|kleinzoon|kleindochter|ex|"
    r"son|daughter|mother|father|brother|sister|mum|mom|dad|husband|wife|eldest|youngest|stepson|"
    r"stepdaughter|boy|girl|jongen|meisje)|"
    r"(?:deze|dit|die|dat|this|that) (?:leerling|kind|collega|docent|student|pupil|child|colleague|"
    r"leerlinge|mentorleerling)|"
    r"(?:mijn|onze|my|our) (?:kind|child|mentorleerling|kleine)|(?:zoon|dochter) van|moeder|vader|mum|mom|dad|"
    r"leerling \d{4,8}|zijn (?:eind\w*|cijfer\w*|gemiddelde|rapport\w*|resultat\w*|medic\w*|"
    r"diagnose|ouders)|"
    r"ik (?:heb|ben|was|had|lig|moet|kan|zit|slik|gebruik|krijg|word|werd|voel|ga)|ben ik|heb ik|i am|"
    r"i'm|i have|i've|i was|i had|"
    r"mijn|me|mij|my)\b"
)
# "zijn" alone is mostly a verb; before a bare noun it is "his".
_SOMEBODY = re.compile(
    r"\b(?:(?:uw|je|jouw|your|het|een|elk|ieder|a|any|the|every) (?:kind|child)|(?:zoon|dochter|son|"
    r"daughter) ?(?:/|of|or) ?(?:zoon|dochter|son|daughter)|"
    r"zoon/dochter|(?:een|de|a|the|elke|any) (?:leerling|collega|docent|student|pupil|ouder|parent|"
    r"brugklasser)|u|you|je|jij|they|iemand|someone)\b"
)
_TITLE = re.compile(
    r"\b(?:mevrouw|meneer|mevr\.?|mw\.?|dhr\.?|juf|meester|fam\.?|familie|mr\.?|mrs\.?|ms\.?|miss|[Dd]e "
    r"heer|collega|leerlinge?|student|pupil|colleague) [A-Z]"
)
_INITIAL = re.compile(
    r"(?<![\w.])(?:[A-Z]\.[ ]?){1,4}(?:(?:van|de|den|der|el|ten|ter|'t)[ ]){0,3}[A-ZÀ-Þ][a-zß-ÿ]{2,}|"
    r"\b[A-ZÀ-Þ][a-zß-ÿ]+,[ ](?:[A-Z]\.)+"
)
# A capital in the midst of a sentence, with what stands before it.
_CAPITAL = re.compile(
    r"(?P<before>[^\s]*)(?P<gap>[ \t]+|\n)(?P<name>[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’]+(?:-[A-ZÀ-Þ][a-zß-ÿ]+)?)(?![\w@/.-][\w@/])"
)
_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]*[a-zß-ÿ](?![\w@])")
_PLACE = frozenset("in te uit naar richting from to at via vanuit near".split())
_VERB = re.compile(
    r"[ ](?:(?:uit|van|in|from|of)[ ](?:klas[ ])?[\w.]{1,12}[ ]|\([^)\n]{1,24}\)[ ]|(?:(?:van|de|den|"
    r"der|el|ten|ter|'t|al|van der|van de|van den)[ ])?[A-Z][\w'’-]*[.]?[ ])?"
    r"(?:heeft|had|is|was|ligt|lag|kan|kon|komt|kwam|moet|moest|mag|mocht|blijft|bleef|zit|zat|slikt|"
    r"gebruikt|krijgt|kreeg|wordt|werd|gaat|ging|"
    r"staat|stond|haalde|haalt|scoort|scoorde|lijdt|loopt|liep|valt|viel|brak|mist|wil|wilde|zal|doet|"
    r"deed|volgt|draagt|neemt|voelt|voelde|meldt|belde|"
    r"belt|stopt|herstelt|revalideert|verblijft|woont|maakte|maakt|vertelt|vertelde|heet|revalideerde|"
    r"eet|geeft|reageert|ziet|hoort|praat|stottert|werkt|bevalt|hikt|hoest|plast|slaapt|leest|has|had|"
    r"is|was|will|needs|takes|got|gets|scored|scores|suffers|can|cannot|can't|missed|lies|"
    r"failed|passed|passes|fails|wears|uses|feels|felt|went|goes|broke|lives|sees|struggles|stays|has "
    r"been|hasn't|isn't|won't|did|does|received|earned|doubleert|doubleerde|zakte|zakt|slaagt|slaagde|"
    r"onderging)\b"
)
# A class behind a word tells that it is a name.
_OF_CLASS = re.compile(
    r"[ ,]{1,2}(?:\(|uit[ ]|van[ ]|in[ ]|from[ ])?(?:klas[ ])?(?:[1-6][a-zA-Z]{1,4}\d?|[HVMAG]\d[A-Z]|"
    r"[HV]\d?[a-z]*\d\w?)\b"
)
# Endings of words for things and doings, which begin sentences as people do.
_THING = re.compile(
    r"(?:en|ing|heid|tie|teit|sie|isme|schap|ment|week|weken|dag|les|uur|toets|werk|school|ness|tion|"
    r"ies|ship|ster|aal|eel|ief|thie)\Z"
)
_HELLO = re.compile(
    r"\s*(?:beste|hoi|hallo|dag|dear|hi|hello|hey|hé|hee|lieve|geachte|ha|goedemorgen|goedemiddag|good morning"
    r"|morning)"
    r"\s"
    r"(?!ouder|allen|collega's|all\b|parents|leerlingen|everyone|mentoren|team)[^,\n!:.?]{1,40}[,\n!:]"
)
_BYE = re.compile(
    r"\b(?:groet|groetjes|groeten|mvg|liefs|regards|best wishes|cheers|gr|hgr|m\.v\.g|namens|hartelijks|"
    r"sincerely|dank)\b"
    r"[.,!]{0,2}(?=\s{1,3}[^\W\d_])|\b(?:succes|sterkte|bedankt|thanks|good luck|alvast)\b[,!] "
)
# Who says, does or asks a thing is not whom it is about.
_BY_WHOM = re.compile(
    r"\b(?:thanks to|met dank aan|dank aan|dankzij|aldus|zegt|zei|said|says|jokes|noted|door|by|spreker|"
    r"speaker|docent|vraag|vraagt|ask|proficiat|"
    r"coach|o\.l\.v\.|namens|volgens|according to|schrijft|wrote|writes|tip van)[ ](?:(?:mevr(?:ouw)?|"
    r"meneer|dhr|mw|mr|mrs|ms|miss|dr|prof|juf)\.? )?\Z"
)
_YOU = re.compile(r"\b(?:je|jij|jou|jouw|you|your|you're|you've)\b")
# Capitals that are no names of people, and words that begin sentences.
_ORDINARY = frozenset(
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni "
    "juli augustus september oktober "
    "november december monday tuesday wednesday thursday friday saturday sunday january february march "
    "june july august october nederland nederlands "
    "engels frans duits spaans grieks latijn turks arabisch fries english dutch french german spanish "
    "latin greek biology physics chemistry history "
    "geography maths wiskunde biologie scheikunde natuurkunde aardrijkskunde geschiedenis economie muziek tekenen "
    "gym "
    "kerst pasen pinksteren hemelvaart carnaval suikerfeest sinterklaas ramadan christmas easter "
    "magister teams zoom somtoday outlook google "
    "microsoft word excel office apple windows whatsapp instagram ritalin concerta epipen ventolin "
    "paracetamol ibuprofen strattera medikinet insuline "
    "jeugdzorg veilig thuis jeugdbescherming ggz ggd cjg halt duo uwv bso mavo havo vwo vmbo pta "
    "rapport cijfers cijfer toets overgang "
    "beste geachte lieve hallo hoi dag hi dear hello best kind regards groet groeten vriendelijke "
    "hartelijke met bedankt alvast thanks thank sincerely "
    "de het een dit dat deze die wie wat waar wanneer hoe waarom welke er hier daar nu dan toen ook "
    "als indien want maar en of omdat dus toch nog "
    "wij we jullie zij hij ze ik u je jij iedereen niemand iemand alles niets alle sommige veel weinig "
    "elke ieder beide geen in op aan bij naar van voor "
    "door over om tot uit zonder tijdens na vanaf sinds volgens vandaag morgen gisteren vanmiddag "
    "vanochtend vanavond straks later eerst daarna "
    "afgelopen komende volgende vorige helaas gelukkig graag misschien natuurlijk eventueel the a an "
    "this that these those who what where when how "
    "why which there here now then also if because but and or so yet we they he she it i you everyone "
    "everybody nobody someone all some many few each both no "
    "in on at by to from for with about after before during since until today tomorrow yesterday "
    "please unfortunately school klas class les "
    "lessen leraar docent docenten leerling leerlingen ouder ouders kind kinderen mentor mentoren team "
    "teamleider collega's collega rector directie conrector "
    "moeder vader zoon dochter broer zus oma opa mevrouw meneer juf mr mrs ms dhr mw fam familie "
    "stichting vereniging vakgroep sectie afdeling bestuur mr raad zorg zorgteam zorgcoordinator "
    "verzuim overleg vergadering verslag les info informatie vraag antwoord onderwerp bijlage let "
    "datum tijd lokaal rooster agenda planning bericht mail email telefoon adres naam name pupil "
    "pupils students student parents teacher "
    "teachers son daughter mother father his her their our your my mijn onze zijn haar uw jouw hun "
    "diabetes astma adhd autisme dyslexie dyscalculie epilepsie migraine griep corona covid hooikoorts "
    "depressie eczeem reuma kanker allergie "
    "gemiddeld gemiddelde onvoldoende voldoende goed slecht geslaagd gezakt niet wel noot ps re fw fwd "
    "betreft subject van aan verzonden cc extra medicatie medicijnen ziek afwezig absent note re week "
    "amsterdam rotterdam utrecht arnhem nijmegen velp ede apeldoorn zutphen deventer zwolle groningen "
    "eindhoven tilburg "
    "breda roosendaal maastricht haarlem leiden almere amersfoort enschede den haag delft gouda parijs "
    "paris london londen "
    "berlijn berlin brussel belgië belgium duitsland germany frankrijk france spanje spain italië italy europa "
    "europe "
    "zweden china amerika rusland oekraïne friesland gelderland brabant limburg zeeland "
    "hoofdstuk chapter blz pagina opdracht oefening test quiz exam examen examens se ce gr mvg vr "
    "oordeel advies besluit toelichting reden status kamp excursie werkweek reis bus".split()
)
_ALSO_WORDS = frozenset(
    "roos mees storm bas sam mark fleur bloem linde pip jade may amber iris floor job rob star merel "
    "max pleun saar jet mats wil".split()
)


def sentence(context: Context, start: int, end: int) -> tuple[int, int]:
    """Start and end of the sentence (or row) around text[start:end], within `BEFORE` and `AFTER` letters."""
    text = context.text
    left = max(0, start - BEFORE)
    for found in _END.finditer(text, left, start):
        if not _ABBREVIATED.search(text, max(0, found.start() - 8), found.start()) or text[found.start()] == "\n":
            left = found.end()
    right = min(len(text), end + AFTER)
    for found in _END.finditer(text, end, right):
        if not _ABBREVIATED.search(text, max(0, found.start() - 8), found.start()) or text[found.start()] == "\n":
            return left, found.start()
    return left, right


def named(context: Context, start: int, end: int, *, but: tuple[int, int] = (0, 0)) -> bool:
    """Whether text[start:end] names a person, the words of text[but] apart."""
    text = context.text
    start, end = _body(context, start, end)
    if _known(context, start, end):
        return True
    if _TITLE.search(text, start, end) or _INITIAL.search(text, start, end):
        return True
    for word in _WORD.finditer(text, start, end):
        if word.start() < but[1] and but[0] < word.end():
            continue
        said = word[0].removesuffix("'s").removesuffix("’s").rstrip("'’")
        folded = fold(said)
        if _BY_WHOM.search(context.folded, max(0, word.start() - 30), word.start()):
            continue
        common = folded in GIVEN or folded.partition("-")[0] in GIVEN
        if common and folded not in _ALSO_WORDS:
            return True
        if folded in _ORDINARY:
            continue
        if _OF_CLASS.match(text, word.end(), min(len(text), word.end() + 20)):
            return True
        if (
            _VERB.match(text, word.end(), min(len(text), word.end() + 60))
            and not _noun_before(text, word.start())
            and not (_THING.search(folded) and not common)
        ):
            return True
        if _amid(text, word.start()) and (common or _shaped(text, word.start(), said)):
            return True
    return False


def called(context: Context, start: int, end: int) -> bool:
    """Whether somebody of the directory stands there, or a first name, a title, initials. A capital is not enough."""
    if _known(context, start, end) or _TITLE.search(context.text, start, end):
        return True
    if _INITIAL.search(context.text, start, end):
        return True
    return any(
        fold(word[0]).partition("-")[0] in GIVEN
        for word in _WORD.finditer(context.text, start, end)
        if word[0][:1].isupper()
    )


def _body(context: Context, start: int, end: int) -> tuple[int, int]:
    """text[start:end] without the name that is greeted and the names that sign."""
    hello = _HELLO.match(context.folded, start, end)
    first = hello.end() if hello is not None else start
    bye = _BYE.search(context.folded, first, end)
    return first, bye.start() if bye is not None else end


def _known(context: Context, start: int, end: int) -> bool:
    """Whether somebody of the directory is named there."""
    index = bisect_left(context.names, (end,))
    return index > 0 and context.names[index - 1][1] > start


def _noun_before(text: str, at: int) -> bool:
    """`De Dyslexiecoach is`: an article stands before it."""
    return text[max(0, at - 5) : at].lower().endswith(("de ", "het ", "een ", "the ", " a ", " an "))


def _amid(text: str, at: int) -> bool:
    before = text[max(0, at - 40) : at].rstrip(" \t")
    return bool(before) and before[-1] not in ".!?:\n\r-*•\"'>|;/(" and before[-1:] != ""


def _shaped(text: str, at: int, said: str) -> bool:
    """A capital amid a sentence that is no place, and no heading in capitals."""
    before = text[max(0, at - 20) : at].split()
    last = before[-1].lower() if before else ""
    return len(said) > 1 and last not in _PLACE and not last[:1].isdigit() and not _noun_before(text, at)


def person_near(context: Context, start: int, end: int) -> Person:
    """Who is spoken of in the sentence around text[start:end]."""
    left, right = sentence(context, start, end)
    if named(context, left, right, but=(start, end)):
        return Person.NAMED
    if _SAID.search(context.folded, left, right):
        return Person.SAID
    # Who is greeted is spoken to: "Beste Sanne, wat vervelend dat je …".
    hello = _HELLO.match(context.folded, left, right)
    if hello is not None and _YOU.search(context.folded, hello.end(), right):
        return Person.SAID
    return Person.SOMEBODY if _SOMEBODY.search(context.folded, left, right) else Person.NOBODY


def said_before(context: Context, start: int) -> bool:
    """Whether the two lines before name a person: "Sanne belde net. Zij …", a heading with a name."""
    return named(context, max(0, start - BEFORE), start)


def fold(word: str) -> str:
    """Lower case without accents."""
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    return "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter))


_NAME_CELL = re.compile(
    r"(?P<first>[A-ZÀ-ÖØ-Þ][\w'’-]*\.?)(?:[ ](?:van|de|den|der|het|'t|el|al|ten|ter|te|ben|bin|van der|"
    r"van den|van de|[A-Z]\.?)|[ ,]{1,2}[A-ZÀ-Þ][\w'’.-]*|,[ ](?:[A-Z]\.)+|,[ ](?:van|de|der|den)){0,5}"
    r"(?:[ ]?\([^)]{1,20}\))?\Z"
)


def name_at(context: Context, start: int, end: int) -> bool:
    """Whether text[start:end], a cell or the head of a row, is a name and nothing else."""
    if _known(context, start, end):
        return True
    cell = context.text[start:end].strip(" \t\"'*")
    found = _NAME_CELL.match(cell)
    return found is not None and not any(
        fold(word.strip(".,()")) in _ORDINARY for word in cell.split() if word[:1].isupper() and len(word) > 2
    )

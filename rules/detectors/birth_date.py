"""Finds dates of birth: a full date, and something that says somebody was born on it (domain.md 2.1).

Promises: linear; a text without a word of birth and without a year of pupils costs a few searches. `value` is
YYYY-MM-DD. A date is one of birth by a word near, by the heading of its column or list, by an age beside it, by
standing among the particulars of a pupil, or behind names in a list. Every other date is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rules.text.context import Context, Words
from rules.text.dates import Date, date_at
from rules.text.hits import HIGH, LOW, Hit
from rules.text.persons import called, named, sentence

# Letters that some word of birth has, for one cheap look.
_HINTS = (
    "geb",
    "gbo",
    "born",
    "birth",
    "bday",
    "b-day",
    "dob",
    "d.o.b",
    "jarig",
    "jaardag",
    "°",
    "*",
    "levenslicht",
    "wereld",
    "g.d",
    "gb.",
    "(b.",
)
_BIRTH = (
    r"geboren\w*|ge?b[or]{1,3}te?[- ]?da\w{0,8}|ge?b\w{1,8}dat\w{0,6}|geboortedt\w*|geboorte(?= ?[:=]| van)"
    r"|geb\.? ?dd|geb\.?[- ]?dat\w*|geb"
    r"|gebdat\w*|born|births?|date of births?|birth ?dates?"
    r"|births?dates?|dob|d\.o\.b|levenslicht|ter wereld|g\.d|gb|(?<=\()b(?=\.)"
)
_WEAK = r"jarig\w*|verjaardag\w*|verjaart|birthdays?|bday|b-day"
_SAID = re.compile(rf"(?<![^\W_])(?:(?P<weak>{_WEAK})|{_BIRTH})(?![^\W_])|(?<!\d)°|(?P<star>(?<![*\w])\*(?!\*))")
_HEADING = re.compile(r"geb(?:o|\b|\.|dat)|birth|born|\bdob\b|d\.o\.b|verjaar")
_PLURAL = re.compile(r"geboorte ?dat(?:a|ums)|verjaardagen\w*|dates of birth|birth ?dates|birthdays|geboren:")
# Words that begin a date of something else, right before it; "geb. datum" is one of birth all the same.
_OTHER = re.compile(
    r"(?<![^\W_])(?:datum|d\.d\.|dd\.|per|sinds|vanaf|ingang|ingeschreven|inschrijving|geldig|tot|t/m|afgifte"
    r"|verloopt"
    r"|verlopen|vervalt|deadline|versie|uiterlijk|afspraak|toets|getekend|ondertekend|since|from|until|valid"
    r"|expires?|expiry"
    r"|issued|due|enrolled|started|gestart|overleden|died|wedding|getrouwd|gehuwd|verhuisd|aangemeld|ontvangen"
    r"|verzonden"
    r"|printed|vandaag|today|date|voor|vóór|na|tussen|before|after|between|tot en met|huwelijk)(?: "
    r"(?:op|on|van|of|per|is))?[ :]{0,3}\Z"
)
_BIRTH_DATE = re.compile(r"(?:ge?b\w*|birth|born)[ .,:-]{0,3}(?:dat(?:um|e)|d\.?d\.?|op|on|per)(?: is)?[ :]{0,3}\Z")
# A birth of what is no person, of a person of history, or of nobody: an example.
_NO_PERSON = Words(
    *(
        "voorbeeld bijv bijvoorbeeld bv. e.g example notatie formaat format zoals schilder* schrijver*"
        " schrijfster* dichter* componist* koning* keizer* painter writer poet composer king queen prins"
        " prinses natuurkundige wiskundige filosoof uitvinder president author auteur kunstenaar scientist"
        " philosopher nest kitten* pups puppy veulen* lammetje* kalf* biggen"
    ).split(),
    "for example",
)
_AGE = r"(?P<age>[4-9]|[1-9]\d) ?(?P<said>jaar|jr|jaren|years? old|years?|yrs?|yo)?"
_AGE_BEFORE = re.compile(rf"(?<!\d)(?P<open>\(|aged? |leeftijd:? )?{_AGE}\.?[,;/ (]{{1,3}}\Z")
_AGE_BEHIND = re.compile(rf"[ ,;(/=-]{{1,4}}(?:dus |nu |now |is )?{_AGE}\b")
# The sum of a year of birth and an age is the year it was written in, or the one before: this program's life.
_WRITTEN = range(2020, 2060)
_PUPIL = Words(
    *"leerling* llnr* lln stamnr* stamnummer pupil* patiënt* patient* cliënt* student* zoon dochter son".split(),
    *"daughter naam name".split(),
)
_PARTICULARS = (
    Words(*"visum* paspoort* passport* visa deelnemer* passenger* passagier* traveller*".split()),
    Words(*"bsn pgn burgerservicenummer onderwijsnummer".split()),
    Words(*"adres woonadres address woont woonplaats postcode".split()),
    Words(*"tel telefoon mobiel mob phone mobile e-mail email mail".split()),
    Words(*"klas class groep mentor mavo* havo* vwo* man vrouw jongen meisje nationaliteit".split()),
)
_CLASS = re.compile(r"\b(?:[1-6] ?[a-z]{1,3}\d?|[hvmgb]{1,2}[1-6][a-z]{0,2})\b")
_INFIXES = frozenset("van de der den het ten ter el al bin von du la le op in 't en and".split())
_TOKEN_CUT = re.compile(r"[\s,;:|()*•·]+")
_CONTINUES = re.compile(
    r"\)?[,;/&. ]{1,3}(?:en |and |& )?(?:[A-ZÀ-Þ]|moeder|vader|zus|broer)[\w' .-]{1,40}?[ (:,-]{1,3}\Z"
)
# "Anna (12-03-2011)", "Anna de Wit, 12-03-2011": a name and right behind it the date.
_NAMED = re.compile(
    r"(?:[A-ZÀ-Þ][\w'-]+ \(|(?:(?:[A-ZÀ-Þ]\. ?){1,4}|[A-ZÀ-Þ][\w'-]+ )"
    r"(?:(?:van|de|der|den|het|ten|ter|el|al|von) ){0,3}"
    r"[A-ZÀ-Þ][\w'-]+(?P<apart>,| \(| -|:|;)? ?)\Z"
)
_SINGLE = re.compile(r"(?:\A|[\s(])[A-ZÀ-Þ][a-zà-þ]+[,;:]? \Z")
_IS_OF = re.compile(
    r"\b(?:ik|hij|zij|ze|die|deze|kind|dochter|zoon|leerling|meisje|jongen) (?:ben|is|was|zijn|zelf is)"
    r"(?: (?:dus|ook|nu|nog|immers|al|pas|namelijk|zelf|toch|eigenlijk|er een|er eentje|een|eentje)){0,3} van \Z"
)
# A name, and up to the date at most a sex, a class, or "van": "Emma Brown, F, 12/05/2010", "Sem V. van 12-05-2011".
_WORD = r"[A-ZÀ-Þ][\w'’-]*\.?"
_NAME_BEFORE = re.compile(
    rf"(?P<name>{_WORD}(?:[ ](?:{_WORD}|van|de|der|den|het|ten|ter|el|al|von|en|and|&)){{0,6}})"
    r"(?:[ ,;:|/(]{1,3}(?:[mvfj]|[MVFJ]|[1-6][a-zA-Z]{1,3}\d?|klas [1-6]\w{0,3})\.?(?=[ ,;:|)/(]))?"
    r"[ )]{0,2}(?:[,;:|/(–-][ (]?| {2}|\t| van | is (?:\w+ ){0,2}van | \()[ ]?\Z"
)
_KIN_BEFORE = re.compile(
    r"\b(?:zoon|dochter|kind|zoontje|dochtertje|broer|broertje|zus|zusje|neef|nicht|leerling|meisje|jongen|son|daughter|child|brother|sister"
    r"|pupil|student|boy|girl)[ ]?[(,:–-][ ]?\Z"
)
_NAME_BEHIND = re.compile(rf"[ ]?[(,–-][ ]?(?P<name>{_WORD}(?:[ ]{_WORD})?)[ ]?(?:[),.]|$)")
_AGED = re.compile(r"\b(?:geworden|jaar oud|jarig|leeftijd|tweeling|drieling|turned|years? old|twins?)\b")
_KIN = re.compile(
    r"\b(?:vader|moeder|ouder|verzorger|voogd|opa|oma|stiefvader|stiefmoeder|partner|begeleid\w*|father|mother"
    r"|guardian)\b"
)
# What happened on a day to people who were there.
_EVENT = re.compile(
    r"\b(?:begon|begonnen|gestart|startte|kwam|gekomen|ging|vertrok|vertrokken|trouwde|overleed|overleden"
    r"|gestorven|stierf|werkt|werkte|aangenomen"
    r"|benoemd|gesproken|geschreven|schreef|gestuurd|mailde|belde|speelde|won|verloor|bezocht|gehouden|ontving"
    r"|betaald|gekocht|opende|geopend"
    r"|gevonden|verhuisde|joined|left|died|married|met|wrote|sent|said|played|won|lost|visited|started|began"
    r"|opened|worked|signed)\b"
)
_CLOCK = re.compile(r"[ ,(]{1,3}(?:om|at|vanaf|van|from|tussen|t/m|tot)?[ ]?(?:\d{1,2}[.:]\d\d|\d{1,2} ?uur)")
_SEVERAL = re.compile(r"(?:,|;|\)?,? (?:en|and|&|\+)) \Z")
_DOCUMENT = re.compile(
    r"\b(?:certifica|diploma|behaald|rapport|notulen|verslag|vergader|factu|foto|gemaakt|publi|uitgave|"
    r"artikel|krant|bron|boek"
    r"|geraadpleegd|versie|examen|toets|wet|besluit|brief|mail|verzonden|retrieved|accessed|sectie|"
    r"sinds|since|bestand|file|gedicht|poem|column|interview|lezing|concert|optreden|voorstelling|wedstrijd|toernooi"
    r"|opgericht|gebouw|in dienst|dateert|afgesloten|ondertekend|vastgesteld)"
)
# The next sentence may go on about it: "Is dat 6/5/12?"
_SENTENCE = re.compile(
    r"[.!?]\s+(?!(?:Is|Dat|Dit|Het|Die|Deze|That|This|It|De laatste) (?:dat|dit|het|die|is|it|was|heb)\b)[A-ZÀ-Ý]"
    r"|\n\s*\n"
)
_TIME = re.compile(r"T\d\d:")
_YEAR_SAID = re.compile(r" (?:in )?\d{4}(?!\d)")
# Longer is a sentence with a comma in it.
_HEADING_LETTERS = 60
_STOP = re.compile(r"[.!?]\s|\n")
# How far before or behind its date a word of birth may stand.
_LETTERS_BEFORE, _LETTERS_BEHIND = 70, 36
_LETTERS_COMPACT = 12
_LETTERS_ABOVE, _LETTERS_OF_ROW = 1500, 120
# Without a word of birth only a year of pupils counts; those in secondary school are ten and older. Nor is a birthday
# in a later year one of birth: the party is meant. To be moved on as the years go by.
_PUPIL_YEARS = range(2000, 2018)
_ANY_YEAR = re.compile(r"[^\d]?(?:20[01]\d|19[3-9]\d|[01]\d(?<='\d\d))")
_YEARS = range(1900, 2060)
# People born earlier stand in the history book more often than in the mail.
_LIVING_FROM = 1935
_ADULT_FROM = 1950
_SINGLE_NAMES_MIN = 3
# A line that is a name and nothing more.
_NAME_LETTERS = 30


def find(context: Context) -> tuple[Hit, ...]:
    """Every date of birth in the text, in order."""
    folded = context.folded
    if not context.digits:
        return ()
    said = any(hint in folded for hint in _HINTS)
    if not said and not any(_ANY_YEAR.match(folded, max(0, start - 1)) for start, _ in context.digits):
        return ()
    dates = list(_dates(context))
    rows = _rows(context, dates)
    hits: list[Hit] = []
    for index, date in enumerate(dates):
        before = dates[index - 1].end if index else 0
        behind = next(
            (one.start for one in dates[index + 1 : index + 3] if not one.compact), len(folded) + _LETTERS_BEFORE
        )
        if _other(folded, date.start):
            continue
        if _spoken(context, date, before, behind, said=said) or date.start in rows or _continues(context, hits, date):
            doubt = date.year < _LIVING_FROM or context.near(_NO_PERSON, date.start, date.end, before=50, after=0)
            hits.append(Hit(date.start, date.end, date.value, LOW if doubt else HIGH))
    return tuple(hits)


def _dates(context: Context) -> Iterator[Date]:
    text, done = context.text, 0
    for start in context.numbers:
        if start < done or (start and (text[start - 1].isalnum() or text[start - 1] in "_#€$@")):
            continue
        if (
            start > 1
            and text[start - 1] in "-./"
            and (text[start - 2].isdigit() or (text[start - 1] == "-" and text[start - 2].isalpha()))
        ):
            continue
        date = date_at(context.folded, start)
        if date is not None and date.start >= done and date.year in _YEARS:
            done = date.end
            if not text[done : done + 1].isalnum() or _TIME.match(text, done):
                yield date


def _other(folded: str, start: int) -> bool:
    """Whether the words right before say what else happened on that day."""
    before = folded[max(0, start - 40) : start]
    return _OTHER.search(before) is not None and _BIRTH_DATE.search(before) is None


def _spoken(context: Context, date: Date, before: int, behind: int, *, said: bool) -> bool:
    word = _word(context, date, before, behind) if said else None
    if word is not None:
        return (word["weak"] is None and word["star"] is None) or date.year < _PUPIL_YEARS.stop
    if date.compact:
        return said and _headed(context, date)
    return (said and (_headed(context, date) or _under_plural(context, date))) or _pupil(context, date)


def _word(context: Context, date: Date, before: int, behind: int) -> re.Match[str] | None:
    """The word of birth that speaks of this date and of none nearer."""
    text, folded = context.text, context.folded
    last = None
    for word in _SAID.finditer(folded, max(before, date.start - _LETTERS_BEFORE), date.start):
        if not word["star"] or word.end() == date.start:
            last = word
    if date.compact:
        between = folded[last.end() : date.start] if last is not None else ","
        return None if "," in between or len(between) > _LETTERS_COMPACT else last
    if last is not None and _SENTENCE.search(text, last.end() + text.startswith(".", last.end()), date.start) is None:
        return last
    end = min(len(folded), date.end + _LETTERS_BEHIND)
    after = _SAID.search(folded, date.end, end)
    if after is None or after["star"] or _YEAR_SAID.match(folded, after.end()):
        return None
    if behind < after.end() + _LETTERS_BEHIND or _STOP.search(text, date.end, after.start()):
        return None
    return after


def _headed(context: Context, date: Date) -> bool:
    heading = context.heading(date.start)
    return len(heading) <= _HEADING_LETTERS and _HEADING.search(heading) is not None


def _under_plural(context: Context, date: Date) -> bool:
    """Whether it stands behind a name in a list that some line above calls dates of birth."""
    folded = context.folded
    if _PLURAL.search(folded, max(0, date.start - _LETTERS_ABOVE), date.start) is None:
        return False
    return _names_before(context, date) > 0


def _pupil(context: Context, date: Date) -> bool:
    """Whether an age beside it or what stands on its line makes it a pupil's."""
    folded = context.folded
    aged = _AGE_BEFORE.search(folded[max(0, date.start - 20) : date.start])
    if aged is not None and not aged["open"] and not aged["said"]:
        aged = None
    if aged is None:
        aged = _AGE_BEHIND.match(folded, date.end)
        aged = aged if aged is not None and aged["said"] else None
    if aged is not None and date.year + int(aged["age"]) in _WRITTEN:
        return True
    if date.year not in _PUPIL_YEARS:
        return _parent(context, date)
    start, end = context.line(date.start)
    start, end = max(start, date.start - _LETTERS_OF_ROW), min(end, date.end + _LETTERS_OF_ROW)
    said = sum(words.found(folded, start, end) is not None for words in _PARTICULARS)
    said += _CLASS.search(folded, start, end) is not None
    named = _NAMED.search(context.text[max(start, date.start - 60) : date.start])
    if _DOCUMENT.search(folded, start, date.start) is not None:
        return False
    if _IS_OF.search(folded[max(0, date.start - 45) : date.start]) or _beside_name(context, date, start):
        return True
    if _AGED.search(folded, max(start, date.start - 40), date.start) or _under_name(context, date):
        return True
    if said and _SINGLE.search(context.text[max(start, date.start - 30) : date.start]):
        return True
    if named is not None:
        return bool(said) or named["apart"] is not None or named.group().endswith("(")
    if _in_company(context, date):
        return True
    return said > (0 if _PUPIL.found(folded, start, date.start) else 1)


def _parent(context: Context, date: Date) -> bool:
    """Whether a parent is named right before it: "vader: J. Visser, 03-04-1978"."""
    if not _LIVING_FROM <= date.year < _PUPIL_YEARS.start or date.compact:
        return False
    start = max(context.line(date.start)[0], date.start - _LETTERS_OF_ROW)
    if _DOCUMENT.search(context.folded, start, date.start) is not None:
        return False
    if _KIN.search(context.folded, start, date.start) is not None and _beside_name(context, date, start):
        return True
    return date.year >= _ADULT_FROM and _in_company(context, date)


def _in_company(context: Context, date: Date) -> bool:
    """Whether somebody is called by name on its line or in its sentence, and nothing there tells of another day."""
    if _CLOCK.match(context.folded, date.end):
        return False
    left, right = sentence(context, date.start, date.end)
    first, last = context.line(date.start)
    left, right = max(left, first, date.start - _LETTERS_BEFORE), min(right, last, date.end + _LETTERS_BEHIND)
    if _DOCUMENT.search(context.folded, left, right) or _EVENT.search(context.folded, left, right):
        return False
    return called(context, left, right)


def _beside_name(context: Context, date: Date, start: int) -> bool:
    """Whether a person's name stands right before or behind it on its line, and no time of day."""
    text = context.text
    if _CLOCK.match(context.folded, date.end):
        return False
    if _KIN_BEFORE.search(context.folded, max(start, date.start - 24), date.start):
        return True
    before = _NAME_BEFORE.search(text, max(start, date.start - _LETTERS_BEFORE), date.start)
    if before is not None and named(context, *before.span("name")):
        return True
    behind = _NAME_BEHIND.match(text, date.end, min(len(text), date.end + _LETTERS_BEHIND))
    return behind is not None and named(context, *behind.span("name"))


def _under_name(context: Context, date: Date) -> bool:
    """Whether it has a line of its own below a name that has one: a form without words."""
    start, end = context.line(date.start)
    if context.text[start:end].strip() != context.text[date.start : date.end]:
        return False
    above = [line.strip() for line in context.text[max(0, start - _LETTERS_OF_ROW) : start].split("\n")[-4:-1]]
    if not above or any(len(line) > _NAME_LETTERS for line in above if line):
        return False
    at = start
    for line in reversed(above):
        at = context.text.rfind(line, 0, at) if line else at
        if line and named(context, at, at + len(line)):
            return True
    return False


def _rows(context: Context, dates: Sequence[Date]) -> frozenset[int]:
    """Where dates in years of pupils stand behind names, line below line."""
    young = [date for date in dates if date.year in _PUPIL_YEARS and not date.compact]
    rows = [
        (context.line(date.start)[0], date.start, names) for date in young if (names := _names_before(context, date))
    ]
    lines = {line: names for line, _, names in rows}
    if len(lines) < 2 or (len(lines) < _SINGLE_NAMES_MIN and min(lines.values()) < 2):
        return frozenset()
    return frozenset(start for _, start, _ in rows)


def _names_before(context: Context, date: Date) -> int:
    """How many capitalised words begin its line, if nothing else does but numbers, codes and infixes."""
    start = context.line(date.start)[0]
    if date.start - start > _LETTERS_OF_ROW:
        return 0
    names = 0
    for token in _TOKEN_CUT.split(context.text[start : date.start]):
        word = token.strip("-.\"'>")
        if not word or "@" in word or not (word[0].isalpha() or _CLASS.fullmatch(word.lower())):
            continue
        if word[0].isupper() or _CLASS.fullmatch(word.lower()):
            names += 1
        elif word not in _INFIXES and not any(letter.isdigit() for letter in word):
            return 0
    return names


def _continues(context: Context, hits: Sequence[Hit], date: Date) -> bool:
    """Whether it is the next of several on one line: "geboren: Anna 12-3-2011, Bram 4-5-2012"."""
    if not hits or date.start - hits[-1].end > _LETTERS_OF_ROW or date.year >= _PUPIL_YEARS.stop:
        return False
    between = context.text[hits[-1].end : date.start]
    return "\n" not in between and (_CONTINUES.match(between) or _SEVERAL.match(between)) is not None

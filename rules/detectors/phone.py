"""Finds telephone numbers of people: Dutch ones as typed in every way, Belgian, German and others (domain.md 2.1).

Promises: linear; it goes from one run of digits to the next and reads a window at each that can begin a number. `value`
is "+" and digits (rules/text/telephone.py). Service and help lines are public and never found; what is an order number,
a date, an IBAN or an ISBN by its form or by the word before it is none. A number of an organisation is doubtful: low.
"""

from __future__ import annotations

import re

from rules.text.context import Context
from rules.text.cues import Cues
from rules.text.hits import HIGH, LOW, Hit
from rules.text.owners import Owner, owner
from rules.text.persons import Person, called, named, person_near
from rules.text.telephone import Line, abroad, area, canonical_phone, dutch_line

_CUT = r"[ .\-/()'\\_]{0,3}"
_BROKEN = rf"(?:{_CUT}|-?[ ]?\r?\n(?:>[ ]?)?)"
_NATIONAL = re.compile(rf"0(?:{_BROKEN}[0-9]){{9}}(?![0-9])")
_TRUNK = r"(?:[ .-]{0,2}\([ ]?0[ ]?\)|[ ]?0(?=[ ]?[1-9]))?"
_DUTCH = re.compile(rf"(?:\+[ ]?|00[ ]?)?\(?31\)?{_TRUNK}(?:{_BROKEN}[0-9]){{9}}(?![0-9])")
_ABROAD = re.compile(r"(?:\+[ ]?|00[ ]?)\(?[1-9](?:[ .\-/()]{0,3}[0-9]){6,14}(?![0-9])")
# A six without its zero, as spreadsheets keep it.
_SHORT = re.compile(r"6(?:[ .\-]{0,2}[0-9]){8}(?![0-9])")
_LOOSE = re.compile(r"0[1-9](?:[ .\-/()]{0,3}[0-9]){7,11}(?![0-9])")
# Letters that pass for figures in what was scanned or disguised.
_LOOKS = {"o": "0", "l": "1", "i": "1"}
_LETTERS_SCANNED_MAX = 3
_SCANNED = re.compile(rf"[0o]6(?:{_CUT}[0-9oli]){{8}}(?![0-9a-z])")
_SPELLED = re.compile(rf"(?:nul|zero)[ -]{{0,2}}(?:zes|six)[ ,:-]{{1,3}}((?:{_CUT}[0-9]){{8}})(?![0-9])")
_GROUPS = re.compile(r"[0-9]+")
# What goes on behind a number that is none: an amount, a time, one more group.
_GOES_ON = re.compile(
    r"-[1-9]|,[0-9]{1,2}(?![0-9])|[:.=][0-9]|[ ]?%|[ ][1-9][0-9]{1,3} [0-9]{2,4}(?![0-9])|[a-z][0-9]|@|_"
)
_IBAN_BEFORE = re.compile(r"[a-z]{2}[0-9]{2}[ .-]?[a-z]{4}[ .-]?\Z")
_MONEY_BEFORE = re.compile(r"(?:[€$£]|\beuro?) ?\Z")
_GROUP_BEFORE = re.compile(r"(?<![0-9])(?!(?:19|20)[0-9]{2})[0-9]{3,4}[ .-]\Z")
_DATE = re.compile(
    r"(?:0[1-9]|[12][0-9]|3[01])[-./ ](?:0[1-9]|1[0-2])[-./ ](?:19|20)[0-9]{2}(?![0-9])"
    r"|0[0-9][-./ ](?:19|20)[0-9]{2}[-/ ](?:19|20)[0-9]{2}(?![0-9])"
)
_WEB = re.compile(r"(?:://|www\.)[^\s<>\"]*\Z")
_CHAT = re.compile(r"(?:wa\.me/|phone=|tel:)\Z")
_SAID = Cues(
    phone="""
        *telefoon *telefoonnummer telefoon* tel tell telnr tel.nr tel.no telno telephone* mobiel* mob mobielnr gsm*
        bel belt bellen gebeld terugbel* belletje bereik* whatsapp* whats_app app appen appje appt sms* *phone
        *phones call* mobile* cell reach* ring text nood* contact* 06nr thuisnummer t m signal viber handy werknummer
        mobielnummer oudernummer 06-nummer fax moeder* vader* mama papa oma opa ouder ouder1 ouder2 mother father mum
        mom dad thuis privé* prive* ☎ ✆ 📞 📱
    """,
    other="""
        *order* *bestel* *factuu* *factur* invoice* ref referentie* reference* isbn* issn ean* kenmerk*
        betalingskenmerk ticket* zaak* dossier* klantn* klant customer* debiteur* artikel* art item serie* serial*
        s/n iban* rekening* account bsn* sofi* burgerservice* pgn onderwijsn* kvk* btw* vat id imei transactie*
        pakket* track* zending* polis* contract* meeting vergader-id webinar barcode licentie* product* job sync
        sessie* session leerlingnummer llnr stamn* pas pasnummer kaartnummer boeking* booking lidn* relatien*
        rijbewijs* paspoort* vnr v-nummer document* code *code versie version msg hash uuid *nummer *nr reserver*
        inbel* dial*
    """,
    # What an order has as well as a telephone.
    neutral="nr nrs nummer nummers number numbers no",
    example="bijv bijvoorbeeld bv voorbeeld* e.g example zoals formaat format notatie xx xxx",
)
_SERVICE_DESK = re.compile(
    r"\b(?:storing\w*|piket\w*|receptie|klantenservice|helpdesk|servicedesk|school(?:telefoon|mobiel)\w*"
    r"|kamptelefoon\w*"
    r"|diensttelefoon\w*|taxi\w*|balie|servicenummer|noodtelefoon)\b"
)
_NUMBER_SAID = re.compile(r"\b(?:nummers?|numbers?)\b")
_GLUED = re.compile(r"(?:\A|[\W_])(?:tel|mob|gsm|t|m|nr|bel)\Z")
# A help line on the same line: what follows is public too.
_SERVICE = re.compile(r"(?<![0-9])(?:112|113|0[89]00[ -]?[0-9]{4,7}|14 0[0-9]{2,3})(?![0-9])")
_THEIRS = re.compile(
    r"\b(?:mijn|m'n|mn|me|mij|ik|ons|onze|hem|haar|hun|zijn|zij|ze|hij|wij|my|me|our|us|her|his|their|them|he|she|we|i)\b"
)
_LETTERS_BEFORE, _LETTERS_BEHIND = 45, 24
_LETTERS_OF_LINE = 90
# Longer is a sentence with a comma in it.
_HEADING_LETTERS = 40


def find(context: Context) -> tuple[Hit, ...]:
    """Every telephone number in the text that may be somebody's, in order."""
    text, folded = context.text, context.folded
    spelled = "nul" in folded or "zero" in folded
    hits: list[Hit] = []
    done = 0
    for start in context.numbers:
        if start < done:
            continue
        figure = text[start]
        before = text[start - 1] if start else ""
        span = None
        if before == "+" or (before in " (" and text[max(0, start - 2) : start - 1] == "+"):
            span = _abroad(context, start - 1 if before == "+" else start - 2)
        elif figure == "0":
            span = _zero(context, start, done)
        elif figure == "6":
            span = _six(context, start, before)
        elif figure == "3" and text.startswith("31", start):
            span = _bare(context, start)
        if span is None and spelled and figure != "0":
            span = _spelled(context, start)
        if span is not None:
            hit, done = span
            if hit is not None:
                hits.append(hit)
    return tuple(hits)


# What was read: a hit or none, and where to go on.
_Read = tuple[Hit | None, int]


def _abroad(context: Context, start: int) -> _Read | None:
    """A number with its country: `+` or 00."""
    text = context.text
    if (
        start
        and (text[start - 1].isalnum() or text[start - 1] in "=+")
        and not _CHAT.search(context.folded[max(0, start - 9) : start])
    ):
        return None
    if (found := _DUTCH.match(text, start)) is not None and not _twice_broken(found.group()):
        value = canonical_phone(found.group())
        line = dutch_line(value.removeprefix("+31"))
        if line is None:
            return None, found.end()
        return _dutch(context, start, found.end(), value, line, form=HIGH), found.end()
    found = _ABROAD.match(text, start)
    if found is None:
        return None
    value = canonical_phone(found.group())
    said = _said(context, start, found.end())
    if not abroad(value[1:]) or said in {"other", "example"}:
        return None
    plain = text.startswith("0", start) and said != "phone" and found.group().isdigit()
    public = owner(context, start, found.end()) is Owner.ORGANISATION
    return Hit(start, found.end(), value, LOW if plain or public else HIGH), found.end()


def _zero(context: Context, start: int, done: int) -> _Read | None:
    """A number that begins with a zero. Right behind the one before (`done`) only a cut need stand."""
    text = context.text
    if not _may_begin(context, start) and not 0 < done == start - 1:
        return None
    if text.startswith("00", start):
        return _abroad(context, start)
    if _DATE.match(text, start) is not None:
        return None
    if (found := _NATIONAL.match(text, start)) is not None and not _GOES_ON.match(context.folded, found.end()):
        groups = _GROUPS.findall(found.group())
        value = canonical_phone(found.group())
        line = dutch_line(value.removeprefix("+31"))
        if line is not None and not _twice_broken(found.group()) and _plausible(groups):
            begin = start - (text[start - 1 : start] == "(" and ")" in found.group())
            return _dutch(context, begin, found.end(), value, line, form=_form(groups, line)), found.end()
    if text.startswith("6", start + 1) and (scanned := _scanned(context, start)) is not None:
        return scanned
    found = _LOOSE.match(text, start)
    if found is None or _GOES_ON.match(context.folded, found.end()) or not _foreign(found.group()):
        return None
    if _said(context, start, found.end()) != "phone" or owner(context, start, found.end()) is Owner.ORGANISATION:
        return None
    return Hit(start, found.end(), canonical_phone(found.group()), HIGH), found.end()


def _six(context: Context, start: int, before: str) -> _Read | None:
    """O6 as scanned, or a mobile number that lost its zero."""
    if before in {"o", "O"} and start > 0 and not context.text[max(0, start - 2) : start - 1].isalnum():
        return _scanned(context, start - 1)
    found = _SHORT.match(context.text, start)
    if found is None or not _may_begin(context, start) or _GOES_ON.match(context.folded, found.end()):
        return None
    value = canonical_phone(found.group())
    if not value.startswith("+31") or _said(context, start, found.end(), headed=True) != "phone":
        return None
    return Hit(start, found.end(), value, HIGH), found.end()


def _bare(context: Context, start: int) -> _Read | None:
    """Country and number without a sign: `31612345678`, in a link to a chat or behind a word."""
    found = _DUTCH.match(context.text, start)
    if found is None or not _may_begin(context, start):
        return None
    value = canonical_phone(f"+{found.group()}")
    line = dutch_line(value[3:])
    chat = _CHAT.search(context.folded[max(0, start - 9) : start]) is not None
    if line is None or not (chat or _said(context, start, found.end(), headed=True) == "phone"):
        return None
    return _dutch(context, start, found.end(), value, line, form=HIGH), found.end()


def _scanned(context: Context, start: int) -> _Read | None:
    found = _SCANNED.match(context.folded, start)
    if found is None or not 0 < sum(letter in _LOOKS for letter in found.group()) <= _LETTERS_SCANNED_MAX:
        return None
    if _GOES_ON.match(context.folded, found.end()):
        return None
    value = canonical_phone("".join(_LOOKS.get(letter, letter) for letter in found.group()))
    if not value.startswith("+31") or _said(context, start, found.end()) in {"other", "example"}:
        return None
    return Hit(start, found.end(), value, HIGH), found.end()


def _spelled(context: Context, start: int) -> _Read | None:
    """`nul zes 12 34 56 78`."""
    floor = max(0, start - 14)
    found = _SPELLED.search(context.folded, floor, min(len(context.folded), start + 40))
    if found is None or found.start(1) > start:
        return None
    value = canonical_phone(f"06{found.group(1)}")
    return (Hit(found.start(), found.end(), value, HIGH), found.end()) if value.startswith("+31") else None


def _may_begin(context: Context, start: int) -> bool:
    """Whether what stands right before lets a number begin here."""
    text, folded = context.text, context.folded
    if not start:
        return True
    before, second = text[start - 1], text[start - 2 : start - 1]
    if before.isalpha() and _GLUED.search(folded[max(0, start - 5) : start]):
        return True
    if before.isalnum() or before in "_#€$@&%" or (before in ".,:-/=" and second.isdigit()):
        return False
    window = folded[max(0, start - 12) : start]
    if _IBAN_BEFORE.search(window) or _MONEY_BEFORE.search(window) or _GROUP_BEFORE.search(window):
        return False
    if before not in " \n(" and _WEB.search(folded[max(0, start - 200) : start]):
        return _CHAT.search(window) is not None
    return True


def _plausible(groups: list[str]) -> bool:
    """Whether figures are grouped as people do: not a single zero, unless each stands alone."""
    return len(groups[0]) > 1 or groups[1] == "6" or len(groups) == 10


def _form(groups: list[str], line: Line) -> str:
    """HIGH if the groups by themselves say what it is."""
    if len(groups) == 10 or line is Line.MOBILE:
        return HIGH
    code = area("".join(groups)[1:])
    return HIGH if len(groups) > 1 and groups[0] == f"0{code}" else LOW


def _twice_broken(written: str) -> bool:
    return written.count("\n") > 1


def _foreign(written: str) -> bool:
    """Whether a number of another country may be grouped so."""
    groups = _GROUPS.findall(written)
    if dutch_service(groups):
        return False
    if len(groups[0]) == 2:
        return len(groups) > 2 and (
            len(groups[1]) == 3 or groups[1:] == [group for group in groups[1:] if len(group) == 2]
        )
    return len(groups[0]) > 2 and len(groups) <= 5 and all(len(group) > 1 for group in groups)


def dutch_service(groups: list[str]) -> bool:
    """Whether it is a Dutch line for services, companies, or machines."""
    return "".join(groups).startswith(("0800", "0900", "0906", "0909", "085", "088", "091", "066", "097", "06"))


def _dutch(context: Context, start: int, end: int, value: str, line: Line, *, form: str) -> Hit | None:
    """The hit of a valid Dutch number, by what is said around it."""
    said = _said(context, start, end, headed=form == LOW or context.text[start:end].isdigit())
    if said in {"other", "example"}:
        return None
    if line is Line.MOBILE:
        left = max(context.line(start)[0], start - _LETTERS_BEFORE)
        public = _SERVICE_DESK.search(context.folded, left, start) is not None or (
            # Figures in a row that nobody and nothing is said of may be any number.
            not said and context.text[start:end].isdigit() and _alone(context, start, end)
        )
        return Hit(start, end, value, LOW if public else HIGH)
    whose = owner(context, start, end)
    if whose is not Owner.PERSON and _SERVICE.search(context.folded, max(context.line(start)[0], start - 80), start):
        whose = Owner.ORGANISATION
    if whose is Owner.ORGANISATION:
        return Hit(start, end, value, LOW)
    sure = whose is Owner.PERSON or (
        line is not Line.COMPANY
        and (said == "phone" or (form == HIGH and line is Line.FIXED))
        and _somebodys(context, start, end)
    )
    return Hit(start, end, value, HIGH if sure else LOW)


def _alone(context: Context, start: int, end: int) -> bool:
    """Whether no word, name or pronoun near a number speaks of anybody."""
    left, right = max(0, start - _LETTERS_OF_LINE), min(len(context.text), end + _LETTERS_BEHIND)
    first, last = context.line(start)
    if not any(letter.isalpha() for letter in context.text[max(first, left) : min(last, right)]):
        return False  # a list of numbers
    return (
        owner(context, start, end) is Owner.UNSAID
        and not called(context, left, right)
        and person_near(context, start, end) is Person.NOBODY
    )


def _somebodys(context: Context, start: int, end: int) -> bool:
    """Whether a fixed line that no words claim is no company's: nobody is named there, or somebody by a first name."""
    first, last = context.line(start)
    if context.column(start) is not None:
        return True
    above = context.line(first - 1)[0] if first else first
    left, right = max(above, start - _LETTERS_OF_LINE), min(last, end + _LETTERS_BEHIND)
    return (
        _THEIRS.search(context.folded, max(first, left), start) is not None
        or called(context, left, right)
        or not named(context, left, right)
    )


def _said(context: Context, start: int, end: int, *, headed: bool = False) -> str:
    """What the nearest word says it is: "phone", "other", "example", or nothing: ""."""
    folded = context.folded
    line, line_end = context.line(start)
    name, _ = _SAID.last(folded, max(line, start - _LETTERS_BEFORE), start)
    if not name and headed and len(heading := context.heading(start)) <= _HEADING_LETTERS:
        name, _ = _SAID.first(heading, 0, len(heading))
    if not name and line:
        # The word may end the line above.
        name, word_end = _SAID.last(folded, max(0, line - _LETTERS_BEFORE), line)
        if name and folded[word_end:start].strip(" \t\r\n:-.>"):
            name = ""
    if not name:
        name, _ = _SAID.first(folded, end, min(line_end, end + _LETTERS_BEHIND))
        name = name if name == "phone" else ""
    if not name and _NUMBER_SAID.search(folded, max(line, start - _LETTERS_BEFORE), start):
        return "phone"
    return name

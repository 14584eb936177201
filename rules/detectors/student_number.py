"""Finds pupil numbers (leerling-, stam-, llnr.): digits that only a label, a heading or the roster makes private.

Promises: linear. Sure behind or under a label, or in a list that goes on; nothing without one: six digits alone may be
anything, and are `candidates` for the roster. `Hit.value` is the digits. Shapes: domain.md 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.text.context import Context, Words
from rules.text.hits import HIGH, LOW, Hit
from rules.text.labels import SENTENCE_END, Labels, Said, up_the_list
from rules.text.persons import named

LABELS = Labels(
    (
        "leerlingnummer leerlingnr leerlingennummer leerlingno leerlingcode leerlingid leerlnr leerlnummer leernr llnr "
        "llnrs llnummer llnno llnnr llnnummer llnum lnr stamnummer stamnr stamnrs stamno stnr studentnummer studentnr "
        "studentennummer studentid studentids studentno studentnos studentnumber studnr studno studentcode pupilnumber "
        "pupilno pupilnos pupilid pupilids pupilnr deelnemernummer deelnemernr schoolnummerleerling stamnrleerling "
        "lnlr llrn llnmr leerlingnmr studentnmr "
        "lrlnr lrlnummer rollnumber rollno enrolmentnumber enrolmentno enrollmentnumber admissionnumber admissionno "
        "studentidentification learnernumber learnerid learnerno "
        "magisternummer magisternr somtodaynummer somtodaynr zermelonummer"
    ).split(),
    weak=("leerling", "leerl", "lrl", "lln", "ll", "student", "pupil", "stam"),
)
# One of these stands near every number that is told by words, or in its heading.
_SIGN = re.compile(
    r"leerl|ling|lijst|lrl|lln|\bll\b|lnr|lnlr|llrn|lnm|leernr|stam|stn|stud|pupil|deeln|learn|\broll|enrol|admission|magister|somtoday"
    r"|zermelo|\bklas\b|naam|name|\bmentor|\bnr\b|nummer (?:van|voor)|number (?:of|for)"
)
_LETTERS_NEAR, _LETTERS_YEAR, _LETTERS_BEHIND, _LETTERS_ABOVE = 110, 40, 45, 300
_CHAIN_LETTERS = 60
_CHAIN_LETTERS_SHORT = 8
_SHORTEST, _LONGEST = 4, 9
# Alone beside "leerling", or named a bit further away, a number must look like one.
_USUAL = frozenset({5, 6, 9})
_TOUCH_BEFORE = frozenset("+€$£@%&\\")
# A unit or a thing counted behind it: an amount of something.
_LINE_LETTERS, _NAME_LETTERS = 120, 50
_SOMEBODYS = re.compile(r"\b(?:nummer|nr\.?|number) (?:van|of|for|voor) [^.\d\n]{2,50}(?:\bis\b|:|=)[ ]{0,2}\Z")
_PUPIL = Words(*"leerling lln leerl pupil student mentor* klas".split())
_CLASS = re.compile(r"(?<![\w.])(?:[1-6] ?(?:[hvmgabtk]{1,2}\d?|[a-e])|[hvmgb]{1,2}[1-6][a-z]{0,2})(?![\w.])")
_LIST = re.compile(r"\b(?:\w*lijst|leerlingen|klas|class list|pupils|groep)\b[^\n]{0,40}\n(?:[^\n]{0,60}\n){0,30}\Z")
_NAME_BEHIND = re.compile(r"[ \t;,:|-]{1,3}[A-ZÀ-Þ][\w'’-]+")
_HEADINGS = frozenset({"nr", "nr.", "nummer", "no", "no.", "number", "id"})
_NAME_BEFORE = re.compile(r"[A-ZÀ-Þ][\w'’-]+[ ]?(?:[(,;\t|][ ]?(?:nr\.?[ ])?)\Z")
_COUNTED = re.compile(
    r"[ \t]?(?:€|euro\b|eur\b|kopie|keer|x\b|stuks|leerlingen|pupils|students|studenten|uur|m2|km|kg|gram|ml|%)"
)


def find(context: Context) -> tuple[Hit, ...]:
    """Every labelled number, in order."""
    folded = context.folded
    if _SIGN.search(folded) is None:
        return ()
    hits: list[Hit] = []
    for start, end, digits in _numbers(context):
        if (not hits or start - hits[-1].end > _CHAIN_LETTERS) and not _told(context, start, end):
            continue
        said = LABELS.said(context, start, end)
        if (
            Said.NOTHING <= said <= Said.NEAR
            and hits
            and hits[-1].confidence == HIGH
            and _goes_on(context, hits[-1], start, digits)
        ):
            said = Said.DIRECT
        if said is Said.NOTHING and end - start in _USUAL and _of_pupil(context, start, end):
            said = Said.DIRECT
        usual = end - start in _USUAL
        sure = said is Said.DIRECT or (
            usual and (said >= Said.ABOVE or (said is Said.NEAR and LABELS.close(context, start, end)))
        )
        if sure or said is Said.NOTHING:
            hits.append(Hit(start, end, digits, HIGH if sure else LOW))
    return tuple(hit for hit in up_the_list(context.text, hits) if hit.confidence == HIGH)


def _told(context: Context, start: int, end: int) -> bool:
    """A cheap look: whether anything near, or the heading, may say what a number is. Of four digits most are years."""
    folded = context.folded
    near, behind = (_LETTERS_NEAR, _LETTERS_BEHIND) if end - start > _SHORTEST else (_LETTERS_YEAR, 0)
    if _SIGN.search(folded, max(0, start - near), end + behind) or _SIGN.search(context.heading(start)):
        return True
    if end - start > _SHORTEST and _CLASS.search(folded, max(0, start - 20), end + _NAME_LETTERS):
        return True
    return any(f":{ending}" in folded[max(0, start - _LETTERS_ABOVE) : start] for ending in "\r\n")


def _of_pupil(context: Context, start: int, end: int) -> bool:
    """Whether it stands behind a pupil's name, in brackets or a cell of a row, or is said to be somebody's number."""
    folded, text = context.folded, context.text
    first, last = context.line(start)
    first, last = max(first, start - _LINE_LETTERS), min(last, end + _LINE_LETTERS)
    if _SOMEBODYS.search(folded, first, start):
        return named(context, first, start)
    above = max(0, first - _LETTERS_ABOVE)
    if not (
        _PUPIL.found(folded, first, last) or _CLASS.search(folded, first, last) or _LIST.search(folded, above, first)
    ):
        return False
    if context.column(start) in _HEADINGS:
        return named(context, first, last)
    if _NAME_BEHIND.match(text, end) and named(context, end, min(last, end + _NAME_LETTERS)):
        return True
    before = _NAME_BEFORE.search(text, max(first, start - _NAME_LETTERS), start)
    return before is not None and named(context, before.start(), before.end())


def candidates(context: Context) -> tuple[Hit, ...]:
    """Every number that could be one whatever it is called: findings only where the roster knows the value."""
    return tuple(Hit(start, end, digits, LOW) for start, end, digits in _numbers(context))


def _numbers(context: Context) -> Iterator[tuple[int, int, str]]:
    """Runs of four to nine digits that stand by themselves, and six as 203 124."""
    text, runs = context.text, context.digits
    skip = -1
    for index, (start, first_end) in enumerate(runs):
        if index == skip:
            continue
        until = index + _halved(text, runs, index)
        skip, end = until, runs[until][1]
        if first_end - start < _SHORTEST and until == index:
            continue
        if end - start > _LONGEST or _tied(text, runs, index - 1, index) or _tied(text, runs, until, until + 1):
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        if (before and before in _TOUCH_BEFORE) or (before.isalpha() and not _prefix(text, start)):
            continue
        if (after and (after.isalpha() or after in "@%")) or _COUNTED.match(context.folded, end):
            continue
        yield start, end, text[start:first_end] + (text[runs[until][0] : end] if until > index else "")


def _halved(text: str, runs: list[tuple[int, int]], index: int) -> bool:
    """Whether three digits and the next three are one number."""
    start, end = runs[index]
    return end - start == 3 and index + 1 < len(runs) and runs[index + 1] == (end + 1, end + 4) and text[end] in " .-"


def _tied(text: str, runs: list[tuple[int, int]], one: int, two: int) -> bool:
    """Whether two runs are parts of one date, amount, phone or other longer number."""
    if one < 0 or two >= len(runs) or runs[two][0] - runs[one][1] != 1:
        return False
    sign = text[runs[one][1]]
    if sign == " ":
        first, second = (text[slice(*run)] for run in (runs[one], runs[two]))
        return len(first) < 4 and (len(second) < 5 or first.startswith("0"))
    if sign in ",/":  # cents or a fraction, unless it is a list, or a class: 203124,3B
        return runs[two][1] - runs[two][0] < 3 and not text[runs[two][1] : runs[two][1] + 1].isalpha()
    return sign in ".:-_+="


def _prefix(text: str, start: int) -> bool:
    """Whether the letters before a number are a label stuck to it, as in `llnr203124`, or one letter: s203124."""
    first = start
    while first and start - first < 20 and text[first - 1].isalpha():
        first -= 1
    word = text[first:start].lower()
    return len(word) == 1 or LABELS.spoken(word)


def _goes_on(context: Context, sure: Hit, start: int, digits: str) -> bool:
    reach = _CHAIN_LETTERS if len(digits) in _USUAL else _CHAIN_LETTERS_SHORT
    near = len(digits) == len(sure.value) and start - sure.end <= reach
    return near and SENTENCE_END.search(context.text, sure.end, start) is None

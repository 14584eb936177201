"""Finds bank account numbers (IBAN, ISO 13616) as people type them: in groups, with dots, over two lines, misread.

Promises: linear: from digits behind two letters it reads one window. Sure where the country's form and the remainder by
97 hold; in doubt where the account is an organisation's, or an example. `Hit.value` is in capitals, in one piece.
"""

from __future__ import annotations

import re

from rules.text.checks import mod97
from rules.text.context import Context, Words
from rules.text.hits import HIGH, LOW, Hit

# Form of the account behind the check digits, by country: n digits, a letters, c either (SWIFT IBAN registry).
_FORMS = """
AD 8n12c AE 19n AL 8n16c AT 16n AZ 4a20c BA 16n BE 12n BG 4a6n8c BH 4a14c BI 23n BR 23n1a1c BY 4c4n16c CH 5n12c CR 18n
CY 8n16c CZ 20n DE 18n DJ 23n DK 14n DO 4c20n EE 16n EG 25n ES 20n FI 14n FK 2a12n FO 14n FR 10n11c2n GB 4a14n GE
2a16n GI 4a15c GL 14n GR 7n16c GT 4c20c HN 4a20n HR 17n HU 24n IE 4a14n IL 19n IQ 4a15n IS 22n IT 1a10n12c JO 4a4n18c
KW 4a22c KZ 3n13c LB 4n20c LC 4a24c LI 5n12c LT 16n LU 3n13c LV 4a13c LY 21n MC 10n11c2n MD 2c18c ME 18n MK 3n10c2n MN
16n MR 23n MT 4a5n18c MU 4a19n3a NI 4a20n NL 4a10n NO 11n OM 3n16c PK 4a16c PL 24n PS 4a21c PT 21n QA 4a21c RO 4a16c
RS 18n RU 14n15c SA 2n18c SC 4a20n3a SD 14n SE 20n SI 15n SK 20n SM 1a10n12c SO 19n ST 21n SV 4a20n TL 19n TN 20n TR
6n16c UA 6n19c VA 18n VG 4a16n XK 16n YE 4a4n18c
""".split()
_SET = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
_FORM = {
    country: re.compile("".join(_SET[piece[-1]] + f"{{{piece[:-1]}}}" for piece in re.findall(r"\d+[nac]", form)))
    for country, form in zip(_FORMS[::2], _FORMS[1::2], strict=True)
}
_CLASSES = {
    country: "".join(piece[-1] * int(piece[:-1]) for piece in re.findall(r"\d+[nac]", form))
    for country, form in zip(_FORMS[::2], _FORMS[1::2], strict=True)
}
_LENGTH = {country: 4 + len(classes) for country, classes in _CLASSES.items()}
_COUNTRY = re.compile(r"([A-Za-z]) ?([A-Za-z])[ .:_-]{0,2}\Z")
_SEPARATORS = " .:_-"
_GLUED = re.compile(r"(?:iban|nr|nummer|rekening|account|bank|van|naar|tnv)\Z")
_SIGNS = re.compile(r"[A-Za-z0-9|]+")
_GAP = re.compile(r"[ ._:/-]{1,4}|[ ]{0,2}-?\r?\n[>| ]{0,4}")
_WINDOW_LETTERS = 160
# Letters that are read for digits and the other way round; more of them in one number is no slip.
_SLIPS_MAX = 3
_DIGIT_FOR = str.maketrans("OQDIL|SBZ", "000111582")
_LIKE_DIGITS = frozenset("OoIl|")
_LETTER_FOR = str.maketrans("01582", "OISBZ")
# Real accounts are mostly digits; words are not.
_DIGITS_MIN = 8
# So near each other they stand, also with a blank line between two halves.
_NEAR_LETTERS = 64
_AROUND_LETTERS = 70
_ORGANISATION = Words(
    "kvk*", "k.v.k.", "btw*", "vat no*", "vat number", "b.v.", "bv", "stichting", "vereniging", "anbi",
    "t.n.v. gemeente", "tnv gemeente", "crediteur*", "leverancier*", "belastingdienst", "supplier*", "foundation",
    "gmbh",
)  # fmt: skip
_PRIVATE = Words(
    "ouder*", "vader*", "moeder*", "leerling*", "familie", "fam", "parent*", "father*", "mother*", "mijn", "my", "zijn",
    "haar", "his", "her", "their", "hun", "privé*", "prive*", "opa", "oma", "verzorger*", "voogd", "pupil*", "student*",
    "terugstort*", "refund*", "reissom", "collega*", "salaris*", "grandparents", "ons", "onze",
)  # fmt: skip
_EXAMPLE = Words("voorbeeld*", "bijv", "bijvoorbeeld", "example", "fictief", "fictieve", "dummy", "sample")


def find(context: Context) -> tuple[Hit, ...]:
    """Every account that proves itself, in order."""
    text = context.text
    hits = []
    done = 0
    runs = context.digits
    for index, (digits, _) in enumerate(runs):
        if not _many(runs, index):
            continue
        tail = text[max(0, digits - 5) : digits].rstrip(_SEPARATORS)
        if tail[-2:].upper() not in _FORM and tail[-2:-1] != " " and tail[-1:] not in _LIKE_DIGITS:
            continue  # most digits of a text are told here
        if digits < done or (found := _account(text, digits)) is None:
            continue
        start, done, value = found
        hits.append(Hit(start, done, value, HIGH if _somebodys(context, start, done) else LOW))
    return tuple(hits)


def _many(runs: list[tuple[int, int]], index: int) -> bool:
    """Whether so many digits follow as an account has at least; misread letters among them count for some."""
    count, end = 0, runs[index][0] + _NEAR_LETTERS
    for at in range(index, len(runs)):
        start, stop = runs[at]
        if start >= end:
            return False
        count += stop - start
        if count >= _DIGITS_MIN:
            return True
    return False


def _account(text: str, digits: int) -> tuple[int, int, str] | None:
    """The account whose check digits begin at a run of digits: start, end and value."""
    # The first of them may be misread.
    found = _account_at(text, digits)
    return _account_at(text, digits - 1) if found is None and text[digits - 1 : digits] in _LIKE_DIGITS else found


def _account_at(text: str, digits: int) -> tuple[int, int, str] | None:
    country = _COUNTRY.search(text, max(0, digits - 5), digits)
    if country is None or (code := (country[1] + country[2]).upper()) not in _FORM:
        return None
    start = country.start()
    if start and text[start - 1].isalnum() and _GLUED.search(text[max(0, start - 8) : start].lower()) is None:
        return None
    read = _read(text, digits, _LENGTH[code] - 2)
    if read is None:
        return None
    end, signs = read
    value = _proven(code, signs)
    return None if value is None else (start, end, value)


def _read(text: str, start: int, length: int) -> tuple[int, str] | None:
    """So many letters and digits from a place on, whatever stands between them, and where they end."""
    signs = ""
    at = start
    for run in _SIGNS.finditer(text, start, start + _WINDOW_LETTERS):
        if run.start() != at and _GAP.fullmatch(text, at, run.start()) is None:
            return None
        missing = length - len(signs)
        signs += run.group()[:missing].upper()
        at = run.end()
        if len(signs) == length:
            end = run.start() + missing
            return None if text[end - 1 : end + 1].isdigit() and end < at else (end, signs)
    return None


def _proven(country: str, signs: str) -> str | None:
    """The account if country and signs are one, slips of a reading machine mended; None if not."""
    if sum(sign.isdigit() for sign in signs) < _DIGITS_MIN:
        return None
    for tried in (signs, _mended(country, signs)):
        if _FORM[country].fullmatch(tried, 2) and tried[:2].isdigit() and mod97(country + tried) == 1:
            return country + tried
    return None


def _mended(country: str, signs: str) -> str:
    classes = "nn" + _CLASSES[country]
    mended = "".join(
        sign.translate(_DIGIT_FOR) if wanted == "n" else sign.translate(_LETTER_FOR) if wanted == "a" else sign
        for sign, wanted in zip(signs, classes, strict=True)
    )
    return mended if sum(one != two for one, two in zip(signs, mended, strict=True)) <= _SLIPS_MAX else signs


def _somebodys(context: Context, start: int, end: int) -> bool:
    """Whether it can be a person's: no organisation is named around it, or a person is; and it is no example."""
    left, right = max(0, start - _AROUND_LETTERS), min(len(context.text), end + _AROUND_LETTERS)
    if _EXAMPLE.found(context.folded, left, start) is not None:
        return False
    line_start, line_end = context.line(start)
    line = max(left, line_start), max(end, min(right, line_end))
    for around in (line,) if context.column(start) is not None else (line, (left, right)):
        if _ORGANISATION.found(context.folded, *around) is not None:
            return _PRIVATE.found(context.folded, *around) is not None
    return True

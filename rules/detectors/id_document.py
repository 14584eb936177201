"""Finds numbers of identity documents: passport, identity card, residence permit, driving licence, V-number.

Promises: linear. Sure: a form that fits behind or under a label, and the lines machines read where their check digits
hold. In doubt: the form of a Dutch passport or card without a label. `Hit.value` is in capitals, in one piece. Forms:
domain.md 2.1; ICAO 9303 parts 4 to 6 for the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.text.checks import mrz_digit
from rules.text.context import Context, Words
from rules.text.hits import HIGH, LOW, Hit
from rules.text.labels import Labels, Said
from rules.text.persons import called

# They name a document of a person and nothing else.
LABELS = Labels(
    "paspoort paspoorten paspoortnummer paspoortnr paspoortno paspnr paspoortid passport passportnumber "
    "passportno passportnr passportid idkaart idkaarten idkaartnummer idkaartnr idcard idcardno idcardnumber "
    "idcardnr idbewijs idbewijsnummer idbewijsnr identiteitskaart identiteitskaarten identiteitskaartnummer "
    "identiteitskaartnr identiteitsbewijs identiteitsbewijzen identiteitsbewijsnummer identiteitsbewijsnr "
    "identitycard identitycardnumber identitycardno identitydocument identitydocumentnumber iddocument "
    "iddocumentnumber iddocumentno reisdocument reisdocumentnummer reisdocumentnr traveldocument "
    "traveldocumentnumber traveldocumentno identificatiebewijs identificatiebewijsnummer identificatienr "
    "legitimatie legitimatiebewijs legitimatienummer legitimatienr "
    "nationalid nationalidnumber nationalidno nationalidcard rijbewijs rijbewijzen rijbewijsnummer rijbewijsnr "
    "rijbewijsno rybewijs drivinglicence drivinglicense drivinglicencenumber drivinglicenceno "
    "drivinglicensenumber drivinglicenseno driverslicense driverslicence driverslicensenumber driverslicenseno "
    "driverslicencenumber driverslicenceno driverlicense eid eidkaart rijksregisternummer passeport pasaporte dni "
    "nie cartedidentité cartedidentite kimlik ausweis personalausweis reisepass rijbnr vreemdnr vreemdnummer "
    "indnummer vnummer vnr vreemdelingennummer vreemdelingnummer vreemdelingennr verblijfsvergunning "
    "verblijfsvergunningnummer verblijfsvergunningsnummer verblijfsdocument verblijfsdocumentnummer "
    "verblijfskaart verblijfspas vreemdelingenpas identiteitsdocument residencepermit residencepermitnumber "
    "residencepermitno residencecard aliennumber alienno vnumber".split(),
    prefixes=("paspoort", "passport", "identiteits", "idkaart", "idbewijs", "rijbewijs", "verblijfs", "vreemdeling"),
)
# They name other things too: only a form that speaks for itself counts with them.
WEAK_LABELS = Labels(
    "idnummer idnr idno idnumber identiteitsnummer documentnummer documentnr documentno documentnumber docnr docno "
    "docnummer pasnummer pasnr visumnummer visanumber kaartnummer".split(),
    weak=("id", "pas", "document", "visum", "visa", "papieren"),
    slips=False,
)
_DUTCH = re.compile(r"[A-Z]{2}[A-Z0-9]{6}[0-9]")
# First letters in use (RvIG); O is not written. Letters between digits tell it from words and other codes.
_DUTCH_ALONE = re.compile(r"(?=[A-Z]+[0-9]+[A-Z])[NIARSDBX][A-NP-Z][A-NP-Z1-9]{6}[0-9]")
_MIXED = re.compile(r"[A-Z]{1,3}[0-9]{6,9}|[0-9]{2}[A-Z]{2}[0-9]{5}")
_TEN = re.compile(r"[1-9][0-9]{9}")
_EIGHT = re.compile(r"[0-9]{8,9}")
_BESIDE_LETTERS = 25
_FOREIGN = re.compile(r"(?=(?:[A-Z]*[0-9]){5})[A-Z0-9]{6,18}")
_MIXED_DIGITS = 4
# Groups as printed: NCJ 9IY UA5, AB 123456, 591-1234567-89.
_GROUPS = re.compile(r"[A-Z0-9]{1,9}(?:[ .-][A-Z0-9]{1,9}){1,4}(?![^\W_])")
_LEFT_GROUP = re.compile(r"(?<![^\W_])[A-Z]{1,5}[ .-]\Z")
_GROUPED = re.compile(
    r"[A-Z]{2}[A-Z0-9]{6}[0-9]|[A-Z]{1,3}[0-9]{6,12}|[1-9][0-9]{9}|[0-9]{12,13}|[0-9]{2}[A-Z]{2}[0-9]{5}"
    r"|[A-Z]{5}[0-9]{6}[A-Z0-9]{5}"
)
_DATE = re.compile(r"[0-9]{1,2}[ .-][0-9]{1,2}[ .-][0-9]{2,4}|[0-9]{4}[ .-][0-9]{2}[ .-][0-9]{2}")
_DATE_DIGITS = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]|[0-3][0-9](?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_JOINTS = frozenset(" .-")
_JOINED = str.maketrans("", "", " .-")
_TOKEN_LETTERS = 19
_CHAIN_LETTERS = 90
_LINE_LETTERS = 80
_AROUND = Words(
    *"id ids kopie kopietje douane vlucht vluchten vliegen vliegticket* ticket* reis reizen reisgezelschap".split(),
    *"luchthaven schiphol grens ambassade consulaat nationaliteit gemeentehuis marechaussee politie aangifte".split(),
    *"kwijtgeraakt verloren gestolen geldig verloopt verlopen vervalt pas pasje passen bewijs legitim* identi*".split(),
    *"ind naturalisatie verblijf* visum visa travel trip flight* airport border embassy nationality valid".split(),
    *"expires expired expiry lost stolen customs police".split(),
)
_ZONE = re.compile(
    r"([A-Z0-9<]{9})([0-9])[A-Z<]{3}([0-9]{6})([0-9])[MFX<]([0-9]{6})([0-9])"  # second line of a passport or visa
)
_ZONE_CARD = re.compile(r"(?<![A-Z0-9<])[ACI][A-Z<][A-Z<]{3}([A-Z0-9<]{9})([0-9])[A-Z0-9<]{15}")
_ZONE_LICENCE = re.compile(r"(?<![A-Z0-9<])D1NLD[A-Z0-9]([0-9]{10})[A-Z0-9<]{13}[0-9](?![A-Z0-9<])")


def find(context: Context) -> tuple[Hit, ...]:
    """Every number of a document, in order."""
    text = context.text
    hits: list[Hit] = list(_zones(text))
    zones = [(hit.start, hit.end) for hit in hits]
    done = -1
    sure: Hit | None = None
    for run, run_end in context.digits:
        if (
            run < done
            or not _worth(text, run, run_end)
            or (zones and any(start < run_end and run < end for start, end in zones))
        ):
            continue
        for start, end, value in _tokens(text, run):
            if (confidence := _confidence(context, start, end, value, sure)) is not None:
                hits.append(Hit(start, end, value.upper(), confidence))
                done = end
                sure = hits[-1] if confidence == HIGH else sure
                break
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end)))


def _worth(text: str, run: int, run_end: int) -> bool:
    """A cheap look: whether a run of digits is long, or has letters or groups beside it."""
    before, after = text[max(0, run - 2) : run], text[run_end : run_end + 2]
    if text[run_end : run_end + 1] in {"-", "."} and run_end - run == 2 and text[run_end + 1 : run_end + 4].isdigit():
        return True
    if run_end - run > 4 or before[-1:].isalpha() or after[:1].isalpha():
        return True
    return (before[-1:] in _JOINTS and before[:1].isupper()) or (
        after[:1] in _JOINTS
        and (after[1:].isupper() or (after[1:].isdigit() and run_end - run > (1 if after[0] == " " else 2)))
    )


def _tokens(text: str, run: int) -> Iterator[tuple[int, int, str]]:
    """What may be a number around a run of digits: grouped with its neighbours, or alone."""
    start = run
    while start and run - start < _TOKEN_LETTERS and text[start - 1].isalnum():
        start -= 1
    end = run
    while end < len(text) and end - start <= _TOKEN_LETTERS and text[end].isalnum():
        end += 1
    if start and text[start - 1] in "+€$£@/%":
        return
    first = start
    if left := _LEFT_GROUP.search(text, max(0, start - 7), start):
        first = left.start()
    for begin in {first: 0, start: 0}:
        grouped = _GROUPS.match(text, begin)
        if grouped is not None and _DATE.fullmatch(grouped.group()) is None:
            value = grouped.group().translate(_JOINED)
            if _GROUPED.fullmatch(value):
                yield begin, grouped.end(), value
    if 6 <= end - start < _TOKEN_LETTERS and text[start:end].isascii() and not _goes_further(text, start, end):
        yield start, end, text[start:end]


def _goes_further(text: str, start: int, end: int) -> bool:
    """Whether a token is a piece of an address, a link, a date or a longer number."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (len(before) == 2 and before[1] in "-.:_=/@" and before[0].isalnum() and before[1] != ":") or (
        len(after) == 2 and after[0] in "-:_=@./" and after[1].isalnum()
    )


def _confidence(context: Context, start: int, end: int, value: str, sure: Hit | None) -> str | None:
    """How sure it is that a token is a number of a document; None if it is none."""
    grouped = end - start > len(value)
    capitals = value.upper()
    dutch = _DUTCH.fullmatch(capitals) is not None
    mixed = _MIXED.fullmatch(capitals) is not None and sum(map(str.isdigit, value)) >= _MIXED_DIGITS
    if not (dutch or mixed or _FOREIGN.fullmatch(capitals)) or _DATE_DIGITS.fullmatch(capitals.lstrip(_CAPITALS)):
        return None
    said = LABELS.said(context, start, end)
    if Said.NOTHING <= said <= Said.NEAR and sure is not None and 0 <= start - sure.end <= _CHAIN_LETTERS:
        said = Said.DIRECT if dutch or len(value) == len(sure.value) else said
    if said is Said.DIRECT:
        return HIGH
    loud = value == capitals and not grouped
    near = loud and (said is Said.ABOVE or (said is Said.NEAR and LABELS.close(context, start, end)))
    if near and (dutch or mixed or _TEN.fullmatch(value)):
        return HIGH
    alone = _DUTCH_ALONE.fullmatch(value) is not None
    if loud and alone and said is not Said.RIVAL and _travels(context, start, end):
        return HIGH
    if said is Said.NEAR and (
        alone or (_EIGHT.fullmatch(value) and LABELS.close(context, start, end, _BESIDE_LETTERS))
    ):
        return HIGH
    if grouped:
        return None
    weak = WEAK_LABELS.said(context, start, end) if dutch or mixed else said
    if loud and _DUTCH_ALONE.fullmatch(value) and weak > Said.NOTHING:
        return HIGH
    beside = weak in {Said.BESIDE, Said.ABOVE} or (
        weak is Said.NEAR and loud and WEAK_LABELS.close(context, start, end)
    )
    if weak is Said.DIRECT or (dutch and beside):
        return HIGH
    return LOW if alone and Said.RIVAL not in {said, weak} else None


def _travels(context: Context, start: int, end: int) -> bool:
    """Whether what is written around it is about journeys, identity or a person who is called by name."""
    if context.near(_AROUND, start, end, before=160, after=120):
        return True
    first, last = context.line(start)
    return called(context, max(first, start - _LINE_LETTERS), min(last, end + _BESIDE_LETTERS))


def _zones(text: str) -> Iterator[Hit]:
    """Numbers in the lines machines read: by check digits, or by the fillers such a line has where it is miscopied."""
    if "<" in text:
        for line in _ZONE.finditer(text):
            number, *checked = line.groups()
            fields = (number, *checked)
            proven = all(mrz_digit(field) == digit for field, digit in zip(fields[::2], fields[1::2], strict=True))
            if proven or text.startswith("<<", line.end()):
                yield Hit(line.start(1), line.end(1), number.strip("<") or number, HIGH)
        for line in _ZONE_CARD.finditer(text):
            if mrz_digit(line[1]) == line[2] or line.group().endswith("<<"):
                yield Hit(line.start(1), line.end(1), line[1].strip("<") or line[1], HIGH)
    if "D1NLD" in text:
        for line in _ZONE_LICENCE.finditer(text):
            yield Hit(line.start(1), line.end(1), line[1], HIGH)

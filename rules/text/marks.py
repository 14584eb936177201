"""Numbers and letters that may be marks: 1 to 10 with a decimal, `5-`, `7½`, `a B+`, `een vier`, `7/10`.

Promises: total and linear. A number that is part of something else (a date, a time, a price, a version, a range, a
paragraph, a measure) is none. Whether it is somebody's mark is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NUMBER = re.compile(r"[1-9](?:0(?:[.,]0{1,2})?|[.,]\d{1,2})?(?!\d)(?:½|[+-](?![\w]))?")
_DIGITS_MAX = 2
_GLUED_BEFORE = frozenset("0123456789.,:€$£§#/_+=~^*°@&'’([{<")
_UNIT = re.compile(
    r"[a-z]|[:/](?!1?0\b|20\b|10\b)|[-–][ ]?\d|[ ][-–][ ]\d|,-|[.,]\d|[ ]?(?:%|‰|€|°|(?:km|cm|mm|m|m2|"
    r"kg|gram|g|l|liter|ml|uur|uren|u|h|hours?|min|minuten|minutes?|sec|seconden|euro|eur|ct|cent|gb|mb|"
    r"kb|tb|ghz|inch|"
    r"procent|percent|graden|degrees|jaar|jarige?|years?|dagen|days?|weken|weeks?|maanden|months?|keer|"
    r"maal|x|stuks?|punten? per|pnt|punten|punt|havo|vwo|mavo|vmbo|gymnasium|boeken|exemplaren|miljoen|"
    r"mln|mld|kilometer|meter|"
    r"kilo|leerlingen|pupils|students|personen|ec|fte|pagina's|pages|blz|e|de|ste|st|nd|rd|th|goals?|"
    r"doelpunten|watt|volt|kwh|plaatsen|lessen|lesuren|sterren|stars)\b|t/m|tot(?: en met)?[ ]\d|to[ "
    r"]\d|[*×+=^<>][ ]?\d)"
)
_PART = re.compile(
    r"(?:\b(?:hoofdstuk|hfst|hst|h|ch|chapters?|par|paragraaf|paragrafen|section|sections|opgaven?|"
    r"opdracht|opdrachten|som|sommen|oefening|ex|exercises?|blz|bladzijde|pag|pagina|pages?|p|pp|versie|"
    r"version|release|"
    r"lokaal|kamer|room|zaal|gebouw|deel|part|module|unit|les|lesson|artikel|art|lid|bijlage|figuur|fig|"
    r"tabel|table|vraag|question|nr|nummer|no|stap|step|niveau|level|groep|klas|leerjaar|jaar|year|"
    r"grade level|"
    r"week|wk|periode|perron|lijn|bus|spoor|uur|om|at|tot|tussen|between|van [\d.,]+ tot|minimaal|"
    r"maximaal|minstens|hoogstens|ph|python|windows|ios|android|word|v|update|usb|bluetooth|prijs|kost|"
    r"kosten|costs?|per|"
    r"factor|weging|weight|wegingsfactor|telt|counts|nog|binnen|over|na|cao|ruim|circa|ca|ongeveer|"
    r"about|around|bestaat uit)[. :]{0,2}(?:nr\.?[ ])?|\d[ ]?[-–][ ]?|t/m[ ]|€[ ]?|\$[ ]?|\d[ "
    r"]?[x×*+=][ ]?|[vV])\Z"
)
# `in 1.12` is a room, `blz. 4 en 5` are two pages.
_ROOM = re.compile(r"\d\.\d\d")
_PLACE = re.compile(r"\b(?:in|naar|uit|op|to|from)[ ]\Z")
_LISTED = re.compile(
    r"\b(?:p|blz|pag|pagina|pp|bladzijde|opgaven?|opdracht(?:en)?|hoofdstuk|hst|som(?:men)?|vraag|"
    r"vragen|paragraaf|unit|units|chapters?|pages?|"
    r"exercises?|questions?|lokaal|week|weken|periode)\.?[ ]\d+(?:[.,]\d+)?(?:[ ](?:en|and|of|or)[ ]|,[ ]|/)\Z"
)
# Scores of the test at the end of primary school are 500 to 550.
_CITO = re.compile(r"(?:cito|eindtoets|doorstroomtoets)[\w-]{0,12}[^.\d\n]{0,30}(?P<mark>5[0-5]\d)(?!\d|[.,]\d)")
_LEADING = frozenset("een 'n dikke magere mooie kleine ruime zware hele keurige nette krappe lage hoge".split())
_BEFORE_OF = frozenset("0123456789/.,-")
# What may follow a whole number that is a mark, if a word does.
_AFTER_WHOLE = frozenset(
    "voor en and op in of or bij gemiddeld gehaald gekregen staan gescoord behaald for on at nu maar "
    "but is was had heeft dus so met with "
    "als helaas oef uit the dat vorige this last now again weer".split()
)
_WORD_BEHIND = re.compile(r"[ ]([a-z][\w&]*)")
_ORDINAL = re.compile(
    r"\b(?:quiz|toets|test|paper|term|blok|ronde|round|set|team|pw|so|se|exam|poging|kans|rij|semester|"
    r"trimester|havo|vwo|mavo|vmbo|atheneum|gymnasium|grade|form)[ ]\Z"
)
_LETTER = re.compile(r"[A-F](?:[ ](?:min|minus|plus)\b|[+*-]|(?=[\s.,;:)!?]|\Z))(?=[\s.,;:)!?]|\Z)")
_BEFORE_LETTER = re.compile(
    r"\b(?:(?:got|gets|get|received|earned|scored|has|have|had|with|given|gave|from|to|is|was|achieved|"
    r"kreeg|haalde|scoorde|een|a|an|straight|predicted|grade|grades|mark|marks|final|"
    r"English|Maths?|Biology|Chemistry|Physics|History|Geography|French|German|Spanish|Art|Music|Science)[: ]{1,2}"
    r"(?:a |an |solid |low |high |only |him |her )*)\Z"
)
_SPELLED = re.compile(
    r"(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien)(?:[ ]?(?:plus|min|komma[ ]\w+|en een half|"
    r"eneenhalf))?(?=[ ](?:voor|op|naar|en|to|gehaald|gekregen|gescoord|behaald|bij|in|gemiddeld)\b|[.,;!)]|\Z)"
)
_BEFORE_SPELLED = re.compile(
    r"\b(?:een|'n)[ ](?:(?:dikke|magere|mooie|kleine|ruime|zware|hele|keurige|nette|krappe|lage|hoge)[ ])?\Z"
)
# "twee vijven en een vier"
_COUNTED = re.compile(
    r"\b(?:een|twee|drie|vier|vijf|zes|[2-9])[ ](?:dikke |ruime |lage )?(?:enen|tweeën|drieën|drieen|vieren"
    r"|vijven|zessen|zevens|achten|negens"
    r"|tienen)\b"
)
# "38 van de 60 punten", "12 vd 40", "17 out of 20"
_POINTS = re.compile(
    r"(?<![\d.,])\d{1,3}[ ]?(?:van de|vd|v\.d\.|uit de|van het maximum van|out of|of the)[ ](?:the[ ])?\d{2,3}"
    r"(?:[ ]?(?:punten|pnt|pt|points|marks|vragen goed|goed)\b)"
)
_OF = re.compile(r"\d{1,3}(?:%|(?:[.,]\d)?[ ]?/[ ]?(?:100|10|20)(?![\d/-]))")


def numbers(text: str, folded: str, runs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it has a decimal, of every number that may be a mark; `runs` are those of digits."""
    for start, end in runs:
        found = _NUMBER.match(text, start) if end - start <= _DIGITS_MAX else None
        if found is None:
            continue
        first, last = found.span()
        before = text[first - 1] if first else " "
        if (before in _GLUED_BEFORE or before.isalnum()) and (before != "(" or text[last : last + 1] != ")"):
            continue
        if before == "-" and (first < 2 or not text[first - 2].isspace()):
            continue
        if _UNIT.match(folded, last, last + 16) or _PART.search(folded, max(0, first - 24), first):
            continue
        decimal = "," in found[0] or "." in found[0]
        if _ROOM.fullmatch(found[0]) and _PLACE.search(folded, max(0, first - 8), first):
            continue
        if _LISTED.search(folded, max(0, first - 30), first):
            continue
        if not decimal and _ORDINAL.search(folded, max(0, first - 14), first):
            continue
        if (
            not decimal
            and (behind := _WORD_BEHIND.match(text, last)) is not None
            and behind[1] not in _AFTER_WHOLE
            and len(behind[1]) > 3
        ):
            continue
        yield first, last, decimal


def said(text: str, folded: str, spelled: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Marks in letters and words: `got a B-`, `een dikke vijf`, `14/20`; words for numbers stand at `spelled`."""
    for found in _LETTER.finditer(text):
        if _BEFORE_LETTER.search(text, max(0, found.start() - 40), found.start()):
            yield found.span()
    for start in spelled:
        if folded[max(0, start - 10) : max(0, start - 1)].rpartition(" ")[2] not in _LEADING:
            continue
        word = _SPELLED.match(folded, start)
        if word is not None and _BEFORE_SPELLED.search(folded, max(0, start - 20), start):
            yield word.span()
    if "cito" in folded or "eindtoets" in folded or "doorstroomtoets" in folded:
        for found in _CITO.finditer(folded):
            yield found.span("mark")
    if "vij" in folded or "zessen" in folded or "ieren" in folded or "zevens" in folded:
        for found in _COUNTED.finditer(folded):
            yield found.span()
    if "punten" in folded or "points" in folded or "goed" in folded or "marks" in folded:
        for found in _POINTS.finditer(folded):
            yield found.span()
    if "/" in text or "%" in text:
        for found in _OF.finditer(text):
            if text[found.start() - 1 : found.start()] not in _BEFORE_OF:
                yield found.span()

"""Finds marks and results of a person: in a sentence, a row of a table, a list of subjects.

Promises: total and linear: sentences and rows are looked at once. HIGH: a mark beside a subject, a word for marks or a
verb of getting one, and a person in the same sentence, row or heading; LOW: nobody in sight. Averages of a class,
scores of games, prices, versions, paragraphs and ranges are no marks. The span is the phrase, in a table the numbers of
the row; the value is the span's text in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from bisect import bisect_left

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.marks import numbers, said
from rules.text.persons import Person, fold, name_at, named, person_near, said_before, sentence
from rules.text.phrases import Phrases

_SUBJECT, _SHORT, _WORD, _SPELLED, _VERDICT = "subject", "short", "word", "spelled", "verdict"
_PHRASES = Phrases(
    {
        _SUBJECT: (
            "wiskunde", "wiskunde a", "wiskunde b", "wiskunde c", "wiskunde d", "wisa", "wisb", "wisc", "wisd", "wis a", "wis b", "nederlands", "engels", "frans", "duits", "spaans", "latijn", "grieks", "fries", "turks", "arabisch", "biologie", "scheikunde", "natuurkunde", "nask", "nask1", "nask2", "aardrijkskunde",
            "geschiedenis", "economie", "bedrijfseconomie", "maatschappijleer", "maatschappijwetenschappen", "filosofie", "informatica", "rekenen", "rekentoets", "lichamelijke opvoeding", "tekenen", "handvaardigheid", "muziek", "techniek", "ckv", "kcv", "kunst", "drama", "godsdienst", "levensbeschouwing", "verzorging", "mens en maatschappij", "profielwerkstuk", "pws", "spelling", "begrijpend lezen", "kgt", "netl", "entl", "fatl", "dutl",
            "maths", "math", "mathematics", "algebra", "geometry", "calculus", "english", "dutch", "french", "german", "spanish", "latin", "greek", "biology", "chemistry", "physics", "science", "history", "geography", "economics", "business studies", "social studies", "philosophy", "computer science", "religious studies", "music", "literature", "reading", "spelling test", "dictee", "presentatie", "spreekbeurt", "boekverslag", "leesvaardigheid", "luistertoets", "mondeling", "schoolexamen", "essay", "book report", "practicum", "mediatheekopdracht", "repetitie", "schei", "aardrijks", "cito", "eindtoets", "luistervaardigheid",
        ),
        _WORD: (
            "cijfer", "cijfers", "cijfertje*", "cijferlijst", "eindcijfer", "eindcijfers", "rapportcijfer*", "toetscijfer*", "examencijfer*", "se-cijfer*", "ce-cijfer*", "proefwerkcijfer*", "gemiddelde", "gemiddeld", "se1", "se2", "se3", "se4", "schoolexamen*", "centraal examen", "rapport", "eindrapport", "tussenrapport", "resultaat", "resultaten", "toets", "toetsen", "proefwerk", "proefwerken", "herkansing", "herkanst", "deeltoets", "tentamen", "examen", "eindexamen", "score", "becijfering", "beoordeling", "beoordeeld met", "pta-toets", "toetsweek", "tto",
            "grade", "grades", "graded", "mark", "marks", "final grade", "report card", "gpa", "average", "scored", "test", "tests", "exam", "exams", "quiz", "mock", "resit", "retake", "result", "results", "coursework", "mid-term", "midterm", "assessment", "assignment", "transcript",
        ),
        _SPELLED: ("twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"),
        _VERDICT: (
            "onvoldoende", "onvoldoendes", "onvoldoende's", "onvoldoenden", "tekort", "tekorten", "tekortpunt", "tekortpunten", "verliespunten", "bleef zitten", "blijft zitten", "blijven zitten", "zitten blijven", "zittenblijven", "zitten gebleven", "blijft ze zitten", "blijft hij zitten", "zittenblijver", "gezakt", "zakte voor", "zakt voor", "geslaagd", "niet geslaagd", "doubleert", "doubleerde", "doubleren", "gedoubleerd", "doublant", "doublure", "cum laude", "niet bevorderd", "bevorderd", "buiten bevordering", "niet over", "gaat niet over", "bespreekgeval", "bespreekzone", "revisiekandidaat", "afgewezen", "staat er slecht voor", "slecht rapport", "slechte cijfers", "lage cijfers", "goede cijfers", "hoge cijfers", "laagste cijfer*", "hoogste cijfer*", "afstromen", "stroomt af", "afstroom*", "opstromen", "havo-advies", "vwo-advies", "vmbo-advies", "mavo-advies", "schooladvies", "basisschooladvies",
            "failed", "failing", "fails", "passed", "did not pass", "didn't pass", "repeat the year", "repeats the year", "repeating the year", "repeat year", "repeating year", "held back", "hold back a year", "with honours", "with distinction", "poor grades", "bad grades", "low marks", "failing grade*", "flunked", "top marks", "straight a's",
        ),
    }
)  # fmt: skip
_CROWD = re.compile(
    r"\b(?:klassengemiddelde\w*|klasgemiddelde\w*|groepsgemiddelde\w*|gemiddelde van (?:de|het|alle|klas|3|onze|deze)\b|(?:klas|groep|class|cohort|jaarlaag|vestiging|school|sectie|leerjaar) (?:\w{1,4} )?(?:haalde|haalt|scoorde|scoort|scored|had|heeft|has|gemiddeld|stond|staat|average)|class average|average of|average mark|"
    r"landelijk\w*|nationally|national average|ouders geven|leerlingen geven|parents rate|pupils rate|rated|tevredenheid\w*|satisfaction|enquête|survey|wedstrijd\w*|match|games?|gewonnen|verloren|finale|doelpunt\w*|voetbal|zaalvoetbal|volleybal|hockey|basketbal|"
    r"punten per|competitie|toernooi|tournament|sponsorloop|euro|korting|prijs|price|versie|version|update|release|temperatuur|temperature|ph-waarde|richter|magnitude|recensie\w*|review\w*|google|tripadvisor|imdb|normering|n-term|cesuur|"
    r"slagingspercentage|pass rate|gemiddeld per|klas \w+ staat gemiddeld|geven wij|gaven (?:de|wij|ouders|leerlingen)|waardering|organisatie|kantine|catering|scale|schaal|energielabel|cao|functieschaal|inspectie|schoolkeuze|keuzegids|coopertest|sprint|rondje|verspringen|hoogspringen|duurloop|shuttle\w*|formule|vergelijking|equation|gradient|coördinaten|coordinates|punt \()\b"
)  # fmt: skip
_PLURAL = re.compile(
    r"\b(?:leerlingen|kandidaten|studenten|pupils|students|candidates|iedereen|everyone|everybody|jaarlaag|wie|who|klas|class)\b"
)
_IF = re.compile(
    r"\b(?:als|indien|wanneer|bij een|wie|hoe|if|when|whoever|how|minimaal|ten minste|at least|mag|moet|moeten|must|need to|maximaal|regels?|norm|overgangsnorm\w*|voorwaarde\w*|criteria|requirements?|determinatie\w*|reglement|voorbeeld|example|stel)\b"
)
_GETS = re.compile(
    r"(?:\b(?:een|'n|n|a|an|van|naar|met|op|is|was|=|from|to|with|het cijfer|nu|now|en|and|of|maar|slechts|only)|:)[ ]{1,2}(?:(?:dikke|magere|mooie|ruime|krappe|net|slechts|just|een|a|nette)[ ]){0,2}\Z"
)
_DIRECT = re.compile(
    r"[\s:=|(\t-]{0,4}(?:(?:se|ce|toets|pw|so|t|p|se|ce|cijfer|gem\.?|gemiddeld|eindcijfer|a|b|c|d|nu|is|was|staat op|een|van|met|op|test|exam|paper|mark|grade|final|sei|periode)[ \t:]?\d?[ \t:]{0,2}){0,3}\Z"
)
_BEHIND = re.compile(
    r"[ ,(]{1,2}(?:voor|in|bij|for|on|op|aan|gemiddeld(?: voor)?|average)(?: (?:de|het|haar|zijn|mijn|the|his|her|een|a|vak|last|laatste|vorige)){0,2}[ ](?:[\w'-]+[ ]?){0,2}"
)
_INSUFFICIENT = re.compile(r"onvoldoendes?|onvoldoende.s|onvoldoenden")
_LACKING = re.compile(
    r"[ ](?:tijd|ruimte|geld|plaats|plek|informatie|licht|begeleiding|aandacht|zicht|draagvlak|animo|aanmeldingen|plaatsen|budget|kennis|materiaal|stoelen|inzet|reden|bewijs|capaciteit|middelen|toezicht|duidelijk\w*|ingevuld|beveiligd|bekend|rekening|personeel|docenten|stroom|ventilatie|van|om|onderbouwd|betrokken|gebruik\w*|saldo|rust|grip|voorbereid)\b"
)
_FOR_OTHER = re.compile(
    r"\b(?:rijexamen|rijbewijs|zwemdiploma|theorie-examen|theorie|rijtest|driving test|avond|feest|actie|excursie|open dag|dag|project|operatie|reis|inzameling|musical|kamp|activiteit|bijeenkomst|evening|sluis)\b"
)
_GOT = re.compile(
    r"\b(?:haalde|haalt|gehaald|scoorde|scoort|gescoord|kreeg|krijgt|gekregen|behaalde|behaald|staat|stond|sta|had|heeft|heb|stijgt|gestegen|gezakt van|zakte van|gaat van|ging van|opgehaald|got|gets|received|earned|achieved|has|dropped|went from|stands)\b"
)
_CODES = frozenset(
    "ne en fa du wi na sk bi ak gs ec be lo ma mu te hv sp la gr in bsm nlt m&o kua kubv nl wa wb wisa wisb fi mw beco eng ned dui fra ges nat sch his geo phy che lit".split()
)
_HEADING = re.compile(
    r"\b(?:se ?-?\d?|ce|gem(?:iddelde?)?\.?|cijfers?|eindcijfers?|eind|toets ?\d?|t\d|p\d|per(?:iode)? ?\d|rapport\w*|r\d|pw ?\d?|so ?\d?|score|resultaat|resultaten|grades?|marks?|test ?\d?|exam|average|avg|avg\.|final|quiz ?\d?|result|results|"
    r"punt|cijferlijst|cijferoverzicht|proefwerk\w*|examen\w*|herkansing|h\d|o/v/g|beoordeling|mock|paper ?\d|term ?\d|q\d)(?![\w])"
)
_NO_HEADING = re.compile(
    r"\b(?:doelpunten|goals|tijd|time|prijs|price|bedrag|amount|leeftijd|age|lokaal|room|afstand|distance|uren|hours|uur|aantal|versie|km|kosten|euro|€|bijdrage|fte|lessen|kluis\w*|maat|size|schoenmaat|stand|wedstrijd\w*|punten|positie|rang|sets|lengte|gewicht|wedstrijdpunten|rondes?|meter|sec|plaats|nr|week)(?![\w])"
)
_NAME_LEAD = re.compile(
    r"[\s\d.)•*>|;\"-]{0,12}(?P<name>[^\d\t|;:=]{2,48}?)[\s|;:=,(\"-]{0,8}(?:\(?[A-Za-z]{0,2}\d[A-Za-z]{1,2}\d?\)?[\s|;:,]{1,3}|\d{4,9}[\s|;:,]{1,3})?\Z"
)
_FILL = re.compile(r"[^.!?\n]{0,44}\Z")
_SPAN_GAP = 48
_BY = re.compile(r"\b(?:aldus|zegt|volgens|vindt|groet|said|says|according)\b")
_PAIR_GAP = 14
_CODE = re.compile(r"(?<![\w&])([A-Za-z&]{2,4})[ :=|\t]{1,3}\Z")
_CUT = re.compile(r"[\t;|]")
_GETS_ONE = re.compile(r"een [1-9]|a [1-9]|\b(?:so|pw|se|ce|po|pta) ")
_LITTLE = re.compile(r"\b(?:so|pw|se|ce|po|pta|gem\.?|sta)\b(?: [a-z' -]{2,24})?[ :]{1,2}\Z")


def find(context: Context) -> tuple[Hit, ...]:
    """Every phrase with a mark or a result of somebody, in order."""
    text, folded = context.text, context.folded
    found = _PHRASES.find(context.flat)
    anchors = [hit for hit in found if hit[2] != _SPELLED]
    marks = list(numbers(text, folded, 0, len(text)))
    coded = _coded(context, marks)
    if (
        not anchors
        and not coded
        and not (marks and _CUT.search(text))
        and not (marks and _GETS_ONE.search(context.flat))
    ):
        return ()
    letters = list(said(text, folded, [start for start, _, sort in found if sort == _SPELLED]))
    places = [(start, end) for start, end, sort in anchors if sort == _VERDICT]
    places += [(start, end) for start, end, _ in marks]
    places += letters
    anchors = sorted((*anchors, *coded))
    hits = list(_rows(context, marks)) if marks else []
    done = 0
    for start, end in sorted(places):
        if start < done:
            continue
        left, right = sentence(context, start, end)
        left = max(left, done)
        done = max(right, end)
        inside = anchors[bisect_left(anchors, (left,)) : bisect_left(anchors, (right,))]
        within = marks[bisect_left(marks, (left,)) : bisect_left(marks, (right,))]
        spoken = [mark for mark in letters if left <= mark[0] < right] if letters else []
        hits += _sentence(context, left, right, inside, within, spoken)
    return _merged(hits)


def _coded(context: Context, marks: list[tuple[int, int, bool]]) -> list[tuple[int, int, str]]:
    """Short names of subjects right before numbers: `NE 6,1`; in small letters if several follow each other."""
    found: list[tuple[int, int, str]] = []
    small: list[tuple[int, int, str]] = []
    for start, _, _ in marks:
        code = _CODE.search(context.text, max(0, start - 12), start)
        if code is None or code[1].lower() not in _CODES:
            continue
        each = (*code.span(1), _SHORT)
        if code[1].isupper():
            found.append(each)
        elif small and each[0] - small[-1][1] <= _PAIR_GAP:
            found += [each] if small[-1] in found else [small[-1], each]
            small.append(each)
        else:
            small.append(each)
    return found


def _merged(hits: list[Hit]) -> tuple[Hit, ...]:
    hits.sort(key=lambda hit: (hit.start, hit.end))
    kept: list[Hit] = []
    for hit in hits:
        if kept and hit.start < kept[-1].end:
            if kept[-1].confidence == LOW and hit.confidence == HIGH:
                kept[-1] = hit
            continue
        kept.append(hit)
    return tuple(kept)


def _hit(context: Context, start: int, end: int, confidence: str) -> Hit:
    return Hit(start, end, context.folded[start:end], confidence)


# --- rows


def _rows(context: Context, marks: list[tuple[int, int, bool]]) -> Iterator[Hit]:
    """Rows of a name and numbers under a heading, or below a line, that speaks of marks."""
    text, folded = context.text, context.folded
    index = 0
    announced = False
    blank = 0
    for number, first in enumerate(context.lines):
        last = context.lines[number + 1] if number + 1 < len(context.lines) else len(text)
        line = folded[first:last]
        of_line = []
        while index < len(marks) and marks[index][0] < last:
            start, end, _ = marks[index]
            if text[first:start].strip() or text[end : end + 1] not in {".", ")"}:
                of_line.append(marks[index])
            index += 1
        if not line.strip():
            blank += 1
            announced = announced and blank < 2
            continue
        blank = 0
        if not of_line:
            if _NO_HEADING.search(line) and not _HEADING.search(line):
                announced = False
            elif _HEADING.search(line) or (len(line) < 80 and _has_subject(line)) or _codes(line):
                announced = not _CROWD.search(line)
            elif len(line) > 80:
                announced = False
            continue
        if (
            _HEADING.search(line)
            and not any(decimal for _, _, decimal in of_line)
            and not _is_row(context, first, of_line)
        ):
            announced = not _CROWD.search(line)
            continue
        if not announced:
            continue
        of_line = [mark for mark in of_line if not _NO_HEADING.search(context.heading(mark[0]))]
        if not of_line:
            continue
        if _is_row(context, first, of_line):
            yield _hit(context, of_line[0][0], of_line[-1][1], HIGH)


def _is_row(context: Context, first: int, marks: list[tuple[int, int, bool]]) -> bool:
    lead = _NAME_LEAD.match(context.text, first, marks[0][0])
    return lead is not None and name_at(context, lead.start("name"), lead.end("name"))


def _codes(line: str) -> bool:
    return (
        len(line) < 200
        and len(_CODES.intersection(re.split(r"[\t|; ]+", line.strip()))) >= 2
        and not line.strip().endswith((".", "!", "?"))
    )


def _has_subject(line: str) -> bool:
    return any(sort == _SUBJECT for _, _, sort in _PHRASES.find(line))


# --- sentences


def _sentence(
    context: Context,
    left: int,
    right: int,
    anchors: list[tuple[int, int, str]],
    marks: list[tuple[int, int, bool]],
    letters: list[tuple[int, int]],
) -> Iterator[Hit]:
    text, folded, flat = context.text, context.folded, context.flat
    spans: list[tuple[int, int]] = []
    for start, end, decimal in marks:
        if (span := _marked(context, left, start, end, anchors, decimal=decimal)) is not None:
            spans.append(span)
    for start, end in letters:
        if any(hit[2] in {_SUBJECT, _WORD} for hit in anchors) or (len(text[start:end]) > 2 and text[start].isalpha()):
            behind = _BEHIND.match(flat, end, min(right, end + 40))
            spans.append((start, behind.end() if behind else end))
    verdicts = [
        (start, end) for start, end, sort in anchors if sort == _VERDICT and _is_verdict(flat, left, right, start, end)
    ]
    if not spans and not verdicts:
        return
    confidence = _confidence(context, left, right, spans, verdicts)
    if confidence is None:
        return
    runs: list[list[int]] = []
    for start, end in sorted(spans + verdicts):
        if runs and start - runs[-1][1] <= _SPAN_GAP:
            runs[-1][1] = max(runs[-1][1], end)
        else:
            runs.append([start, end])
    for start, end in runs:
        yield _hit(context, start, end, confidence)


def _marked(
    context: Context, left: int, start: int, end: int, anchors: list[tuple[int, int, str]], *, decimal: bool
) -> tuple[int, int] | None:
    """The phrase around a number that is a mark: from its subject or word, or to the subject behind it."""
    flat = context.flat
    before = [
        hit
        for hit in anchors
        if hit[1] <= start and hit[0] >= start - _SPAN_GAP and hit[2] in {_SUBJECT, _WORD, _SHORT}
    ]
    for first, last, sort in reversed(before):
        between = flat[last:start]
        if _DIRECT.match(between):
            return first, end
        if (
            sort != _SHORT
            and (decimal or (sort == _WORD and between.endswith(": ")))
            and _FILL.match(between)
            and not any(letter.isdigit() for letter in between)
        ):
            return first, end
    behind = _BEHIND.match(flat, end, end + 40)
    after = [hit for hit in anchors if end <= hit[0] <= end + 30 and hit[2] in {_SUBJECT, _WORD}]
    if behind is not None and after and after[0][0] < behind.end() + 2:
        return start, after[0][1]
    if decimal and (little := _LITTLE.search(flat, max(left, start - 40), start)) is not None:
        return little.start(), end
    if _GETS.search(flat, max(0, start - 40), start):
        if decimal and (before or after):
            return start, end
        got = _GOT.search(flat, max(left, start - 60), start)
        if got is not None and (decimal or after or before or flat.startswith(("een ", "a "), start - 4)):
            # Who got it stands before it: "de app scoort een 7,9, aldus Jan".
            if (
                named(context, left, start)
                or person_near(context, start, start) >= Person.SAID
                and not _BY.search(flat, end, end + 60)
            ):
                return start, end
    if decimal and (before and not any(letter.isdigit() for letter in flat[before[-1][1] : start]) or after):
        return start, end
    if before and re.match(r"[\s,;/&+en-]{1,5}\Z", flat[start - 2 : start]) and decimal:
        return start, end
    return None


def _is_verdict(flat: str, left: int, right: int, start: int, end: int) -> bool:
    word = flat[start:end]
    if _INSUFFICIENT.fullmatch(word):
        return _LACKING.match(flat, end, end + 16) is None
    if word in {
        "gezakt",
        "geslaagd",
        "niet geslaagd",
        "passed",
        "failed",
        "fails",
        "failing",
        "bevorderd",
        "afgewezen",
        "tekort",
        "tekorten",
    }:
        if _FOR_OTHER.search(flat, left, right):
            return False
        if word in {"passed", "failed", "fails", "failing", "tekort", "tekorten", "afgewezen"}:
            return any(
                True
                for _ in re.finditer(
                    r"\b(?:exams?|tests?|maths?|mathematics|english|french|german|history|biology|physics|chemistry|year|class|course|subject|finals|resit|vakken|punten|examen|wiskunde|engels|vak)\b",
                    flat[left:right],
                )
            )
    return True


def _confidence(
    context: Context, left: int, right: int, spans: list[tuple[int, int]], verdicts: list[tuple[int, int]]
) -> str | None:
    flat = context.flat
    first = min(spans + verdicts)
    person = Person.NAMED if named(context, left, right) else person_near(context, *first)
    crowd = _CROWD.search(flat, left, right) is not None
    if person is Person.NAMED:
        return LOW if crowd else HIGH
    if crowd:
        return None
    plural = _PLURAL.search(flat, left, right) is not None
    if person is Person.SAID:
        return LOW if plural or _IF.search(flat, left, first[0]) else HIGH
    if plural or _IF.search(flat, left, right):
        return None
    return (
        HIGH
        if said_before(context, left) and (len(spans) > 1 or verdicts or person is Person.SOMEBODY or spans)
        else LOW
    )

"""Finds citizen service numbers (BSN, formerly sofi): domain.md 2.1.

Promises: linear. Sure where the proof by eleven holds and a label, a heading or a number like it right before says
so;
in doubt where only the proof holds, as it does for one number in eleven. `Hit.value` is nine digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.text.checks import Nine, eleven, nines
from rules.text.context import Context, Words
from rules.text.hits import HIGH, LOW, Hit
from rules.text.labels import PERSONAL_NUMBERS, Labels, Said, up_the_list
from rules.text.persons import named

LABELS = Labels(
    PERSONAL_NUMBERS, weak=("sofi", "fiscaal", "ssn"), prefixes=("bsn", "burgerservice", "sofi", "persoonsgebonden")
)
# A list goes on: the next number stands so near behind the last sure one.
# Among the particulars of somebody who is named, a number that proves itself is taken for one.
_PARTICULARS = Words(
    *"dochter geb geboren geboortedatum born leerling* jeugdzorg jeugdarts identiteit* cliënt patiënt zoon".split()
)
_CHAIN_LETTERS = 80
_MISREAD = re.compile(r"(?<![^\W_])(?=[0-9]*[oOlI|SBZ])[0-9oOlI|SBZ]{8,9}(?![^\W_])")
_LINE_LETTERS = 120
_STEMS = ("bsn", "ervice", "sofi", "pgn", "persoonsg")
_BEHIND_LETTERS = 50
_READ = str.maketrans("oOlI|SBZ", "00111582")


def find(context: Context) -> tuple[Hit, ...]:
    """Every number that proves itself, in order."""
    hits: list[Hit] = []
    sure_until, done = -_CHAIN_LETTERS - 1, 0
    for nine in nines(context):
        value = nine.digits.zfill(9)
        if nine.start < done or eleven(value) or not int(value):
            continue
        said = LABELS.said(context, nine.start, nine.end)
        if said is Said.NOTHING and nine.plain and nine.start - sure_until <= _CHAIN_LETTERS:
            said = Said.NEAR
        if said is Said.NOTHING and _among_particulars(context, nine):
            said = Said.NEAR
        if _sure(context, nine, said):
            sure_until = nine.end
            hits.append(Hit(nine.start, nine.end, value, HIGH))
        elif nine.plain and len(nine.digits) == 9 and said is not Said.RIVAL:
            hits.append(Hit(nine.start, nine.end, value, LOW))
        else:
            continue
        done = nine.end
    taken = {at for hit in hits for at in (hit.start, hit.end)}
    hits += (hit for hit in _misread(context) if taken.isdisjoint((hit.start, hit.end)))
    return tuple(up_the_list(context.text, sorted(hits, key=lambda hit: hit.start)))


def candidates(context: Context) -> tuple[Hit, ...]:
    """Every number that could be one whatever it is called: findings only where the roster knows the value."""
    return tuple(
        Hit(nine.start, nine.end, value, LOW)
        for nine in nines(context)
        if not eleven(value := nine.digits.zfill(9)) and int(value)
    )


def _sure(context: Context, nine: Nine, said: Said) -> bool:
    if len(nine.digits) == 8:
        return said is Said.DIRECT and not nine.dated
    return said is Said.DIRECT or (said >= Said.NEAR and (nine.plain or LABELS.close(context, nine.start, nine.end)))


def _among_particulars(context: Context, nine: Nine) -> bool:
    start, end = context.line(nine.start)
    start, end = max(start, nine.start - _LINE_LETTERS), min(end, nine.end + _LINE_LETTERS)
    if (
        not nine.plain
        or len(nine.digits) != 9
        or not context.near(_PARTICULARS, nine.start, nine.end, before=120, after=60)
    ):
        return False
    return named(context, start, end, but=(nine.start, nine.end))


def _misread(context: Context) -> list[Hit]:
    """Numbers with a letter for a digit, right behind their label: `BSN 12345678Z`."""
    hits: list[Hit] = []
    done = 0
    for at in sorted(place for stem in _STEMS for place in _places(context.folded, stem)):
        for found in _MISREAD.finditer(context.text, max(at, done), at + _BEHIND_LETTERS):
            value = found.group().translate(_READ).zfill(9)
            if not eleven(value) and int(value) and LABELS.said(context, *found.span()) >= Said.NEAR:
                hits.append(Hit(*found.span(), value, HIGH))
            done = found.end()
    return hits


def _places(folded: str, stem: str) -> Iterator[int]:
    at = folded.find(stem)
    while at != -1:
        yield at
        at = folded.find(stem, at + len(stem))

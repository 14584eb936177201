"""Finds education numbers, which pupils without a BSN have: domain.md 2.1.

Promises: linear. Nine digits that start with 10 and leave 5 by eleven; sure with a label, a heading or a sure number
right before it, in doubt without. `Hit.value` is nine digits.
"""

from __future__ import annotations

from rules.text.checks import eleven, nines
from rules.text.context import Context, Words
from rules.text.hits import HIGH, LOW, Hit
from rules.text.labels import PERSONAL_NUMBERS, Labels, Said, up_the_list

# "own" is an English word too: it counts right beside the number only.
LABELS = Labels(
    PERSONAL_NUMBERS,
    weak=("own", "pgn", "duo"),
    prefixes=("bsn", "onderwijsn", "educationn", "educationid", "persoonsgebonden", "pgn", "ondw"),
)
# What is said where these numbers are used; the number itself is one in a thousand.
_TOLD = Words(
    *"duo bron rod leerling* lln nieuwkomer* inschrijv* ingeschreven bsn pgn pupil* student* asielzoeker* isk".split()
)
_CHAIN_LETTERS = 80
_REMAINDER = 5


def find(context: Context) -> tuple[Hit, ...]:
    """Every number that proves itself, in order."""
    hits: list[Hit] = []
    sure_until, done = -_CHAIN_LETTERS - 1, 0
    for nine in nines(context):
        if not _proves(nine.digits) or nine.start < done:
            continue
        said = LABELS.said(context, nine.start, nine.end)
        if said is Said.NOTHING and nine.plain and nine.start - sure_until <= _CHAIN_LETTERS:
            said = Said.NEAR
        if said is Said.NOTHING and nine.plain and context.near(_TOLD, nine.start, nine.end):
            said = Said.NEAR
        if said is Said.DIRECT or (said >= Said.NEAR and (nine.plain or LABELS.close(context, nine.start, nine.end))):
            sure_until = nine.end
            hits.append(Hit(nine.start, nine.end, nine.digits, HIGH))
        elif nine.plain and said is not Said.RIVAL:
            hits.append(Hit(nine.start, nine.end, nine.digits, LOW))
        else:
            continue
        done = nine.end
    return tuple(up_the_list(context.text, hits))


def candidates(context: Context) -> tuple[Hit, ...]:
    """Every number that could be one whatever it is called: findings only where the roster knows the value."""
    return tuple(Hit(nine.start, nine.end, nine.digits, LOW) for nine in nines(context) if _proves(nine.digits))


def _proves(digits: str) -> bool:
    return len(digits) == 9 and digits.startswith("10") and eleven(digits) == _REMAINDER

"""The scan: every detector over one text, and what they found told apart.

Promises: pure, total, linear; findings in order of their places, which are code points of the text as given. Where two
kinds claim the same place one has it: a sure finding before a doubtful one, then the kind that proves itself better,
then the longer. Values of the school and addresses people are reached by at work are no findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rules.detectors import email_address
from rules.people import Roster
from rules.people.looks import BEFORE
from rules.people.own import Own, Standing
from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.patterns import OwnPattern
from rules.text.runs import normalise

Detector = Callable[[Context], tuple[Hit, ...]]

# What proves itself best stands first, a check sum before a form, a form before a phrase: iban, bsn, education_number,
# id_document, email_address, phone, student_number, birth_date, home_address, credentials, grades, health.
DETECTORS: Mapping[str, Detector] = {
    "email_address": lambda context: email_address.find(context.text),
}
# Phrases about a person: other values may stand in the middle of one, and both are found.
PHRASES = frozenset({"health"})
_RANK = {kind: rank for rank, kind in enumerate(DETECTORS)}


@dataclass(frozen=True, slots=True)
class Found:
    """text[start:end] is private data of a kind; `value` is what it is looked up by."""

    kind: str
    start: int
    end: int
    confidence: str
    value: str = field(repr=False)


def compile(  # noqa: A001 - as rules.judge has it
    roster: Roster, private_mail: frozenset[str] = frozenset(), patterns: tuple[OwnPattern, ...] = ()
) -> Scanner:
    """Make a scanner for one school. `private_mail` names webmail, `patterns` are the administrators' own."""
    return Scanner(Own.of(roster, private_mail), patterns)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Immutable; serves any number of texts at once."""

    own: Own = field(repr=False)
    patterns: tuple[OwnPattern, ...] = ()

    def scan(self, text: str) -> tuple[Found, ...]:
        """Everything private in a text, sure or doubtful."""
        normal = normalise(text)
        context = Context(normal.text)
        found = [
            known
            for kind, find in DETECTORS.items()
            for hit in find(context)
            if (known := self._known(kind, hit, context)) is not None
        ]
        for pattern in self.patterns:
            found += (
                Found(pattern.kind, hit.start, hit.end, hit.confidence, hit.value) for hit in pattern.find(context)
            )
        placed = []
        for one in told_apart(found, len(context.text)):
            start, end = normal.source(one.start, one.end)
            placed.append(Found(one.kind, start, end, one.confidence, one.value))
        return tuple(sorted(placed, key=lambda one: (one.start, one.end, one.kind)))

    def _known(self, kind: str, hit: Hit, context: Context) -> Found | None:
        """The hit as a finding of this school; None if it is nobody's private data."""
        before = context.text[max(0, hit.start - BEFORE) : hit.start]
        standing = self.own.standing(kind, hit.value, context.text[hit.start : hit.end], before)
        if standing is Standing.PUBLIC:
            return None
        confidence = LOW if standing is Standing.DOUBTFUL else hit.confidence
        return Found(kind, hit.start, hit.end, confidence, hit.value)


def told_apart(found: list[Found], length: int) -> list[Found]:
    """Leave out what lies for half or more under a finding of another kind that goes first. Linear."""
    kinds = {one.kind for one in found if one.kind in _RANK}
    if len(kinds) < 2:
        return found
    owner = bytearray(length)
    kept = []
    for one in sorted(found, key=_first):
        if one.kind not in _RANK:
            kept.append(one)  # the administrators' own kinds stand beside any other
            continue
        mark = _RANK[one.kind] + 1
        under = owner[one.start : one.end]
        taken = len(under) - under.count(0) - under.count(mark)
        if taken * 2 >= len(under) and taken:
            continue
        kept.append(one)
        if one.kind not in PHRASES:
            owner[one.start : one.end] = bytes(old or mark for old in under)
    return kept


def _first(one: Found) -> tuple[bool, int, int, int]:
    return one.confidence != HIGH, _RANK.get(one.kind, len(_RANK)), one.start - one.end, one.start

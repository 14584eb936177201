"""The scan: every detector over one text, and what they found told apart.

Promises: pure, total, linear; findings in order of their places, which are code points of the text as given. Where two
kinds claim the same place one has it: a sure finding before a doubtful one, then the kind that proves itself better,
then the longer. Values of the school and addresses people are reached by at work are no findings. What the roster
knows by its value is sure, whatever stands around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rules.detectors import (
    birth_date,
    bsn,
    credentials,
    education_number,
    email_address,
    grades,
    health,
    home_address,
    iban,
    id_document,
    phone,
    student_number,
)
from rules.detectors.person_name import Names
from rules.people import Roster, ValueIndex
from rules.people.looks import BEFORE
from rules.people.own import Own, Standing
from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.patterns import OwnPattern
from rules.text.runs import normalise

Detector = Callable[[Context], tuple[Hit, ...]]

# What proves itself best stands first, a check sum before a form, a form before a phrase.
DETECTORS: Mapping[str, Detector] = {
    "iban": iban.find,
    "bsn": bsn.find,
    "education_number": education_number.find,
    "id_document": id_document.find,
    "email_address": lambda context: email_address.find(context.text),
    "phone": phone.find,
    "student_number": student_number.find,
    "birth_date": birth_date.find,
    "home_address": home_address.find,
    "credentials": credentials.find,
    "grades": grades.find,
    "health": health.find,
}
# Numbers that say nothing by themselves: findings where the roster knows them.
CANDIDATES: Mapping[str, Detector] = {
    "bsn": bsn.candidates,
    "education_number": education_number.candidates,
    "student_number": student_number.candidates,
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


@dataclass(frozen=True, slots=True)
class Name:
    """text[start:end] is a name; `ids` are those who are called so."""

    start: int
    end: int
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says."""

    found: tuple[Found, ...]
    named: tuple[Name, ...]


def compile(  # noqa: A001 - as rules.judge has it
    roster: Roster,
    private_mail: frozenset[str] = frozenset(),
    patterns: tuple[OwnPattern, ...] = (),
    index: ValueIndex | None = None,
) -> Scanner:
    """Make a scanner for one school. `private_mail` names webmail, `patterns` are the administrators' own.

    `index` knows whose a value is; without it a number is only what the words around it say.
    """
    return Scanner(Own.of(roster, private_mail), Names(roster.people.values()), patterns, index)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Immutable; serves any number of texts at once."""

    own: Own = field(repr=False)
    names: Names = field(repr=False)
    patterns: tuple[OwnPattern, ...] = ()
    index: ValueIndex | None = field(default=None, repr=False)

    def scan(self, text: str) -> tuple[Found, ...]:
        """Everything private in a text, sure or doubtful."""
        return self.read(text).found

    def read(self, text: str) -> Reading:
        """The same, and who of the directory is named."""
        normal = normalise(text)
        context = Context(normal.text)
        names = self.names.find(context)
        context.names = tuple((name.start, name.end) for name in names)
        found = [
            known
            for kind, find in DETECTORS.items()
            for hit in find(context)
            if (known := self._known(kind, hit, context)) is not None
        ]
        found += self._owned(context)
        for pattern in self.patterns:
            found += (
                Found(pattern.kind, hit.start, hit.end, hit.confidence, hit.value) for hit in pattern.find(context)
            )
        placed = []
        for one in told_apart(found, len(context.text)):
            start, end = normal.source(one.start, one.end)
            placed.append(Found(one.kind, start, end, one.confidence, one.value))
        return Reading(
            tuple(sorted(placed, key=lambda one: (one.start, one.end, one.kind))),
            tuple(Name(*normal.source(name.start, name.end), self._ids(name.value)) for name in names),
        )

    def _ids(self, name: str) -> frozenset[str]:
        return frozenset(self.names.owners(name))

    def _owned(self, context: Context) -> Iterable[Found]:
        """Numbers the roster knows that no words tell of."""
        if (index := self.index) is None:
            return ()
        return (
            Found(kind, hit.start, hit.end, HIGH, hit.value)
            for kind, find in CANDIDATES.items()
            for hit in find(context)
            if index.owners(kind, hit.value)
        )

    def _known(self, kind: str, hit: Hit, context: Context) -> Found | None:
        """The hit as a finding of this school; None if it is nobody's private data."""
        before = context.text[max(0, hit.start - BEFORE) : hit.start]
        standing = self.own.standing(kind, hit.value, context.text[hit.start : hit.end], before)
        if standing is Standing.PUBLIC:
            return None
        confidence = LOW if standing is Standing.DOUBTFUL else hit.confidence
        if confidence == LOW and self.index is not None and self.index.owners(kind, hit.value):
            confidence = HIGH
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

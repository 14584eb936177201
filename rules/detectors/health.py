"""Finds what is said of the health of a person: illness, disability, medicine, care, youth care (domain.md 2.2).

Promises: total and linear: every word of the lists opens one bounded window. HIGH: the words, and a person in the same
sentence or row; LOW: nobody in sight, or somebody who may be anybody. Talk about health as such (a lesson, a leaflet,
a policy, a first-aid course) is no finding. The span is the word with what belongs to it, the value the word alone.
"""

from __future__ import annotations

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.lexicon import book
from rules.text.lexicon import health as lexicon
from rules.text.persons import Person, name_at, named, person_near, said_before, sentence


def find(context: Context) -> tuple[Hit, ...]:
    """Every phrase about somebody's health, in order."""
    hits: list[Hit] = []
    for start, end, sort in book.found(context, lexicon.PHRASES):
        if hits and start < hits[-1].end and end <= hits[-1].end:
            continue
        word = context.text[start:end]
        if word.lower() in lexicon.HEADS and context.text.startswith(lexicon.AFTER_HEAD, end):
            continue
        if lexicon.OF_SCHOOL.search(context.folded, start, end):
            continue
        if word.lower() in lexicon.ONLY_CAPITALS and not word.isupper():
            continue
        confidence = _confidence(context, start, end, sort)
        if confidence is None:
            continue
        hits.append(Hit(_begin(context, start), end, context.folded[start:end], confidence))
    return _phrases(context, hits)


def _phrases(context: Context, hits: list[Hit]) -> tuple[Hit, ...]:
    """Words of one phrase as one hit: over each other, or near each other with nobody named between."""
    kept: list[Hit] = []
    for hit in hits:
        last = kept[-1] if kept else None
        if last is not None and (
            hit.start < last.end
            or (
                hit.confidence == last.confidence
                and hit.start - last.end <= lexicon.PHRASE_GAP
                and not lexicon.APART.search(context.text, last.end, hit.start)
            )
        ):
            confidence = HIGH if HIGH in {hit.confidence, last.confidence} else LOW
            kept[-1] = Hit(last.start, max(hit.end, last.end), last.value, confidence)
        else:
            kept.append(hit)
    return tuple(kept)


def _begin(context: Context, start: int) -> int:
    before = lexicon.ADJECTIVE.search(context.flat, max(0, start - 40), start)
    return before.start() if before is not None else start


def _confidence(context: Context, start: int, end: int, sort: str) -> str | None:
    flat = context.flat
    left, right = sentence(context, start, end)
    before = flat[max(left, start - 60) : start]
    possessed = lexicon.POSSESSED.search(before) is not None
    if (lexicon.TOPIC.search(before) and not possessed) or lexicon.PRESENTED.search(flat, left, start):
        return None
    if flat[start:end].startswith(lexicon.BROKEN) and not lexicon.LIMB.search(
        flat, max(left, start - 25), min(right, end + 25)
    ):
        return None
    if lexicon.NOT.search(before) or lexicon.SAYING.match(flat, end):
        return None
    person = person_near(context, start, end)
    if person is not Person.NAMED and _row_names(context, start):
        return HIGH
    if lexicon.THINGS.search(flat, left, right):
        return LOW
    if possessed:
        person = max(person, Person.SAID)
    talk = lexicon.TALK.search(flat, left, right) is not None
    affirmed = possessed or lexicon.AFFIRMED.search(before) is not None
    if sort == lexicon.CARE and lexicon.OF_SOMEBODY.match(flat, end):
        affirmed = affirmed or named(context, end, min(right, end + 40))
    if sort == lexicon.CARE and (
        before.endswith(("onze ", "our "))
        or lexicon.WORKS.search(flat, left, right)
        or not (affirmed or lexicon.GIVEN_CARE.search(before))
    ):
        return LOW if person >= Person.SAID and not talk else None
    if person is Person.NAMED:
        return HIGH if affirmed or not talk else LOW
    conditional = (
        lexicon.IF.search(flat, left, start) is not None or lexicon.QUESTION.match(flat, left, right) is not None
    )
    crowd = lexicon.PLURAL.search(flat, left, right) is not None
    if person is Person.SAID:
        return HIGH if possessed or not (talk or conditional or crowd) else LOW
    if talk or conditional or crowd or person is Person.SOMEBODY:
        return None if talk else LOW
    return HIGH if affirmed and said_before(context, left) else LOW


def _row_names(context: Context, start: int) -> bool:
    """Whether a cell before it in the row of a table is a name."""
    first, _ = context.line(start)
    first = max(first, start - lexicon.ROW_LETTERS)
    return any(
        name_at(context, *cell.span())
        for cell in lexicon.CELL.finditer(context.text, first, start)
        if cell.end() < start
    )

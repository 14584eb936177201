"""Whose the private data in a message is: found values, each with the person it is about.

Promises: total; a value is looked up first, then the row or line it stands in tells, then a name before it, then the
words around it. `values` holds each value of each person once, whatever number of times it was found.
Nobody's value keeps a subject of its own: the line it stands in, so that a row counts as one person.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from rules.clauses.scene import FAMILY, Scene, Sighting
from rules.clauses.sighted import COLUMNS, EMAIL, Found, Named, Tie, Value
from rules.message import Place
from rules.people import Kind, Person, ValueIndex
from rules.text.hits import HIGH

# What a directory knows by its value. Of the rest the value says nothing about whose it is.
LOOKED_UP = frozenset({"phone", "home_address", "birth_date", "student_number", "bsn", "education_number"})
# Where and how one can be reached: signatures hold it, and so do texts about places and offices.
REACH = frozenset({"phone", "home_address"})
# A line longer than this is no line; its pieces are.
LINE_LETTERS = 400
# How far a name or a word may stand before what it is about.
NAME_LETTERS = 200
WORD_LETTERS = 40
# A signature is short, and stands below the greeting.
SIGNATURE_LETTERS = 600
_PERSONS = re.compile(
    r"(?<![^\W_])(?:(?P<mine>mij|mijn|m'n|mn|me|my)|(?P<yours>uw|jouw|jullie|your|yours)"
    r"|hem|haar|hun|hen|him|his|her|their|them|moeder|vader|ouders|mother|father|parents)(?![^\W_])"
)
_IS_OR_HAS = re.compile(r"[ \t]{1,3}(?:is|was|heeft|had|has|wordt|kreeg|krijgt|ligt)\b")
_NAME = re.compile(r"(?<![^\W_])[^\W\d_a-z][^\W\d_]*(?:['-][^\W\d_]+)*")
_CELL = re.compile(r"[;|\t]| {3,}")
_LABEL = re.compile(r"^\W*(?:Tel|Telefoon(?:nummer)?|Mob|Mobiel|Gsm|GSM|Nummer|Adres|Woonadres|Phone|Mobile|Address)\b")
_CAPITAL = re.compile(r"[^\W\d_a-z]")
_NO_WORD = re.compile(r"[\W_]+")
_GREETING = re.compile(
    r"^[ \t]*(?:(?:met )?(?:vriendelijke|hartelijke|sportieve|warme) groet|(?:veel )?groet"
    r"|mvg|m\.v\.g|hoogachtend|(?:kind|best|warm) regards|regards|yours (?:sincerely|faithfully))",
    re.IGNORECASE | re.MULTILINE,
)


def values(scene: Scene, index: ValueIndex, found: Iterable[Found], named: Iterable[Named] = ()) -> tuple[Value, ...]:
    """All of them but addresses (C3's), in the order they stand in; what is an organisation's own apart."""
    by_place: dict[int, tuple[Place, list[Found], list[Named]]] = {}
    for one in found:
        if one.kind in COLUMNS:
            by_place.setdefault(id(one.place), (one.place, [], []))[1].append(one)
    everybody: set[str] = set()
    for name in named:
        everybody |= name.ids
        if (entry := by_place.get(id(name.place))) is not None:
            entry[2].append(name)
    if not by_place:
        return ()
    receivers = frozenset(scene.outside_receivers)
    family = frozenset(pupil for address in receivers for pupil in scene.roster.families(address))
    company = _Company(scene, index, _only_one(scene, everybody), receivers, family)
    sightings = {id(sighting.place): sighting for sighting in scene.sightings}
    seen: dict[tuple[str, str, str], Value] = {}
    for place, here, names in by_place.values():
        reading = _Reading(company, sightings.get(id(place)) or Sighting(place), here, names)
        for one in here:
            if (value := reading.value(one)) is None:
                continue
            key = (value.kind, one.value, value.subject if value.owners or value.kind not in LOOKED_UP else "")
            known = seen.get(key)
            if known is None or _stronger(value, known):
                seen[key] = value
    return tuple(seen.values())


def _only_one(scene: Scene, ids: set[str]) -> tuple[Person, ...]:
    """The pupil or parent a message is about, if it names one and no other."""
    people = [person for one in ids if (person := scene.roster.person(one)) is not None]
    named = [person for person in people if person.kind is not Kind.STAFF]
    return tuple(named) if len(named) == 1 else ()


def _stronger(value: Value, known: Value) -> bool:
    """Whether another sighting of the same says more: surer, or less of a signature."""
    rank = [(one.tie is Tie.NOBODY, one.confidence == HIGH) for one in (value, known)]
    return rank[0] > rank[1]


@dataclass(frozen=True, slots=True)
class _Company:
    """What is known of a message as a whole: whom it names, who gets it, the pupils these are the family of."""

    scene: Scene
    index: ValueIndex
    about: tuple[Person, ...]
    receivers: frozenset[str]
    family: frozenset[str]


class _Reading:
    """One text: its lines, and who stands in them."""

    def __init__(self, company: _Company, sighting: Sighting, found: Sequence[Found], named: Sequence[Named]) -> None:
        self.scene, self.index, self.about = company.scene, company.index, company.about
        self.receivers, self.family = company.receivers, company.family
        self.sighting = sighting
        self.place = sighting.place
        self.text = self.place.text
        names = ((name.start, name.end, self._people(name.ids)) for name in named)
        self.names = sorted((name for name in names if name[2]), key=itemgetter(0))
        self.pupils = [name for name in self.names if any(person.kind is not Kind.STAFF for person in name[2])]
        self.known = {id(one): self._looked_up(one) for one in found}
        self.lines: dict[tuple[int, int], list[tuple[int, int, tuple[Person, ...]]]] = {}
        for one in found:
            if owners := self.known[id(one)]:
                self.lines.setdefault(self._line(one.start), []).append((one.start, one.end, owners))
        for name in self.names:
            self.lines.setdefault(self._line(name[0]), []).append(name)
        self.called: dict[tuple[int, int], list[tuple[int, int, tuple[Person, ...]]]] = {}
        self.ordinals: dict[tuple[str, str], int] = {}
        self.greeting = -1
        if self.place.kind == "text":
            self.greeting = max((greeting.end() for greeting in _GREETING.finditer(self.text)), default=-1)
        self._back: Tie | None = None

    def value(self, one: Found) -> Value | None:
        clear = self.text[one.start : one.end]
        owners = self.known[id(one)]
        if one.kind == EMAIL:  # C3's affair; here it only tells whose the line is
            return None
        if not owners and one.kind in REACH and self.index.public(one.kind, one.value, clear):
            return None
        if owners:  # two signals: its form, and that it is somebody's (domain.md section 2)
            return Value(one.kind, clear, one.where, HIGH, owners, subject_of(owners))
        if owners := self._beside(one):
            return Value(one.kind, clear, one.where, one.confidence, owners, subject_of(owners))
        return Value(one.kind, clear, one.where, one.confidence, (), self._nobody(one), self._tie(one))

    def _looked_up(self, one: Found) -> tuple[Person, ...]:
        if one.kind == EMAIL:
            inside = self.scene.audience(one.value).inside
            return () if inside else self.scene.roster.owners(one.value)
        if one.kind not in LOOKED_UP:
            return ()
        return self._people(self.index.owners(one.kind, one.value, self.text[one.start : one.end]))

    def _people(self, ids: Iterable[str]) -> tuple[Person, ...]:
        people = (self.scene.roster.person(one) for one in sorted(ids))
        return tuple(person for person in people if person is not None)

    def _line(self, at: int) -> tuple[int, int]:
        """The line a place stands in; of an endless one the piece."""
        piece = at - LINE_LETTERS
        start = max(self.text.rfind("\n", max(0, piece), at) + 1, 0)
        if start == 0 and piece > 0:
            start = at // LINE_LETTERS * LINE_LETTERS
            return start, start + LINE_LETTERS
        end = self.text.find("\n", at, start + LINE_LETTERS)
        return start, end if end != -1 else start + LINE_LETTERS

    def _beside(self, one: Found) -> tuple[Person, ...]:
        """Who stands in the same line, the nearest before; else whose name was said last, or who it is all about."""
        reach = one.kind in REACH
        beside = sorted(self.lines.get(self._line(one.start), ()), key=itemgetter(0))
        if not reach:
            told = [entry for entry in beside if self._about(entry[1], entry[2], one)]
            beside = sorted((*told, *self._first_names(one)), key=itemgetter(0))
        before = [people for at, _, people in beside if at <= one.start]
        if beside:
            return before[-1] if before else beside[0][2]
        if self._another_row(one, reach=reach):
            return ()
        last = bisect_right(self.names, one.start, key=itemgetter(0)) - 1
        if reach:  # of whoever stands near it
            near = last >= 0 and one.start - self.names[last][1] <= NAME_LETTERS
            return self.names[last][2] if near else ()
        # What is said of somebody goes on until another is named.
        if last >= 0 and self._about(*self.names[last][1:], one):
            return self.names[last][2]
        last = bisect_right(self.pupils, one.start, key=itemgetter(0)) - 1
        return self.pupils[last][2] if last >= 0 else self.about

    def _first_names(self, one: Found) -> list[tuple[int, int, tuple[Person, ...]]]:
        """First names alone in the line, of the receivers' own child or else of the one pupil who is called so.

        Many are ordinary words: they say whose marks or health it is, never whose telephone.
        """
        line = self._line(one.start)
        if (known := self.called.get(line)) is not None:
            return known
        roster, family = self.scene.roster, self.family
        whole = [(start, end) for start, end, _ in self.lines.get(line, ())]
        found = self.called[line] = []
        for word in _NAME.finditer(self.text, *line):
            pupils = roster.pupils_called(word[0])
            own = tuple(pupil for pupil in pupils if pupil.id in family)
            # Of several who are called so, one family can know only that it is none of theirs.
            if not (own or len(pupils) == 1 or (pupils and family)):
                continue
            if not any(start <= word.start() < end for start, end in whole):
                found.append((word.start(), word.end(), own or pupils))
        return found

    def _about(self, end: int, people: tuple[Person, ...], one: Found) -> bool:
        """Whether what is no telephone is of these people. Staff are mostly who says it: "Daan says he has asthma"."""
        if any(person.kind is not Kind.STAFF for person in people):
            return True
        return one.kind == "health" and end <= one.start and _IS_OR_HAS.match(self.text, end) is not None

    def _another_row(self, one: Found, *, reach: bool) -> bool:
        """Whether the line belongs to somebody we do not know: it is a row, or has a name before a telephone."""
        start, end = self._line(one.start)
        if _CELL.search(self.text, start, end) is not None:
            return True
        return reach and _CAPITAL.search(_LABEL.sub("", self.text[start : one.start])) is not None

    def _nobody(self, one: Found) -> str:
        """What counts as one person where nobody is known: a line, and in it the first, the second telephone."""
        start, end = self._line(one.start)
        line = _NO_WORD.sub("", self.text[start:end].casefold())
        number = self.ordinals[line, one.kind] = self.ordinals.get((line, one.kind), 0) + 1
        return f"={number}={line}"

    def _tie(self, one: Found) -> Tie:
        if self.place.kind == "quoted":
            return self._quoted()
        if self.place.kind != "text":
            return Tie.NOBODY
        if one.kind in REACH and 0 <= one.start - self.greeting <= SIGNATURE_LETTERS and self.greeting >= 0:
            return Tie.SENDER
        before = self.text[max(0, one.start - WORD_LETTERS) : one.start].lower()
        words = [word.lastgroup for word in _PERSONS.finditer(before)]
        if not words or words[-1] is None:
            return Tie.NOBODY
        return Tie.SENDER if words[-1] == "mine" else Tie.RECEIVER

    def _quoted(self) -> Tie:
        """Whether an earlier mail is the receivers' own: nobody else outside is named in it, known or not."""
        if self._back is None:
            scene = self.scene
            mine, receivers = self.family, self.receivers
            strangers = any(
                not scene.audience(address).inside
                and address not in receivers
                and not (scene.audience(address) in FAMILY and scene.roster.families(address) <= mine)
                for address in (hit.value for hit in self.sighting.hits)
            )
            others = any(mine.isdisjoint({one.id, *one.student_ids}) for _, _, people in self.pupils for one in people)
            self._back = Tie.NOBODY if strangers or others else Tie.RECEIVER
        return self._back


def subject_of(owners: tuple[Person, ...]) -> str:
    """One family's telephone is one person's: the first of them counts."""
    return f"!{owners[0].id}"

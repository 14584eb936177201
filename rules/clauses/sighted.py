"""Private data as it was seen in a message: what the scanner and the names report, and what becomes of it.

Promises: values only; `read` reads each text once. How a value finds its person: `whose`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from rules.clauses.scene import Scene, Sighting
from rules.message import Place
from rules.people import Person

EMAIL = "email_address"
COLUMNS: Mapping[str, str] = {
    "email_address": "contact",
    "phone": "contact",
    "home_address": "contact",
    "birth_date": "contact",
    "student_number": "contact",
    "grades": "sensitive",
    "health": "sensitive",
    "iban": "sensitive",
    "bsn": "number",
    "education_number": "number",
    "id_document": "number",
    "credentials": "credentials",
}
# Headers that hold what somebody wrote; the numbers in the others are of machines.
WRITTEN = frozenset({"subject", "thread-topic", "comments", "keywords", "content-description"})


# One control in so many letters makes a text none.
NOISE_SHARE = 50
_NOISE = dict.fromkeys([*range(9), 11, *range(14, 32), *range(0x80, 0xA0), 0xFFFD])


class Found(Protocol):
    """One finding of the scanner: place.text[start:end] is `value` in the spelling its kind is looked up by."""

    @property
    def place(self) -> Place: ...
    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def confidence(self) -> str: ...
    @property
    def where(self) -> str: ...


class Named(Protocol):
    """A name of people of the directory in a text: place.text[start:end] is one of `ids`."""

    @property
    def place(self) -> Place: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def ids(self) -> frozenset[str]: ...


class _Hit(Protocol):
    """What the scanner says of a text alone."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def confidence(self) -> str: ...


class _Name(Protocol):
    """A name in a text alone."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def ids(self) -> frozenset[str]: ...


class _Reading(Protocol):
    """What the scanner says of a text."""

    @property
    def found(self) -> tuple[_Hit, ...]: ...
    @property
    def named(self) -> tuple[_Name, ...]: ...


@dataclass(frozen=True, slots=True)
class Spotted:
    """A `Found`: what a scanner saw in a text, with the place of the text."""

    place: Place = field(repr=False)
    kind: str
    value: str = field(repr=False)
    start: int
    end: int
    confidence: str
    where: str


@dataclass(frozen=True, slots=True)
class Called:
    """A `Named`: a name somebody saw in a text, with the place of the text."""

    place: Place = field(repr=False)
    start: int
    end: int
    ids: frozenset[str]


def read(scene: Scene, look: Callable[[str], _Reading]) -> tuple[list[Spotted], list[Called]]:
    """Read every place of a message that people write in, each text once."""
    found: list[Spotted] = []
    named: list[Called] = []
    for sighting in _written(scene):
        place, reading = sighting.place, look(sighting.place.text)
        found += (
            Spotted(place, one.kind, one.value, one.start, one.end, one.confidence, sighting.where(one.start))
            for one in reading.found
        )
        named += (Called(place, one.start, one.end, one.ids) for one in reading.named)
    return found, named


def _written(scene: Scene) -> Iterator[Sighting]:
    seen: set[str] = set()
    for sighting in scene.sightings:
        place = sighting.place
        if place.text not in seen and (place.header is None or place.header.name in WRITTEN):
            if place.kind == "raw" and not _legible(place.text):
                continue
            seen.add(place.text)
            yield sighting


def _legible(text: str) -> bool:
    """Whether it is writing: any file, read as letters, holds anything somewhere. Files are read elsewhere."""
    noise = len(text) - len(text.translate(_NOISE))
    return noise * NOISE_SHARE <= len(text)


class Tie(Enum):
    """What the words say of a value that no directory knows."""

    NOBODY = "nobody"
    SENDER = "sender"
    RECEIVER = "receiver"


@dataclass(frozen=True, slots=True)
class Value:
    """One private value: `clear` as it stands `where`, whose it is, and by what. `subject` counts persons."""

    kind: str
    clear: str = field(repr=False)
    where: str
    confidence: str
    owners: tuple[Person, ...] = field(repr=False)
    subject: str = field(repr=False)
    tie: Tie = Tie.NOBODY

    @property
    def column(self) -> str:
        """The matrix's column."""
        return COLUMNS[self.kind]

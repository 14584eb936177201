"""The values of a message: envelope, header, mailbox, part's place, and what was odd about it.

Promises: frozen; offsets are into the bytes as received, so an edit can name exactly what it replaces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from rules.text.words import decode_words, unfold


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said. `mail_from` is empty for the null path; both as received, not canonical."""

    mail_from: str
    rcpt_to: tuple[str, ...]


class View(Enum):
    """Who sees it: a reader by the letter of the standards, a sloppy client, or both."""

    STRICT = "strict"
    LENIENT = "lenient"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of a header. `address` is canonical, `raw` as written, `display` decoded."""

    display: str
    address: str
    raw: str
    view: View


class HasRaw(Protocol):
    """Anything with the bytes its headers point into."""

    @property
    def raw(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Header:
    """One field: `name` in lower case; offsets in the enclosing message's bytes, `end` after its last line end."""

    name: str
    start: int
    value_start: int
    end: int
    source: bytes = field(repr=False, compare=False)
    value: bytes = field(repr=False, compare=False)  # unfolded bytes after the colon

    @classmethod
    def read(cls, name: str, start: int, value_start: int, end: int, source: bytes) -> Header:
        """Take a field out of the bytes it stands in."""
        return cls(name, start, value_start, end, source, unfold(source[value_start:end]).strip(b" \t"))

    @property
    def text(self) -> str:
        """What a reader sees: unfolded, decoded."""
        value = self.value
        return value.decode("ascii") if value.isascii() and b"=?" not in value else decode_words(value)

    def raw(self, message: HasRaw) -> bytes:
        """The whole field as it stands in the message, line ends included."""
        return message.raw[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Defect:
    """Something no standard allows but everybody reads the same way."""

    code: str
    where: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two readers would see different things. `detail` is safe to show."""

    kind: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True)
class Place:
    """One text an address can hide in. `where` is for people, `kind` for rules.

    `aside` says of a link that it is "quoted" or stands in a "signature": the author need not have put it there.
    """

    where: str
    kind: str
    text: str
    header: Header | None = None
    part_path: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class HeaderEdit:
    """Replaces raw[start:end]; an empty replacement removes the line."""

    start: int
    end: int
    replacement: bytes

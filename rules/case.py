"""What is judged, and what must be known to judge it: two values, gathered outside.

Promises: nothing here depends on the time or on history but what stands in the fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from rules.message import Envelope, Message


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends, proven by the listener. `function` is an address of the school that is no person."""

    address: str
    person_id: str | None
    function: bool
    roles: frozenset[str]


# A cell with any of these is no heading but a value: what stands in it is not repeated as the name of a place.
_VALUE_SIGNS = frozenset("0123456789@")
_HEADING_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Extract:
    """Text that was taken out of an attachment, and where it stood ("part 2: file 3: sheet 2").

    Of a `table` lines are rows and tabs cut the cells; `first_column` is the number of the first of them, from 0.
    """

    where: str
    text: str = field(repr=False)
    table: bool = False
    first_column: int = 0

    def place(self, at: int) -> str:
        """Where the letter `at` stood: `where`, in a table with the column's heading, or its letters without one."""
        if not self.table:
            return self.where
        start = self.text.rfind("\n", 0, at) + 1
        column = self.text.count("\t", start, at)
        headings = self.text.partition("\n")[0].split("\t")
        heading = headings[column] if start and column < len(headings) else ""
        if not heading or len(heading) > _HEADING_LETTERS or any(_VALUE_SIGNS & set(cell) for cell in headings):
            heading = column_letters(self.first_column + column)
        return f"{self.where}, column {heading}"


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in an attachment that nobody could look into.

    `why` is "encrypted", "damaged", "too_deep", "too_big", "unknown" or "image_only".
    """

    where: str
    why: str


def column_letters(number: int) -> str:
    """The name of a column as a spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Case:
    """One message, all envelopes it came in so far, what its attachments say and what of them can't be read."""

    message: Message
    envelopes: tuple[Envelope, ...]
    extracts: tuple[Extract, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every RCPT of every envelope, as spelt, each once."""
        return tuple(dict.fromkeys(rcpt for envelope in self.envelopes for rcpt in envelope.rcpt_to))


@dataclass(frozen=True, slots=True)
class Facts:
    """What time and history say. No identity: nobody was proven."""

    now: datetime
    identity: Identity | None
    listener: str = "submission"
    switches: frozenset[str] = frozenset()
    loop: bool = False  # our own guard stands on the message: it has been here before
    # Whose mail this one answers, where the gateway itself took that mail from them within 30 days and it had this
    # sender among its receivers (protocol.md, Earlier consent of a manager); the sender's own address for an own mail.
    answered: frozenset[str] = frozenset()
    opened: bool = False  # the thread began with a mail of this sender's own, as far as the gateway took it in
    first_together: bool = False  # `Verdict.together` were never written to together before
    # Clauses that advise somebody once a day, and have advised this sender today (C28).
    told: frozenset[str] = frozenset()

"""The values readers take and give, and the budget they share.

Promises: a reader takes one file and gives, in order, texts, what it could not read, and the files it found inside;
who walks through those is not its matter. What would cost more than the budget raises Spent, and costs no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rules.case import Extract, Unread

# Archives in archives: domain.md 2.5. What an office document holds counts as one level too.
DEPTH_MAX = 3
# Of one message. A school's largest archives hold a few hundred photos.
FILES_MAX = 2_000
# All that is unpacked, together: four times the largest message, two hundred times an ordinary document.
UNPACKED_BYTES_MAX = 100 * 1024 * 1024
# All text: ten thick books. Judging more would take longer than anybody waits.
LETTERS_MAX = 8_000_000


@dataclass(frozen=True, slots=True)
class File:
    """One file. `name`, `kind` (a media type) and `charset` are what was said of it, and may all be wrong."""

    where: str
    data: bytes = field(repr=False)
    name: str = ""
    kind: str = ""
    charset: str | None = None
    depth: int = 0

    def inside(self, label: str, data: bytes, name: str = "", kind: str = "", charset: str | None = None) -> File:
        """A file found in this one."""
        return File(f"{self.where}: {label}", data, name, kind, charset, self.depth + 1)

    def text(self, text: str, label: str = "") -> Extract:
        """A text of this file."""
        return Extract(f"{self.where}: {label}" if label else self.where, text)

    def unread(self, why: str, label: str = "") -> Unread:
        """Something of this file that can't be looked into."""
        return Unread(f"{self.where}: {label}" if label else self.where, why)


Piece = Extract | Unread | File


class Spent(Exception):
    """The budget is gone: whatever comes is not read."""


class Broken(Exception):
    """The bytes are not what the format says."""


@dataclass(slots=True)
class Budget:
    """What all files of a message may cost together."""

    files: int = FILES_MAX
    unpacked_bytes: int = UNPACKED_BYTES_MAX
    letters: int = LETTERS_MAX

    def unpack(self, count: int) -> None:
        """Take so many bytes."""
        self.unpacked_bytes -= count
        if self.unpacked_bytes < 0:
            raise Spent

    def open(self) -> None:
        """Take one file."""
        self.files -= 1
        if self.files < 0:
            raise Spent

    def say(self, count: int) -> None:
        """Take so many letters."""
        self.letters -= count
        if self.letters < 0:
            raise Spent


Reader = Callable[[File, Budget], Iterator[Piece]]

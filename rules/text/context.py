"""A text with what stands around a place in it: its line, its cell, the heading of its column or list, words near it.

Promises: total; lines and tables are worked out once a text, when first asked for; each question costs a bounded look.
A table is lines below each other that are cut by the same sign: tab, `|`, `;`, comma, or two blanks and more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import TypeVar, final

_CUTS = (re.compile(r"\t"), re.compile(r"\|"), re.compile(r";"), re.compile(r" {2,}"), re.compile(r","))
_BREAK = re.compile(r"\r?\n|\r")
_BLANKS = str.maketrans("\r\n\t", "   ")
# Every digit 1, everything else a blank: runs are then found by looking for two letters, which costs a part of a regex.
_DIGITS = bytes(ord("1") if byte in b"0123456789" else ord(" ") for byte in range(256))
# A longer line is no row of a table.
_ROW_LETTERS = 2000
# How far a heading may be above its values.
LINES_MAX = 400
# A list's heading is a short line, and most end with a colon.
_HEADING_LETTERS = 80

_Kept = TypeVar("_Kept")


@final
class Words:
    """Words and phrases to look for: a blank in one stands for any white space, `*` for the rest of a word."""

    __slots__ = ("_search",)

    def __init__(self, *words: str) -> None:
        each = (re.escape(word.lower()).replace(r"\ ", r"[\s-]{1,3}").replace(r"\*", r"\w*") for word in words)
        self._search = re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(each, key=len, reverse=True))})(?![^\W_])").search

    def found(self, folded: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first of them in folded[start:end], which is in lower case."""
        return self._search(folded, start, len(folded) if end is None else end)


@final
class Context:
    """One normalised text. `folded` is it in lower case, letter for letter."""

    __slots__ = ("_digits", "_flat", "_headings", "_kept", "_lines", "_numbers", "_tops", "folded", "names", "text")

    def __init__(self, text: str, names: tuple[tuple[int, int], ...] = ()) -> None:
        self.text = text
        # Where people of the directory are named, in order, if somebody looked for them.
        self.names = names
        folded = text.lower()
        self.folded = (
            folded if len(folded) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        )
        self._lines: list[int] | None = None
        self._digits: list[tuple[int, int]] | None = None
        self._numbers: list[int] | None = None
        self._flat: str | None = None
        self._headings: dict[int, int] = {}
        self._kept: dict[object, object] = {}
        self._tops: tuple[dict[int, tuple[int, int]], ...] = tuple({} for _ in _CUTS)

    @property
    def digits(self) -> list[tuple[int, int]]:
        """Where each unbroken run of ASCII digits stands."""
        if self._digits is None:
            find = (b" " + self.text.encode("ascii", "replace").translate(_DIGITS) + b" ").find
            self._digits = []
            start = find(b"1")
            while start != -1:
                end = find(b" ", start)
                self._digits.append((start - 1, end - 1))
                start = find(b"1", end)
        return self._digits

    @property
    def numbers(self) -> list[int]:
        """Where each run of ASCII digits begins."""
        if self._numbers is None:
            self._numbers = [start for start, _ in self.digits]
        return self._numbers

    @property
    def flat(self) -> str:
        """`folded`, letter for letter, with a blank for every line end and tab: phrases run on over lines."""
        if self._flat is None:
            self._flat = self.folded.translate(_BLANKS)
        return self._flat

    def kept(self, make: Callable[[Context], _Kept]) -> _Kept:
        """What `make` says of this text, worked out once for all who ask."""
        if make not in self._kept:
            self._kept[make] = make(self)
        return self._kept[make]  # type: ignore[return-value] # what it made

    @property
    def lines(self) -> list[int]:
        """Where each line begins."""
        if self._lines is None:
            text = self.text
            if "\r" in text and text.count("\r") != text.count("\r\n"):
                self._lines = [0, *(found.end() for found in _BREAK.finditer(text))]
            else:
                self._lines = list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))
        return self._lines

    def line(self, at: int) -> tuple[int, int]:
        """Start and end of the line, its line end apart."""
        return self._line(bisect_right(self.lines, at) - 1)

    def _line(self, number: int) -> tuple[int, int]:
        start = self.lines[number]
        end = self.lines[number + 1] if number + 1 < len(self.lines) else len(self.text)
        if end > start and self.text[end - 1] == "\n":
            end -= 1
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return start, end

    def near(self, words: Words, start: int, end: int, *, before: int = 60, after: int = 30) -> bool:
        """Whether one of the words stands so many letters before or after, lines regardless."""
        left = max(0, start - before)
        return words.found(self.folded, left, start) is not None or (
            words.found(self.folded, end, min(len(self.folded), end + after)) is not None
        )

    def heading(self, at: int) -> str:
        """The heading (lower case) of the column or list a place stands in; "" if there is none."""
        column = self.column(at)
        return self._list_heading(bisect_right(self.lines, at) - 1) if column is None else column

    def column(self, at: int) -> str | None:
        """The heading (lower case) of the column a place stands in; None outside tables and in a first row."""
        number = bisect_right(self.lines, at) - 1
        start, end = self._line(number)
        if end - start > _ROW_LETTERS:
            return None
        for index, cut in enumerate(_CUTS):
            cells, top = self._top(number, index)
            if cells and top != number:
                top_start, top_end = self._line(top)
                return cut.split(self.folded[top_start:top_end])[len(cut.findall(self.text[start:at]))].strip()
        return None

    def _top(self, number: int, index: int) -> tuple[int, int]:
        """Cells (cuts, that is) of a line, and the first line of the table it stands in. Each line is counted once."""
        tops = self._tops[index]
        row = number
        while row not in tops:
            start, end = self._line(row)
            tops[row] = (len(_CUTS[index].findall(self.text, start, end)) if end - start <= _ROW_LETTERS else 0), row
            if row == 0 or not tops[row][0]:
                break
            row -= 1
        while row < number:
            cells, top = tops[row]
            row += 1
            tops[row] = tops[row][0], (top if tops[row][0] == cells else row)
        return tops[number]

    def _list_heading(self, number: int) -> str:
        above = self._heading_line(number)
        if above < 0 or number - above > LINES_MAX:
            return ""
        start, end = self._line(above)
        return self.folded[start:end].strip()[:-1]

    def _heading_line(self, number: int) -> int:
        """The line that ends with a colon above a line and its list; -1 if there is none. Each line is read once."""
        row = number
        while row and row not in self._headings:
            start, end = self._line(row - 1)
            said = self.text[start:end].strip() if end - start <= _ROW_LETTERS else "-"
            if not said or (said.endswith(":") and len(said) <= _HEADING_LETTERS):
                self._headings[row] = row - 1 if said else -1
            else:
                row -= 1
        above = self._headings.get(row, -1)
        for between in range(row + 1, number + 1):
            self._headings[between] = above
        return above

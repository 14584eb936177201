"""A text with what stands around a place in it: its line, its cell, the heading of its column or list, words near it.

Promises: total; lines and tables are worked out once a text, when first asked for; each question costs a bounded look.
A table is lines below each other that are cut by the same sign: tab, `|`, `;`, comma, or two blanks and more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import final

_CUTS = (re.compile(r"\t"), re.compile(r"\|"), re.compile(r";"), re.compile(r" {2,}"), re.compile(r","))
_BREAK = re.compile(r"\r?\n|\r")
# How far a heading may be above its values.
LINES_MAX = 400
# A list's heading is a short line, and most end with a colon.
_HEADING_LETTERS = 80


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

    __slots__ = ("_lines", "folded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        folded = text.lower()
        self.folded = (
            folded if len(folded) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        )
        self._lines: list[int] | None = None

    @property
    def lines(self) -> list[int]:
        """Where each line begins."""
        if self._lines is None:
            self._lines = [0, *(found.end() for found in _BREAK.finditer(self.text))]
        return self._lines

    def line(self, at: int) -> tuple[int, int]:
        """Start and end of the line, its line end apart."""
        return self._line(bisect_right(self.lines, at) - 1)

    def _line(self, number: int) -> tuple[int, int]:
        start = self.lines[number]
        end = self.lines[number + 1] if number + 1 < len(self.lines) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def near(self, words: Words, start: int, end: int, *, before: int = 60, after: int = 30) -> bool:
        """Whether one of the words stands so many letters before or after, lines regardless."""
        left = max(0, start - before)
        return words.found(self.folded, left, start) is not None or (
            words.found(self.folded, end, min(len(self.folded), end + after)) is not None
        )

    def heading(self, at: int) -> str:
        """The heading (lower case) of the column or list a place stands in; "" if there is none."""
        number = bisect_right(self.lines, at) - 1
        start, end = self._line(number)
        for cut in _CUTS:
            cells = len(cut.findall(self.text[start:end]))
            if cells and (above := self._column(number, cut, cells, len(cut.findall(self.text[start:at])))) is not None:
                return above
        return self._list_heading(number)

    def _column(self, number: int, cut: re.Pattern[str], cells: int, index: int) -> str | None:
        top = None
        for above in range(number - 1, max(-1, number - 1 - LINES_MAX), -1):
            start, end = self._line(above)
            row = cut.split(self.folded[start:end])
            if len(row) != cells + 1:
                break
            top = row[index].strip()
        return top

    def _list_heading(self, number: int) -> str:
        for above in range(number - 1, max(-1, number - 1 - LINES_MAX), -1):
            start, end = self._line(above)
            said = self.folded[start:end].strip()
            if not said:
                return ""
            if said.endswith(":") and len(said) <= _HEADING_LETTERS:
                return said[:-1]
        return ""

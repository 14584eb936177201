"""Normalised text that remembers where it came from.

Promises: only runs that hold something else than ASCII are touched: NFKC, invisible characters out, every dash a
hyphen, every space a space. `Text.source` leads any span back. Linear, total; ASCII costs nothing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

# In pieces: the time of NFKC grows with the square of a row of accents, and what is remembered should stay small.
_RUN = re.compile(r"[^\x00-\x7f]{1,64}")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"), "-")
_QUOTES = {ord(mark): plain for marks, plain in (("‘’‚‛′", "'"), ("“”„‟″", '"')) for mark in marks}
_BREAKS = dict.fromkeys(map(ord, "\u0085\u2028\u2029"), "\n")
_INVISIBLE = dict.fromkeys(
    [
        0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180E, 0x3164, 0xFEFF, 0xFFA0,
        *range(0x20DD, 0x20E5),
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10),
        *range(0xFFF0, 0xFFFC), *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0),
    ],
)  # fmt: skip
_MARKS = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Figures and signs have no accents.
_ACCENTS = re.compile(rf"\A[{_MARKS}]+")
_AFTER_SIGNS = re.compile(rf"([^\w{_MARKS}]|[\d_])[{_MARKS}]+")
_TABLE: dict[int, str | None] = {**_DASHES, **_QUOTES, **_BREAKS, **_INVISIBLE}


@dataclass(frozen=True, slots=True)
class Text:
    """`text` is normalised; what begins at starts[i] comes from sources[i] on, a `solid` run as a whole."""

    text: str
    starts: tuple[int, ...] = field(default=(), repr=False)
    sources: tuple[int, ...] = field(default=(), repr=False)
    solid: tuple[bool, ...] = field(default=(), repr=False)
    length: int = field(default=-1, repr=False)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the source; a changed run counts as a whole."""
        if not self.starts:
            return start, end
        return self._back(start, ending=False), max(self._back(start, ending=False), self._back(end, ending=True))

    def _back(self, position: int, *, ending: bool) -> int:
        index = bisect_right(self.starts, position - ending) - 1
        if index < 0:
            return position
        if not self.solid[index]:
            return self.sources[index] + position - self.starts[index]
        if not ending:
            return self.sources[index]
        return self.sources[index + 1] if index + 1 < len(self.sources) else self.length


def normalise(source: str) -> Text:
    """The text every detector reads."""
    if source.isascii():
        return Text(source)
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    solid: list[bool] = []
    length = copied = 0
    for run in _RUN.finditer(source):
        written = run.group()
        begin, end = run.span()
        plain = _normal(written)
        first = written[0] if plain is None else plain[:1]
        if begin > copied and first and unicodedata.combining(first):
            if source[begin - 1].isalpha():
                # A combining accent composes with the letter before it.
                begin -= 1
                plain = _normal(source[begin:end])
            else:
                plain = _ACCENTS.sub("", written if plain is None else plain)
        if plain is None:
            continue
        pieces += (source[copied:begin], plain)
        length += begin - copied
        starts += (length, length + len(plain))
        sources += (begin, end)
        solid += (True, False)
        length += len(plain)
        copied = end
    if not starts:
        return Text(source)
    pieces.append(source[copied:])
    return Text("".join(pieces), tuple(starts), tuple(sources), tuple(solid), len(source))


@lru_cache(maxsize=4096)
def _normal(run: str) -> str | None:
    """The normalised run; None where nothing changes, which is nearly always: é is é."""
    plain = unicodedata.normalize("NFKC", run.translate(_TABLE)).translate(_TABLE)
    plain = _AFTER_SIGNS.sub(r"\1", plain)
    if any(map(str.isdecimal, plain)):
        plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    return None if plain == run else plain

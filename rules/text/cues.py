"""Words that say what a value near them is, by class; the nearest one decides.

Promises: total; a look at a window costs a dictionary look-up or two for each of its words, however many are known.
`tel` is that word, `bel*` every word that begins so, `*adres` every word that ends so, `*order*` every word that holds
it, `aan_huis` two words together. Of a compound with a hyphen each word counts. A word may hold full stops (`b.v`) and
end with an `@`.
"""

from __future__ import annotations

import re
from typing import final

_WORD = re.compile(r"[^\W\d_]+(?:[.'-][^\W\d_]+)*[0-9]{0,2}@?|[☎✆📞📱]")
# By so many first letters the beginnings are kept.
_LETTERS = 3


@final
class Cues:
    """Classes of words, each one string with blanks between; words of the class `neutral` are passed over."""

    __slots__ = ("_begin", "_end", "_endings", "_inside", "_whole")

    def __init__(self, **classes: str) -> None:
        self._whole: dict[str, str] = {}
        self._begin: dict[str, list[tuple[str, str]]] = {}
        self._end: dict[str, str] = {}
        self._inside: list[tuple[str, str]] = []
        for name, words in classes.items():
            for word in words.split():
                said = "" if name == "neutral" else name
                stem = word.strip("*").replace("_", " ")
                if word.startswith("*") and word.endswith("*"):
                    self._inside.append((stem, said))
                elif word.startswith("*"):
                    self._end[stem] = said
                elif word.endswith("*"):
                    self._begin.setdefault(stem[:_LETTERS], []).append((stem, said))
                else:
                    self._whole[stem] = said
        self._endings = tuple(self._end)

    def of(self, word: str) -> str:
        """The class of a word in lower case; "" for none."""
        if (name := self._whole.get(word)) is not None:
            return name
        for stem, name in self._begin.get(word[:_LETTERS], ()):
            if word.startswith(stem):
                return name
        if self._endings and word.endswith(self._endings):
            return next(name for stem, name in self._end.items() if word.endswith(stem))
        if (name := next((name for stem, name in self._inside if stem in word), "")) or "-" not in word:
            return name
        return next((name for piece in reversed(word.split("-")) if (name := self.of(piece))), "")

    def last(self, folded: str, start: int, end: int) -> tuple[str, int]:
        """The class of the last known word in folded[start:end], and where the word ends; "" and -1 for none."""
        words = list(_WORD.finditer(folded, start if start == 0 or not folded[start - 1].isalnum() else start + 1, end))
        behind = ""
        for found in reversed(words):
            word = found.group()
            if name := self._whole.get(f"{word} {behind}") or self.of(word):
                return name, found.end()
            behind = word
        return "", -1

    def first(self, folded: str, start: int, end: int) -> tuple[str, int]:
        """The class of the first known word in folded[start:end], and where the word begins; "" and -1 for none."""
        before = ""
        for found in _WORD.finditer(folded, start, end):
            word = found.group()
            if name := self._whole.get(f"{before} {word}") or self.of(word):
                return name, found.start()
            before = word
        return "", -1

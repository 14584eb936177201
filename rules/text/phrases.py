"""Many words and phrases looked for in one pass over a text.

Promises: linear in the text however many phrases there are (Aho-Corasick); compiled once. A phrase is in lower case;
`*` at its end leaves the end of the word open, `*` at its start the beginning (compounds: `*wachtwoord`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, final

from ahocorasick_rs import AhoCorasick

# Longer words are none; the bound keeps a row of letters linear.
_WORD_MAX = 40
_SURROGATE = re.compile("[\ud800-\udfff]")
Sort = TypeVar("Sort")


def matches(automaton: AhoCorasick, text: str) -> list[tuple[int, int, int]]:
    """Index, start and end of all in the text, over each other too; half a surrogate pair is no letter."""
    try:
        found: list[tuple[int, int, int]] = automaton.find_matches_as_indexes(text, overlapping=True)
    except UnicodeEncodeError:
        found = automaton.find_matches_as_indexes(_SURROGATE.sub("\ufffd", text), overlapping=True)
    return found


@final
class Phrases(Generic[Sort]):
    """Phrases, each of a sort. Use `find`, or a `Book` of several lists."""

    __slots__ = ("_automaton", "_open", "_sorts", "words")

    def __init__(self, phrases: Mapping[Sort, Iterable[str]]) -> None:
        each = {phrase: sort for sort, several in phrases.items() for phrase in several}
        self._sorts = tuple(each.values())
        self._open = tuple((phrase.startswith("*"), phrase.endswith("*")) for phrase in each)
        self.words = tuple(phrase.strip("*") for phrase in each)
        self._automaton: AhoCorasick | None = None

    def find(self, flat: str) -> list[tuple[int, int, Sort]]:
        """Start, end, sort of every phrase in flat (lower case, line ends blanks); of one start the longest last."""
        if self._automaton is None:
            self._automaton = AhoCorasick(self.words)
        return self.placed(flat, matches(self._automaton, flat))

    def any(self, flat: str) -> bool:
        """Whether the letters of any of them stand there, in a word or not."""
        if self._automaton is None:
            self._automaton = AhoCorasick(self.words)
        return bool(matches(self._automaton, flat))

    def placed(self, flat: str, found: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, Sort]]:
        """The same, of what an automaton saw: the number of a phrase, where it begins and ends."""
        placed = []
        size = len(flat)
        for index, first, last in found:
            open_start, open_end = self._open[index]
            if not open_start and first and flat[first - 1].isalnum() and flat[first].isalnum():
                continue
            if not open_end and last < size and flat[last].isalnum() and flat[last - 1].isalnum():
                continue
            start = _word_start(flat, first) if open_start else first
            end = _word_end(flat, last) if open_end else last
            placed.append((start, end, self._sorts[index]))
        return sorted(placed, key=lambda hit: hit[:2])


@final
class Book:
    """Several lists, read in one pass."""

    __slots__ = ("_automaton", "_lists", "_owners")

    def __init__(self, lists: Iterable[Phrases[Any]]) -> None:
        self._lists = tuple(lists)
        self._owners = tuple((id(one), index) for one in self._lists for index in range(len(one.words)))
        self._automaton = AhoCorasick([word for one in self._lists for word in one.words])

    def read(self, flat: str) -> dict[int, list[tuple[int, int, int]]]:
        """What each list, by its identity, is to place."""
        read: dict[int, list[tuple[int, int, int]]] = {id(one): [] for one in self._lists}
        for number, start, end in matches(self._automaton, flat):
            owner, index = self._owners[number]
            read[owner].append((index, start, end))
        return read


def listed(words: str) -> tuple[str, ...]:
    """The phrases of a list with commas."""
    return tuple(word.strip() for word in words.split(","))


def _word_end(flat: str, end: int) -> int:
    limit = min(len(flat), end + _WORD_MAX)
    while end < limit and flat[end].isalpha():
        end += 1
    return end


def _word_start(flat: str, start: int) -> int:
    limit = max(0, start - _WORD_MAX)
    while start > limit and (
        flat[start - 1].isalpha() or (flat[start - 1] == "-" and start > 1 and flat[start - 2].isalpha())
    ):
        start -= 1
    return start

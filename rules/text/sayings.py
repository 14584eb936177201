"""Ways of saying something, as lines of words with gaps, each worth points; and the sentences they are said in.

Promises: total; a text is gone through once for all ways of saying (Aho-Corasick), and only sentences that hold the
rarest word of one are looked at closer. Sayings are written `points: saying; saying`, over as many lines as they need.
In one `bestel*` leaves the end of a word open, `*groep` its beginning, `wij|we|ik` is one of these, `@us` one of the
words of that name, `#` a number, `#x` so many times; `u?` may be left out, `..` is a gap of some words, and `_` joins
two words of one alternative. A saying that denies by its own words ("niet mee eens") is not denied by them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import final

from ahocorasick_rs import AhoCorasick

from rules.text.context import Context
from rules.text.phrases import matches

# So many words may stand in a gap.
GAP_WORDS = 8
_NUMBERS = {"#": r"(?<![\w.,])\d[\d.,]*x?(?!\w)", "#x": r"(?<![\w.,])\d{1,4} ?x(?!\w)"}
_NAMED = re.compile(r"@(\w+)")
_POINTS = re.compile(r"(\d+):")
_GOES_ON = re.compile(r"\|\s+")
# What may stand between two words: a blank, with the signs that go with the word before it or after it.
_BLANK = r" {1,4}[\"'(*_]{0,2}(?:- )?"
_BETWEEN = rf"[,)\"'*_:]{{0,2}}{_BLANK}"
_GAP = rf"[^ ]{{0,3}}(?: {{1,4}}[^ ]{{1,40}}){{0,{GAP_WORDS}}}?{_BLANK}"
# A wrapped line goes on; a short one is a line by itself.
_WRAPPED_LETTERS = 55
_STOP = re.compile(r"[.!?]+(?=[\s\"')]|$)|[\r\n]+")
# Full stops that end no sentence.
_SHORT = re.compile(
    r"(?:^|[^\w])(?:dhr|mw|mevr|mr|mrs|ms|dr|drs|ir|ing|prof|nr|no|tel|bijv|bv|evt|ca|incl|excl|blz|pag|art|resp|"
    r"st|vs|o\.a|m\.a\.w|d\.w\.z|i\.v\.m|t\.a\.v|n\.a\.v|t\.z\.t|m\.b\.t|a\.u\.b|z\.s\.m|e\.g|i\.e|p\.p|b\.v|\w)\Z"
)
_SHORT_LETTERS = 12
_PIECE = re.compile(r"[,;:()]| - |(?<!\w)(?:maar|but|doch|dus|so|however|echter|en|and)(?!\w)")
_NOT = re.compile(
    r"(?<!\w)(?:niet|geen|nooit|nimmer|niets|niemand|nobody|noch|zonder|evenmin|weiger\w*|not|no|never|nor|without|none|"
    r"(?:do|does|did|ca|wo|would|could|should|is|are|was|were|have|has)n'?t|cannot|decline\w*|refuse\w*)(?!\w)"
)
# On a condition: in the same part of the sentence, or at its beginning; the strong ones anywhere in it.
_IF = re.compile(
    r"(?<!\w)(?:als (?:ik|we|wij|u|je|jullie|hij|zij|ze|het|dat|dit|de|er|alles|iedereen|mijn|onze|ons|uw|jouw|men|"
    r"iemand|niemand)|indien|zodra|wanneer|misschien|wellicht|eventueel|overweg\w*|twijfel\w*|alvorens|"
    r"voordat|voor ?dat|"
    r"(?<!snel )(?<!spoedig )(?<!goed )(?<!vroeg )mogelijk|zou(?:den)? (?:kunnen|mogen|moeten)|oriënter\w*|oriëntatie|"
    r"nog niet|moet(?:en)? (?:\S{1,20} ){0,4}nog|eerst (?:nog|even|intern|met|aan)|of (?:we|wij|ik|u|je|jullie|dat)|"
    r"pas (?:akkoord|bestellen|tekenen|als|na)|if|might|maybe|perhaps|possibly|whether|"
    r"consider\w{0,9} (?:it|your|the|to)|before (?:we|i)|once (?:we|i)|would (?:it|you))(?!\w)"
)
_PROVIDED = re.compile(
    r"(?<!\w)(?:mits|tenzij|onder (?:het )?voorbehoud|vrijblijvend\w*|voorlopig\w*|concept\w*|in optie|in afwachting|"
    r"unless|provided|subject to|tentative\w*|provisional\w*|pending|awaiting)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """Something said in text[start:end] of a topic, and how: denied, under a condition, as a question."""

    topic: str
    points: int
    start: int
    end: int
    sentence: tuple[int, int]
    denied: bool
    denied_before: bool  # only by what stands before it: of a complaint that "nothing was done" denies nothing
    conditional: bool
    asked: bool
    saying: int = field(repr=False)

    @property
    def plain(self) -> bool:
        """Said as it stands: not denied, not on a condition, no question."""
        return not (self.denied or self.conditional or self.asked)


@dataclass(frozen=True, slots=True)
class _Saying:
    """One saying: what it is of, the words that must all stand in a sentence, and whether it denies by itself."""

    topic: str
    points: int
    written: str
    needs: frozenset[int]
    denies: bool


@final
class Sayings:
    """All topics of one book, compiled when first used."""

    __slots__ = ("_automaton", "_by_word", "_of_group", "_sayings", "_topics")

    def __init__(self, topics: Mapping[str, str], words: Mapping[str, str] | None = None) -> None:
        named = {name: "|".join(listed.split()) for name, listed in (words or {}).items()}
        self._topics = {
            topic: _NAMED.sub(lambda found: named[found[1]], _GOES_ON.sub("|", text)) for topic, text in topics.items()
        }
        self._automaton: AhoCorasick | None = None
        # A group is words one of which must stand there; the numbers of the groups a word is of.
        self._by_word: list[tuple[int, ...]] = []
        # The sayings by the group of theirs that is seldom met.
        self._of_group: dict[int, list[int]] = {}
        self._sayings: list[_Saying] = []

    def find(self, context: Context) -> tuple[Said, ...]:
        """Everything said in a text, in order; once for each saying and sentence."""
        return context.kept(self._read)

    def _read(self, context: Context) -> tuple[Said, ...]:
        automaton = self._automaton or self._compile()
        flat, spans = context.flat, context.kept(sentences)
        starts = [start for start, _ in spans]
        present: dict[int, set[int]] = {}
        for index, start, _ in matches(automaton, flat):
            present.setdefault(max(bisect_right(starts, start) - 1, 0), set()).update(self._by_word[index])
        found = []
        for where, groups in present.items():
            left, right = spans[where]
            for group in groups & self._of_group.keys():
                for number in self._of_group[group]:
                    one = self._sayings[number]
                    if one.needs <= groups and (said := _search(one.written)(flat, left, right)) is not None:
                        found.append(_said(flat, one, said.span(), (left, right), number))
        return tuple(sorted(found, key=lambda one: (one.start, one.end)))

    def _compile(self) -> AhoCorasick:
        groups: dict[tuple[str, ...], int] = {}
        for topic, text in self._topics.items():
            _, *lines = _POINTS.split(text)
            for points, sayings in zip(lines[::2], lines[1::2], strict=True):
                for saying in filter(None, map(str.strip, sayings.split(";"))):
                    needs = [groups.setdefault(words, len(groups)) for words in _sure(saying)]
                    denies = _NOT.search(saying.replace("|", " ").replace("_", " ")) is not None
                    seldom = groups[max(_sure(saying), key=lambda words: min(map(len, words)))]
                    self._of_group.setdefault(seldom, []).append(len(self._sayings))
                    self._sayings.append(_Saying(topic, int(points), saying, frozenset(needs), denies))
        by_word: dict[str, list[int]] = {}
        for words, number in groups.items():
            for word in words:
                by_word.setdefault(word, []).append(number)
        self._by_word = [tuple(numbers) for numbers in by_word.values()]
        self._automaton = AhoCorasick(list(by_word))
        return self._automaton


def sentences(context: Context) -> tuple[tuple[int, int], ...]:
    """Start and end of every sentence; together they are the text. Headings and short lines are sentences too."""
    text = context.folded
    found: list[tuple[int, int]] = []
    start = line = 0
    for stop in _STOP.finditer(text):
        first, end = stop.span()
        if text[first] in "\r\n":
            wrapped = first - line >= _WRAPPED_LETTERS and text.count("\n", first, end) == 1
            line = end
            if wrapped and text[end : end + 1] not in {"-", "*", "•", "·"}:
                continue
        elif text[first] == "." and _SHORT.search(text, max(start, first - _SHORT_LETTERS), first):
            continue
        found.append((start, end))
        start = end
    if start < len(text) or not found:
        found.append((start, len(text)))
    return tuple(found)


def _said(flat: str, saying: _Saying, span: tuple[int, int], sentence: tuple[int, int], number: int) -> Said:
    start, end = span
    left, right = sentence
    first = max((piece.end() for piece in _PIECE.finditer(flat, left, start)), default=left)
    after = _PIECE.search(flat, end, right)
    last = after.start() if after is not None else right
    if saying.denies:
        denied = _NOT.search(flat, first, start) is not None or _NOT.search(flat, end, last) is not None
    else:
        denied = _NOT.search(flat, first, last) is not None
    return Said(
        topic=saying.topic,
        points=saying.points,
        start=start,
        end=end,
        sentence=sentence,
        denied=denied,
        denied_before=_NOT.search(flat, first, start) is not None,
        conditional=_PROVIDED.search(flat, left, right) is not None
        or _IF.search(flat, first, last) is not None
        or _IF.match(flat, left + len(flat[left:right]) - len(flat[left:right].lstrip())) is not None,
        asked="?" in flat[end:right],
        saying=number,
    )


def _tokens(saying: str) -> list[str]:
    return saying.replace("..", " .. ").split()


def _sure(saying: str) -> list[tuple[str, ...]]:
    """The letters of each word that can't be left out, one of several where there is a choice."""
    return [
        tuple(word.strip("*").replace("_", " ") for word in one.split("|"))
        for one in _tokens(saying)
        if one not in {"..", *_NUMBERS} and not one.endswith("?")
    ]


@cache
def _search(saying: str) -> Callable[[str, int, int], re.Match[str] | None]:
    """The search for one saying, made when its anchor is first seen."""
    return re.compile(_pattern(saying)).search


def _pattern(saying: str) -> str:
    pattern, before = "", ""
    for one in _tokens(saying):
        if one == "..":
            before = _GAP
            continue
        word = _NUMBERS.get(one) or rf"(?<!\w){_alternatives(one.removesuffix('?'))}(?!\w)"
        if one.endswith("?"):  # never the last
            pattern, before = f"{pattern}{before}(?:{word}{_BETWEEN})?", ""
        else:
            pattern, before = f"{pattern}{before}{word}", _BETWEEN
    return pattern


def _alternatives(one: str) -> str:
    words = []
    for word in one.split("|"):
        plain = re.escape(word.strip("*")).replace("_", " ")
        words.append(("\\w*" if word.startswith("*") else "") + plain + ("[\\w-]*" if word.endswith("*") else ""))
    return f"(?:{'|'.join(words)})"

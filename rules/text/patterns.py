"""Patterns and word lists that an administrator adds to the policy: kinds of their own, found in linear time.

Promises: a pattern that would be slow, or that is found everywhere, is refused when it is made (PatternError), so none
can hang a scan: RE2 has neither back-references nor look-around. Reads the normalised text; capitals make no difference
unless asked. Words are found as whole words, a blank in one stands for any white space, `*` for the rest of a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import re2

from rules.text.context import Context
from rules.text.hits import Hit
from rules.text.runs import normalise

# Of the compiled pattern: what needs more is refused, not slow.
_MEMORY_MAX_BYTES = 16 * 1024 * 1024
PATTERN_LETTERS_MAX = 2_000
WORDS_MAX = 5_000
# Of one kind in one text. Each search may read to the end of the text, so their number is what keeps a scan linear.
FOUND_MAX = 200
_LETTER = r"[\pL\pN\pM_]"
_NO_LETTER = r"[^\pL\pN\pM_]"


class PatternError(ValueError):
    """What an administrator wrote can't be looked for; the sentence says why."""


@dataclass(frozen=True, slots=True)
class OwnPattern:
    """One kind of private data a school looks for besides ours. Use `of_pattern` or `of_words`."""

    kind: str
    confidence: str
    source: str = field(repr=False)
    _search: Any = field(repr=False, compare=False)

    @classmethod
    def of_pattern(cls, kind: str, confidence: str, pattern: str, *, match_case: bool = False) -> OwnPattern:
        """From a regular expression as RE2 reads it. Raises PatternError."""
        if len(pattern) > PATTERN_LETTERS_MAX:
            raise PatternError(f"is longer than {PATTERN_LETTERS_MAX} letters")
        compiled = _compiled(f"({pattern})", match_case=match_case)
        if compiled.search(b"") is not None:
            raise PatternError("matches where there is nothing: it would be found everywhere")
        return cls(kind, confidence, pattern, compiled)

    @classmethod
    def of_words(cls, kind: str, confidence: str, words: Iterable[str], *, match_case: bool = False) -> OwnPattern:
        """From words and phrases. Raises PatternError."""
        known = [word for written in words if (word := " ".join(normalise(written).text.split()))]
        if not known:
            raise PatternError("has no words")
        if len(known) > WORDS_MAX:
            raise PatternError(f"has more than {WORDS_MAX} words")
        for word in known:
            if not word.replace("*", "").strip():
                raise PatternError(f'"{word}" is no word')
        each = sorted((_word(word) for word in known), key=len, reverse=True)
        source = rf"(?:^|{_NO_LETTER})({'|'.join(each)})(?:{_NO_LETTER}|$)"
        return cls(kind, confidence, source, _compiled(source, match_case=match_case))

    def find(self, context: Context) -> tuple[Hit, ...]:
        """Where it stands, from left to right, one behind another."""
        text = context.text
        return tuple(Hit(start, end, text[start:end], self.confidence) for start, end in self._spans(text))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        raw = text.encode("utf-8", "replace")  # of half a letter (a lone surrogate): one sign for one
        plain = len(raw) == len(text)
        at = read = letters = 0
        for _ in range(FOUND_MAX):
            match = self._search.search(raw, at)
            if match is None:
                return
            start, end = match.span(1)
            if start == end:
                return  # a place between letters is no value
            at = end
            if plain:
                yield start, end
                continue
            letters += _letters(raw, read, start)
            read = start
            yield letters, letters + _letters(raw, start, end)


def _letters(raw: bytes, start: int, end: int) -> int:
    return len(raw[start:end].decode("utf-8"))


def _word(word: str) -> str:
    return r"\s+".join(rf"{_LETTER}*".join(map(re2.escape, part.split("*"))) for part in word.split(" "))


def _compiled(pattern: str, *, match_case: bool) -> Any:
    options = re2.Options()
    options.case_sensitive = match_case
    options.log_errors = False
    options.max_mem = _MEMORY_MAX_BYTES
    try:
        return re2.compile(pattern, options=options)
    except re2.error as exc:
        said = exc.args[0].decode("utf-8", "replace") if isinstance(exc.args[0], bytes) else str(exc)
        raise PatternError(f"can't be used: {said}") from exc

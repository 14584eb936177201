"""All lists of phrases as one, so that a text is gone through once for all detectors.

Promises: `found` gives what the list itself would find.
"""

from __future__ import annotations

from rules.text.context import Context
from rules.text.lexicon import credentials, grades, health
from rules.text.phrases import Book, Phrases, Sort

_BOOK = Book((credentials.PHRASES, grades.PHRASES, health.PHRASES))


def found(context: Context, phrases: Phrases[Sort]) -> list[tuple[int, int, Sort]]:
    """Every phrase of one of these lists in a text."""
    return phrases.placed(context.flat, context.kept(_read)[id(phrases)])


def _read(context: Context) -> dict[int, list[tuple[int, int, int]]]:
    return _BOOK.read(context.flat)

"""Texts in which what must be found stands between « and »; `~` before a piece means: found, but in doubt."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable

from rules.text.context import Context
from rules.text.hits import HIGH, Hit
from rules.text.runs import normalise

Find = Callable[[Context], tuple[Hit, ...]]
_MARK = re.compile(r"«(~?)([^»]*)»")


def context_of(text: str) -> Context:
    return Context(normalise(text).text)


def expected(marked: str) -> tuple[Context, list[tuple[int, int, bool]]]:
    """The text without marks, and each span with whether it is sure."""
    text, spans, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += normalise(marked[at : mark.start()]).text
        piece = normalise(mark[2]).text
        spans.append((len(text), len(text) + len(piece), not mark[1]))
        text += piece
        at = mark.end()
    return Context(text + normalise(marked[at:]).text), spans


def assert_found(find: Find, marked: str, *, value: Callable[[str], str]) -> None:
    context, spans = expected(marked)
    hits = find(context)
    assert [(hit.start, hit.end, hit.confidence == HIGH) for hit in hits] == spans
    assert [hit.value for hit in hits] == [value(context.text[start:end]) for start, end, _ in spans]


def assert_total(find: Find, text: str) -> None:
    """Any text gives hits within it, in order, none upon another."""
    context = context_of(text)
    hits = find(context)
    assert list(hits) == sorted(hits, key=lambda hit: (hit.start, hit.end))
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(context.text)
        assert hit.value
    for one, two in itertools.pairwise(hits):
        assert one.end <= two.start


def assert_linear(find: Find, *pieces: str) -> None:
    """Sixteen times the text takes no more than some forty times the time."""
    for piece in pieces:
        small, large = (min(_seconds(find, piece * (size // len(piece))) for _ in range(2)) for size in (1_000, 16_000))
        assert large < 40 * small + 0.02, piece


def _seconds(find: Find, text: str) -> float:
    begin = time.process_time()
    find(Context(text))
    return time.process_time() - begin

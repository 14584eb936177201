"""Files that are text: plain, tables, pages, calendars, cards, messages, RTF.

Promises: total; every reading of a text that says more is given (a calendar's other readings, what a page hides).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from gateway.extraction.files import Budget, File, Piece
from rules.case import Extract
from rules.message import Message, parse, unread
from rules.message.cards import unfolded
from rules.text.charsets import decode_bytes
from rules.text.html import html_text
from rules.text.rtf import rtf_text

_OBJECT, _COMPOUND = b"\1\5\0\0", b"\xd0\xcf\x11\xe0"
_CUTS = (";", "\t", ",", "|")
# How many of the first lines must be cut into as many cells before we call it a table.
_ROWS_LOOKED_AT = 20
_ROWS_MIN = 2


def read_text(file: File, budget: Budget) -> Iterator[Piece]:
    """A text as it is."""
    del budget
    yield file.text(_decoded(file))


def read_table(file: File, budget: Budget) -> Iterator[Piece]:
    """Values cut by the sign that cuts the first lines alike; a plain text if none does."""
    del budget
    text = _decoded(file)
    cut = _cut(text)
    if cut is None:
        yield file.text(text)
        return
    csv.field_size_limit(max(len(text), 131_072))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=cut))
    except csv.Error:
        yield file.text(text)
        return
    lines = ("\t".join(" ".join(cell.split()) for cell in row).rstrip("\t") for row in rows)
    yield Extract(file.where, "\n".join(line for line in lines if line), table=True)


def _cut(text: str) -> str | None:
    lines = [line for line in text[:20_000].splitlines()[:_ROWS_LOOKED_AT] if line.strip()]
    if len(lines) < _ROWS_MIN:
        return None
    for cut in _CUTS:
        # Quoted cells may hold the sign or a line end: most lines, not all.
        counts = [line.count(cut) for line in lines]
        if counts[0] and sum(count == counts[0] for count in counts) * 3 >= len(counts) * 2:
            return cut
    return None


def read_page(file: File, budget: Budget) -> Iterator[Piece]:
    """HTML and other markup, with links, hidden texts and comments."""
    del budget
    page = html_text(_decoded(file))
    yield file.text(page.text)
    if beside := "\n".join((*page.links, *page.hidden, *page.comments, *page.shown)):
        yield file.text(beside, "links and hidden text")


def read_card(file: File, budget: Budget) -> Iterator[Piece]:
    """Calendars and visiting cards, in every reading."""
    del budget
    yield from (file.text(text) for text in dict.fromkeys(unfolded(_decoded(file))) if text)


def read_rtf(file: File, budget: Budget) -> Iterator[Piece]:
    """The text of RTF, and the files in it."""
    rtf = rtf_text(file.data)
    if text := "\n".join(filter(None, dict.fromkeys((rtf.text, rtf.shown, rtf.hidden)))):
        yield file.text(text)
    if rtf.html:
        yield file.text("\n".join((*html_text(rtf.html).links, *html_text(rtf.html).hidden)), "links and hidden text")
    for number, one in enumerate(rtf.objects, 1):
        budget.open()
        # MS-OLEDS §2.2.5: a head of names and sizes, then the object, mostly a compound file.
        inner = one.find(_COMPOUND, 0, 512) if one.startswith(_OBJECT) else 0
        yield file.inside(f"object {number}", one[max(inner, 0) :])


def read_message(file: File, budget: Budget) -> Iterator[Piece]:
    """A message as a file: headers, texts, attachments, messages in it."""
    yield from _message(file, parse(file.data), budget)


def _message(file: File, message: Message, budget: Budget) -> Iterator[Piece]:
    if message.unreadable:
        yield file.unread("damaged")
    yield file.text("\n".join(header.text for header in message.headers), "header")
    if message.depth == 0:
        for _, why in unread(message):
            yield file.unread(why if why in {"encrypted", "too_deep", "too_big"} else "damaged")
    for _, start, end in message.gaps:
        if data := message.raw[start:end].strip():
            yield file.text(decode_bytes(data, None)[0])
    for part in message.parts:
        budget.open()
        label = f"part {part.path}" if part.path else "content"
        if part.message is not None:
            inner = file.inside(label, b"")
            yield from _message(inner, part.message, budget)
        elif not part.kinds & {"smime_encrypted", "pgp_encrypted", "rpmsg"}:
            budget.unpack(len(part.payload))
            yield file.inside(label, part.payload, part.filename, part.content_type, part.charset)


def _decoded(file: File) -> str:
    return decode_bytes(file.data, file.charset)[0]

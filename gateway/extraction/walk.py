"""From one file to all texts in it, through every file inside.

Promises: total: any bytes give texts and what could not be read, within the budget; nothing raises. A reader that
breaks, in whatever way, leaves "damaged"; what is beyond the budget or the memory is "too_big", beyond the depth
"too_deep".
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.extraction.files import DEPTH_MAX, Budget, File, Piece, Reader, Spent
from gateway.extraction.kinds import readers
from gateway.extraction.sheets import raise_own
from rules.case import Extract, Unread
from rules.text.charsets import whole_letters


def walk(file: File, budget: Budget) -> Iterator[Extract | Unread]:
    """Everything in this file."""
    try:
        found = list(readers(file))
    except Exception:  # noqa: BLE001 - total
        yield file.unread("damaged")
        return
    for reader in found:
        if isinstance(reader, str):
            yield file.unread(reader)
        else:
            yield from _read(file, reader, budget)


def _read(file: File, reader: Reader, budget: Budget) -> Iterator[Extract | Unread]:
    pieces: Iterator[Piece] | None = None
    while True:
        try:
            pieces = reader(file, budget) if pieces is None else pieces
            piece = next(pieces, None)
            if isinstance(piece, Extract):
                budget.say(len(piece.text))
        except (Spent, MemoryError, RecursionError):
            yield file.unread("too_big")
            return
        except BaseException as error:  # noqa: BLE001 - libraries panic with what is no Exception
            raise_own(error)
            yield file.unread("damaged")
            return
        if piece is None:
            return
        if isinstance(piece, File):
            if piece.depth > DEPTH_MAX + 1:
                yield piece.unread("too_deep")
            else:
                yield from walk(piece, budget)
        elif isinstance(piece, Unread):
            yield piece
        elif piece.text.strip():
            yield Extract(piece.where, whole_letters(piece.text), piece.table, piece.first_column)

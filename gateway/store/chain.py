"""Chains: each row carries a gapless number and the hash of the row before it.

Promises: taking a row out, changing one, or putting one in between is found by `broken_at`. The hash covers
ciphertext and salted commitments only, so the chain still verifies after a message was erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

FIRST = bytes(32)  # what the first row names as the one before it


@dataclass(frozen=True, slots=True)
class Link:
    """The end of a chain, or a row of it."""

    number: int
    hash: bytes


START = Link(0, FIRST)


def link(before: Link, *fields: bytes) -> Link:
    """Give the next row's number and hash. Each field is preceded by its length, so none can run into another."""
    number = before.number + 1
    parts = [before.hash, number.to_bytes(8)]
    for field in fields:
        parts += (len(field).to_bytes(8), field)
    return Link(number, sha256(b"".join(parts)).digest())


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One stored row, as verification needs it."""

    number: int
    previous: bytes
    hash: bytes
    fields: tuple[bytes, ...]


def broken_at(rows: Iterable[ChainRow], end: Link = START) -> tuple[Link, int | None]:
    """Follow rows from `end` on. Returns how far they hold, and the number of the first that does not (or None)."""
    for row in rows:
        following = link(end, *row.fields)
        if (row.number, row.previous, row.hash) != (following.number, end.hash, following.hash):
            return end, following.number
        end = following
    return end, None

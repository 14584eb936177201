"""Following the chains from their first row.

Promises: reads in stretches, so memory stays small however long a chain is. Finds a row changed, taken out, put in or
renumbered. A chain cut off at its end still follows: that is what the sealing of roots is for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.store.chain import START, ChainRow, broken_at
from gateway.store.store import Store

STRETCH = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows follow from one another, and the number of the first that does not."""

    rows: int
    broken_at: int | None


async def verify_archive(store: Store) -> Verified:
    """Follow the archive's chain."""
    return await _follow(lambda after: store.archive_chain(after=after, limit=STRETCH))


async def verify_audit(store: Store) -> Verified:
    """Follow the chain of audit lines."""
    return await _follow(lambda after: store.audit_chain(after=after, limit=STRETCH))


async def _follow(read: Callable[[int], Awaitable[list[ChainRow]]]) -> Verified:
    end, broken = START, None
    while broken is None and (rows := await read(end.number)):
        end, broken = broken_at(rows, end)
    return Verified(end.number, broken)

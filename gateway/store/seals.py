"""Sealed columns: a few values as JSON, encrypted with the message's key and bound to their row.

Promises: what one row's column holds opens nowhere else, not even in another row of the same message. Text that is
not valid Unicode (lone surrogates from hostile mail) survives.
Fails: Damaged.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from backports import zstd

from gateway.crypto import MasterKey, Purpose, SealBroken, Sealer, blind
from gateway.errors import Damaged
from gateway.store.schema import BLIND_BYTES

# Mail is mostly written once and seldom read: the cheapest level that still halves text.
COMPRESSION_LEVEL = 1
REMEMBERED = 8192
_here = threading.local()
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def pack(value: object) -> bytes:
    """Write plain values as compact JSON."""
    return _encode(value).encode("utf-8", "surrogatepass")


def unpack(packed: bytes) -> Any:
    """Read what `pack` wrote."""
    return json.loads(packed.decode("utf-8", "surrogatepass"))


def seal_value(sealer: Sealer, packed: bytes, place: str) -> bytes:
    """Seal packed values for the column `place` names: table, column and number of the row."""
    return sealer.seal(packed, place.encode("ascii"))


def open_value(sealer: Sealer, sealed: bytes, place: str) -> Any:
    """Open and read a sealed column."""
    try:
        return unpack(sealer.open(sealed, place.encode("ascii")))
    except SealBroken as exc:
        raise Damaged(f"{place} does not open") from exc


def seal_body(sealer: Sealer, raw: bytes, name: str) -> bytes:
    """Compress and seal a message for its row."""
    try:
        compressor = _here.compressor
    except AttributeError:  # the first message of this thread: making one costs a third of using it
        compressor = _here.compressor = zstd.ZstdCompressor(level=COMPRESSION_LEVEL)
    return sealer.seal(compressor.compress(raw, zstd.ZstdCompressor.FLUSH_FRAME), b"body " + name.encode("ascii"))


def open_body(sealer: Sealer, sealed: bytes, name: str) -> bytes:
    """Open and expand a message's row."""
    try:
        return zstd.decompress(sealer.open(sealed, b"body " + name.encode("ascii")))
    except SealBroken as exc:
        raise Damaged(f"message {name} does not open") from exc


class House:
    """The keys of the house that are not a message's: made once from the master key."""

    __slots__ = ("_index", "_sealers", "blind")

    def __init__(self, master: MasterKey) -> None:
        self._index = master.derive("index")
        # The same people write to the same people: most digests were made before.
        self.blind = lru_cache(REMEMBERED)(self._blind)
        purposes: tuple[Purpose, ...] = ("fields", "roster", "audit", "messages")
        self._sealers: Mapping[Purpose, Sealer] = {purpose: Sealer(master.derive(purpose)) for purpose in purposes}

    def sealer(self, purpose: Purpose) -> Sealer:
        return self._sealers[purpose]

    def _blind(self, kind: str, *values: str) -> bytes:
        """Give the digest a value is found by. Another kind, another digest: equal values don't show across kinds."""
        return blind(self._index, "\0".join((kind, *values)))[:BLIND_BYTES]

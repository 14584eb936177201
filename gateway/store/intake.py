"""What a message needs before it can be committed: a key, a place for its bytes, and its work done.

Promises: the event loop waits neither for the disk nor for compressing what takes long.
Fails: StoreUnavailable, DiskLow (a file that can't be written), IllegalTransition.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from gateway.clock import Clock
from gateway.store.blobs import Blobs, BlobWriter
from gateway.store.disposition import ROW_BYTES_MAX, BlobRef, Disposition
from gateway.store.keys import Keys, MessageKey
from gateway.store.prepared import Prepared, prepare
from gateway.store.seals import House
from gateway.store.writer import Writer

# Compressing more than this takes long enough to be worth a thread.
INLINE_BYTES_MAX = 32 * 1024


@dataclass(frozen=True, slots=True)
class Intake:
    """Prepares. Shared by all messages of a process."""

    keys: Keys
    house: House
    blobs: Blobs
    clock: Clock
    threads: Executor
    writer: Writer

    async def prepared(self, disposition: Disposition) -> Prepared:
        """Do everything for a disposition that is not the transaction."""
        disposition, key = await self._with_key(disposition)
        if isinstance(disposition.message, BlobRef) or len(disposition.message) <= INLINE_BYTES_MAX:
            return self._prepare(disposition, key)
        return await asyncio.get_running_loop().run_in_executor(self.threads, self._prepare, disposition, key)

    async def _with_key(self, disposition: Disposition) -> tuple[Disposition, MessageKey]:
        message = disposition.message
        if isinstance(message, bytes):
            if len(message) <= ROW_BYTES_MAX:
                return disposition, await self._take_key()
            writer = self.new_blob()
            await writer.write(message)
            message = await writer.finish()
        return replace(disposition, message=message), MessageKey(message.name, message.key, message.key_at)

    def _prepare(self, disposition: Disposition, key: MessageKey) -> Prepared:
        return prepare(disposition, key, self.keys.remember(key), self.house, self.clock.now())

    def new_blob(self) -> BlobWriter:
        """Begin a message that may be too large for a row, while it comes in."""
        return BlobWriter(self.blobs, self._take_key, self.threads)

    async def _take_key(self) -> MessageKey:
        key = self.keys.take()
        while key is None:
            await self.writer.run(lambda _connection: None)  # the writer makes keys ahead of each transaction
            key = self.keys.take()
        return key

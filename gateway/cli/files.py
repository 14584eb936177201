"""Attachments of messages that are judged by hand, looked into as the gateway does.

Promises: the same nursery and the same limits; it starts with the first message that has attachments, and ends with
`close` or with us.
Fails: Stop where there can be no nursery.
"""

from __future__ import annotations

import asyncio

from gateway.cli.setting import NOT_THERE, Stop
from gateway.extraction.parts import attached
from gateway.extraction.pool import ExtractionUnavailable, Extractor, Extracts
from rules.message import Message


class Files:
    """Reads the attachments of one message after the other."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._extractor = Extractor()
        self._nursery: asyncio.Task[None] | None = None

    def read(self, message: Message) -> Extracts:
        """What the attachments say, and what of them could not be read."""
        if next(attached(message), None) is None:
            return Extracts()
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            return self._runner.run(self._read(message))
        except ExtractionUnavailable as exc:
            raise Stop(f"attachments can't be read: {exc}", NOT_THERE) from exc

    async def _read(self, message: Message) -> Extracts:
        if self._nursery is None:
            self._nursery = asyncio.get_running_loop().create_task(self._extractor.run())
            await self._extractor.started()
        return await self._extractor.extract(message)

    def close(self) -> None:
        """End the nursery."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

"""Messages too large for a row: files, encrypted while they come in.

Promises: no plain byte touches the disk; a file under its final name is complete and on the disk, folder entry
included, and is never changed. A file that was cut, reordered or changed does not open: every piece carries its
number and the last one says so (the STREAM construction, Hoang et al. 2015). Names are random, so a name tells
nothing about the content.
Fails: StoreUnavailable (disk full or broken), Damaged (file does not open), Erased (file is gone). What a crash
leaves behind is swept after an hour.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeVar

from backports import zstd

from gateway.crypto import TAG_BYTES, SealBroken, Sealer
from gateway.errors import Damaged, Erased, StoreUnavailable
from gateway.store.disposition import BlobRef
from gateway.store.keys import MessageKey
from gateway.store.seals import COMPRESSION_LEVEL

T = TypeVar("T")

PIECE_BYTES = 64 * 1024
# Received bytes are handed to the thread in lumps of this size: a hop a lump, and little memory per session.
LUMP_BYTES = 256 * 1024
MAGIC = b"PW1\n"
# Nonce of a piece: seven random bytes of the file, the piece's number, and whether it is the last.
PREFIX_BYTES = 7
COUNTER_BYTES = 4
TEMPORARY = ".tmp"


class Blobs:
    """The folder of large messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        return self.folder / name

    def pieces(self, name: str, sealer: Sealer) -> Iterator[bytes]:
        """Read a message piece by piece. Every piece is genuine; only the end of the iteration says it is whole."""
        try:
            file = self.path(name).open("rb")
        except FileNotFoundError as exc:
            raise Erased(f"the file of message {name} is gone") from exc
        except OSError as exc:
            raise StoreUnavailable("a message file can't be read") from exc
        with file:
            expander = zstd.ZstdDecompressor()
            for piece in _open_pieces(file, name, sealer):
                yield expander.decompress(piece)

    def read(self, name: str, sealer: Sealer) -> bytes:
        return b"".join(self.pieces(name, sealer))

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def older_than(self, moment: float) -> list[str]:
        """List files last written before `moment` (seconds since 1970), temporary ones too."""
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                # Between its name and this look a message that comes in may have got its final name.
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < moment:
                        found.append(entry.name)
        return found


class BlobWriter:
    """Writes one message that is coming in. `write`, then `finish` or `abort`; one task only."""

    def __init__(self, blobs: Blobs, take_key: Callable[[], Awaitable[MessageKey]], threads: Executor) -> None:
        self._blobs = blobs
        self._take_key = take_key
        self._threads = threads
        self._waiting = bytearray()
        self._file: _SealedFile | None = None

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes of the message. Encryption and disk are in another thread."""
        self._waiting += chunk
        if len(self._waiting) >= LUMP_BYTES:
            await self._put()

    async def finish(self) -> BlobRef:
        """Make the file durable under its name. Only then may a commit name it."""
        file = await self._put()
        return await self._run(file.finish)

    async def abort(self) -> None:
        """Forget the message: the client went away, or it is too large."""
        if self._file is not None:
            await self._run(self._file.abort)

    async def _put(self) -> _SealedFile:
        if self._file is None:
            key = await self._take_key()
            self._file = await self._run(lambda: _SealedFile(self._blobs, key))
        file, lump = self._file, bytes(self._waiting)
        self._waiting.clear()
        await self._run(lambda: file.write(lump))
        return file

    async def _run(self, act: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, act)
        except OSError as exc:
            raise StoreUnavailable("a message file can't be written") from exc


class _SealedFile:
    """The file behind a BlobWriter; runs in the thread."""

    def __init__(self, blobs: Blobs, key: MessageKey) -> None:
        self._key = key
        self._sealer = Sealer(key.key)
        self._final = blobs.path(key.name)
        self._temporary = self._final.with_suffix(TEMPORARY)
        self._compressor = zstd.ZstdCompressor(level=COMPRESSION_LEVEL)
        self._prefix = os.urandom(PREFIX_BYTES)
        self._digest = sha256()
        self._packed = bytearray()
        self._size = 0
        self._pieces = 0
        self._file = os.fdopen(os.open(self._temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self._emit(MAGIC + self._prefix)

    def write(self, lump: bytes) -> None:
        self._size += len(lump)
        self._packed += self._compressor.compress(lump)
        # One piece always stays behind: the last piece is never empty, and is known only at the end.
        while len(self._packed) > PIECE_BYTES:
            self._seal_piece(last=False)

    def finish(self) -> BlobRef:
        self._packed += self._compressor.flush()
        while len(self._packed) > PIECE_BYTES:
            self._seal_piece(last=False)
        self._seal_piece(last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.rename(self._final)
        sync_folder(self._final.parent)
        return BlobRef(self._key.name, self._size, self._digest.digest(), self._key.key, self._key.made_at)

    def abort(self) -> None:
        self._file.close()
        self._temporary.unlink(missing_ok=True)

    def _seal_piece(self, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._pieces, last=last)
        self._emit(self._sealer.seal_at(nonce, bytes(self._packed[:PIECE_BYTES]), _place(self._key.name)))
        del self._packed[:PIECE_BYTES]
        self._pieces += 1

    def _emit(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


def sync_folder(folder: Path) -> None:
    """Put the folder's entries on the disk: without this a crash may forget a rename that was seen to succeed."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _open_pieces(file: BinaryIO, name: str, sealer: Sealer) -> Iterator[bytes]:
    header = file.read(len(MAGIC) + PREFIX_BYTES)
    if not header.startswith(MAGIC):
        raise Damaged(f"the file of message {name} does not begin as it should")
    prefix = header[len(MAGIC) :]
    number = 0
    piece = file.read(PIECE_BYTES + TAG_BYTES)
    while True:
        following = file.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield sealer.open_at(_nonce(prefix, number, last=not following), piece, _place(name))
        except (SealBroken, ValueError) as exc:
            raise Damaged(f"the file of message {name} was cut or changed") from exc
        if not following:
            return
        piece = following
        number += 1


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(COUNTER_BYTES) + bytes([last])


def _place(name: str) -> bytes:
    return b"piece " + name.encode("ascii")

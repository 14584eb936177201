"""Archives: ZIP, and the files that hold one other file or a row of them (gzip, bzip2, xz, tar).

Promises: nothing is unpacked beyond the budget, whatever sizes an archive claims: bytes are counted as they come out.
An archive can promise as much as it likes; a limit on the whole stops every bomb, one on the ratio only some.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from gateway.extraction.files import Broken, Budget, File, Piece

_CHUNK_BYTES = 256 * 1024
# APPNOTE.TXT 4.4.4: bit 0 for encryption of any kind, bit 13 for a masked directory.
_ENCRYPTED_BITS = 1 | 1 << 13
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_PACKERS: tuple[tuple[bytes, Callable[[IO[bytes]], Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. `data` is empty and `why` says so where it can't be read."""

    number: int
    name: str
    data: bytes = field(default=b"", repr=False)
    why: str = ""


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """The files of a ZIP, in the order of its directory; raises Broken if there is none, Spent beyond the budget."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError, OverflowError) as exc:
        raise Broken from exc
    for number, info in enumerate(archive.infolist(), 1):
        if info.is_dir():
            continue
        budget.open()
        if info.flag_bits & _ENCRYPTED_BITS:
            yield Member(number, info.filename, why="encrypted")
            continue
        if info.compress_type not in _PACKINGS:
            yield Member(number, info.filename, why="unknown")
            continue
        try:
            with archive.open(info) as stream:
                content = drained(stream, budget)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError):
            yield Member(number, info.filename, why="damaged")
        else:
            yield Member(number, info.filename, content)


def drained(stream: IO[bytes], budget: Budget) -> bytes:
    """All of a stream, counted while it comes."""
    chunks = []
    while chunk := stream.read(_CHUNK_BYTES):
        budget.unpack(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)


def read_zip(file: File, budget: Budget) -> Iterator[Piece]:
    """The names in it, then each file."""
    names = []
    for member in members(file.data, budget):
        names.append(member.name)
        label = f"file {member.number}"
        yield file.unread(member.why, label) if member.why else file.inside(label, member.data, member.name)
    yield file.text("\n".join(names), "names of files")


def read_packed(file: File, budget: Budget) -> Iterator[Piece]:
    """The one file in a gzip, bzip2 or xz file."""
    opened = next((opened for magic, opened in _PACKERS if file.data.startswith(magic)))
    try:
        with opened(io.BytesIO(file.data)) as stream:
            content = drained(stream, budget)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as exc:
        raise Broken from exc
    budget.open()
    yield file.inside("content", content, file.name.rpartition(".")[0])


def read_tar(file: File, budget: Budget) -> Iterator[Piece]:
    """The files of a tape archive; links and devices are names only."""
    names = []
    try:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:") as archive:
            for number, info in enumerate(archive, 1):
                budget.open()
                names.append(info.name)
                stream = archive.extractfile(info) if info.isreg() else None
                if stream is not None:
                    yield file.inside(f"file {number}", drained(stream, budget), info.name)
    except (tarfile.TarError, OSError, EOFError, ValueError) as exc:
        raise Broken from exc
    yield file.text("\n".join(names), "names of files")

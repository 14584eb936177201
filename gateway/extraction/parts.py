"""Which parts of a message are files to look into, and how they travel: sealed memory, and where each lies in it.

Promises: every attachment is among them, also those of attached, packed and signed messages; texts that the message
itself shows are not, nor are pictures within a text.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.extraction.files import File
from rules.message import Message, Part

# What is read with the message itself, or proves instead of telling.
_READ_ELSEWHERE = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"})
_PROOFS = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "message/delivery-status", "message/disposition-notification", "message/global-delivery-status",
    "message/global-disposition-notification",
})  # fmt: skip
# What `rules.message.unread` says already.
_SHUT = frozenset({"smime_encrypted", "pgp_encrypted", "rpmsg"})
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


def attached(message: Message, within: str = "") -> Iterator[File]:
    """The files of a message, in order."""
    for part in message.parts:
        where = f"{within}part {part.path}" if part.path else f"{within}message"
        if part.message is not None:
            yield from attached(part.message, f"{where}: ")
        elif _is_file(part):
            yield File(where, part.payload, part.filename, part.content_type, part.charset)


def _is_file(part: Part) -> bool:
    kind = part.content_type
    if kind in _PROOFS or part.kinds & _SHUT or part.holds_message or part.cms is not None:
        return False
    if kind in _READ_ELSEWHERE and not part.is_attachment:
        return False
    return part.is_attachment or not kind.startswith("image/")


@dataclass(frozen=True, slots=True)
class Parcel:
    """Files in sealed memory: a descriptor, and for each file its place, its size and what was said of it."""

    descriptor: int
    files: tuple[tuple[str, int, int, str, str, str | None], ...]

    def request(self, first: int) -> bytes:
        """What to read, from the file numbered `first` on."""
        return json.dumps(self.files[first:]).encode()

    def close(self) -> None:
        """Give the memory back."""
        os.close(self.descriptor)


def pack(files: list[File]) -> Parcel:
    """Put the files into memory that nobody can change any more."""
    descriptor = os.memfd_create("files", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    places, position = [], 0
    try:
        for file in files:
            view = memoryview(file.data)
            while view:
                view = view[os.write(descriptor, view) :]
            places.append((file.where, position, len(file.data), file.name, file.kind, file.charset))
            position += len(file.data)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return Parcel(descriptor, tuple(places))


def unpack(descriptor: int, request: bytes) -> Iterator[File]:
    """The files of a request, each read when its turn comes."""
    for where, position, size, name, kind, charset in json.loads(request):
        yield File(where, os.pread(descriptor, size, position), name, kind, charset)

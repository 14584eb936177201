"""What a file is, by its bytes first; its name and label decide only among texts.

Promises: total. A file that is two things at once (a picture with an archive behind it) is read as both. What nobody
here can read is "unknown", what has no letters to read (pictures, sound, film) is "image_only", what needs a key is
"encrypted".
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from gateway.extraction.archives import read_packed, read_tar, read_zip
from gateway.extraction.files import File, Reader
from gateway.extraction.office import is_office, read_office, read_opendocument
from gateway.extraction.ole import read_compound
from gateway.extraction.pdf import read_pdf
from gateway.extraction.plain import read_card, read_message, read_page, read_rtf, read_table, read_text
from rules.message import openpgp
from rules.message.binary import is_text
from rules.message.cms import is_cms

# Readers of PDF look for its head in the first kilobyte (ISO 32000-1, annex H.3.4.1).
_HEAD_BYTES = 1024
_MAGICS: tuple[tuple[bytes, Reader], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", read_compound),
    (b"{\\rtf", read_rtf),
    (b"\x1f\x8b", read_packed),
    (b"BZh", read_packed),
    (b"\xfd7zXZ\0", read_packed),
)
# Packed by what we do not read; a stored file in them may look like a text.
_CLOSED = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"MSCF\0\0\0\0", b"\x28\xb5\x2f\xfd", b"**ACE**", b"ISc(")
_TAR_AT, _TAR = 257, b"ustar"
_SEEN_OR_HEARD = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"\0\0\1\0", b"8BPS",
    b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\x1aE\xdf\xa3", b"FLV\1",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"\0\0\1\xba", b"\0\0\1\xb3", b"MThd", b"#!AMR", b"\xd7\xcd\xc6\x9a",
    b"\0\1\0\0\0", b"OTTO", b"wOFF", b"wOF2", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ",
)  # fmt: skip
_BITMAP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_RIFF = re.compile(rb"RIFF....(?:WAVE|AVI |WEBP)", re.DOTALL)
_BOXES = re.compile(rb"\0\0..ftyp", re.DOTALL)  # mp4, mov, m4a, heic, avif
_METAFILE = re.compile(rb"\x01\0\0\0.{36} EMF", re.DOTALL)
_KEYED = (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", b"Salted__", b"age-encryption.org/", b"\x03\xd9\xa2\x9a")
_PACKET = 0x80
_CARD_NAMES = (".ics", ".vcs", ".ical", ".vcf", ".vcard")
_CARD_KINDS = frozenset({"text/calendar", "application/ics", "text/x-vcalendar", "text/vcard", "text/x-vcard",
                         "text/directory"})  # fmt: skip
_CARD = re.compile(r"\s*BEGIN:V(?:CARD|CALENDAR)", re.IGNORECASE)
_PAGE_NAMES = (".html", ".htm", ".xhtml", ".svg", ".xml", ".mht", ".mhtml")
_PAGE = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype|html|head|body|\?xml|svg|table|div|p\b)", re.IGNORECASE | re.DOTALL
)
_MESSAGE = re.compile(
    rb"(?:(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|content-type|x-[!-9;-~]+)[ \t]*:"
    rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){3}",
    re.IGNORECASE,
)
_MESSAGE_NAMES = (".eml", ".mht", ".mhtml")
_TABLE_NAMES = (".csv", ".tsv", ".tab")


def readers(file: File) -> Iterator[Reader | str]:
    """Who reads this file, or why nobody can; nothing for an empty one."""
    data = file.data
    if not data.strip(b"\0 \t\r\n"):
        return
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield _package(data)
        return
    if b"%PDF-" in data[:_HEAD_BYTES]:
        yield read_pdf
        return
    if data.startswith(_CLOSED):
        yield "unknown"
        return
    for magic, reader in _MAGICS:
        if data.startswith(magic):
            yield reader
            return
    if data[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        yield read_tar
        return
    archive = zipfile.is_zipfile(io.BytesIO(data))
    if archive:
        yield _package(data)
    if _keyed(file):
        yield "encrypted"
    elif _is_key(file):
        return  # whom it names stands in the message's own places
    elif is_picture(data):
        yield "image_only"
    elif is_text(data):
        yield _text_reader(file)
    elif not archive or data.startswith(b"MZ"):
        yield "unknown"


def is_picture(data: bytes) -> bool:
    """Whether this is a picture, sound, film or font."""
    return data.startswith(_SEEN_OR_HEARD) or any(form.match(data) for form in (_BITMAP, _RIFF, _BOXES, _METAFILE))


def _keyed(file: File) -> bool:
    data = file.data
    if data.startswith(_KEYED) or is_cms(data) or openpgp.armoured(data[:_HEAD_BYTES]):
        return True
    # The packets of PGP are told by one octet: only a name makes that a sign.
    return file.name.lower().rstrip(" .").endswith(openpgp.NAMES) and openpgp.shuts(data[:1])


def _is_key(file: File) -> bool:
    """Whether this is a public key or a signature of PGP's, in packets (RFC 4880 §4.2): nothing in it is secret."""
    named = file.name.lower().rstrip(" .").endswith((*openpgp.NAMES, ".sig"))
    return named and file.data[0] & _PACKET != 0 and not openpgp.shuts(file.data[:1])


def _package(data: bytes) -> Reader:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the reader says so
        return read_zip
    if is_office(names):
        return read_office
    if names[:1] == ["mimetype"] or {"content.xml", "META-INF/manifest.xml"} <= set(names):
        return read_opendocument
    return read_zip


def _text_reader(file: File) -> Reader:
    name, data = file.name.lower().rstrip(" ."), file.data
    if file.kind.startswith("message/") or (name.endswith(_MESSAGE_NAMES) and _MESSAGE.match(data.lstrip())):
        return read_message
    if file.kind in _CARD_KINDS or name.endswith(_CARD_NAMES) or _CARD.match(data[:200].decode("latin-1")):
        return read_card
    if (
        file.kind in {"text/html", "application/xhtml+xml", "image/svg+xml"}
        or name.endswith(_PAGE_NAMES)
        or _PAGE.match(data[:2048])
    ):
        return read_page
    if _MESSAGE.match(data):
        return read_message
    if name.endswith(_TABLE_NAMES) or file.kind in {"text/csv", "text/tab-separated-values", "application/csv"}:
        return read_table
    return read_text

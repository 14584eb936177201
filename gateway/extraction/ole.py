"""Compound files: the old formats of Office, Outlook's .msg, encrypted documents, files embedded in documents.

Promises: every letter of a Word document's text is read, in whichever story it stands (body, header, footnote, comment,
text box), by its table of pieces; every text of a presentation; cells, comments and headers of a workbook; every text
and file of a message. What carries a password is "encrypted".
Source: MS-CFB, MS-DOC §2.4.1, MS-PPT §2.3, MS-XLS §2.1, MS-OXMSG §2.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

import olefile

from gateway.extraction.files import Broken, Budget, File, Piece
from gateway.extraction.sheets import read_cells
from rules.message.lzfu import decompress
from rules.text.charsets import decode_bytes
from rules.text.html import html_text
from rules.text.rtf import rtf_text

_PACKAGE = ("package", "contents")
# Field codes, cell marks, page breaks and pictures of Word, as letters.
_WORD_SIGNS = {7: "\t", 11: "\n", 12: "\n", 13: "\n", 19: " ", 20: " ", 21: " ", 30: "-", 31: "", 1: "", 8: "", 2: "",
               3: "", 4: "", 5: "", 0: ""}  # fmt: skip
_MSG_TEXT = re.compile(r"__substg1\.0_([0-9A-F]{4})(001E|001F|0102|101E|101F)(-[0-9A-F]{8})?\Z", re.IGNORECASE)
_ATTACHED = "__attach_version1.0_"
_RTF, _HTML, _DATA = "1009", "1013", "3701"
_NAME, _LONG_NAME, _TYPE = "3704", "3707", "370E"
# MS-PPT §2.9: texts of slides and notes, wide and narrow, and strings (headers, footers, comments).
_PPT_WIDE, _PPT_NARROW, _PPT_STRING = 0x0FA0, 0x0FA8, 0x0FBA
_PPT_CONTAINER, _PPT_ENCRYPTED = 0xF, 0xF3D1C4DF
_XLS_HEADER, _XLS_FOOTER, _XLS_PASSWORD, _XLS_TEXT, _XLS_CONTINUE = 0x14, 0x15, 0x2F, 0x1B6, 0x3C


def read_compound(file: File, budget: Budget) -> Iterator[Piece]:
    """Whatever is in a compound file."""
    try:
        ole = olefile.OleFileIO(io.BytesIO(file.data))
        streams = ["/".join(path) for path in ole.listdir(streams=True, storages=False)]
    except (OSError, ValueError, IndexError, struct.error, KeyError, TypeError, AttributeError) as exc:
        raise Broken from exc
    box = _Box(ole, streams, budget)
    names = box.names
    if "encryptedpackage" in names or "encryptioninfo" in names or "encryptedsummary" in names:
        yield file.unread("encrypted")
    elif "worddocument" in names:
        yield from _word(file, box)
    elif "powerpoint document" in names:
        yield from _slides(file, box)
    elif "workbook" in names or "book" in names:
        yield from _workbook(file, box, budget)
    elif "__properties_version1.0" in names:
        yield from _message(file, box, "")
        return
    elif not any(name.rpartition("/")[2] in {"\x01ole10native", *_PACKAGE} for name in names):
        yield file.unread("unknown")
    yield from _embedded(file, box)


class _Box:
    """The streams of a compound file by their names in lower case."""

    def __init__(self, ole: olefile.OleFileIO, streams: list[str], budget: Budget) -> None:
        self._ole, self._budget = ole, budget
        self.streams = streams
        self.names = {name.lower(): name for name in streams}

    def read(self, name: str) -> bytes:
        """The bytes of a stream; b"" if there is none."""
        known = self.names.get(name.lower())
        if known is None:
            return b""
        try:
            data: bytes = self._ole.openstream(known.split("/")).read()
        except (OSError, ValueError, IndexError, struct.error) as exc:
            raise Broken from exc
        self._budget.unpack(len(data))
        return data


def _word(file: File, box: _Box) -> Iterator[Piece]:
    main = box.read("WordDocument")
    try:
        (flags,) = struct.unpack_from("<H", main, 0x0A)
        if flags & 0x0100:
            yield file.unread("encrypted")
            return
        start, length = struct.unpack_from("<II", main, 0x01A2)
        table = box.read("1Table" if flags & 0x0200 else "0Table")[start : start + length]
        text = "".join(_pieces(main, table))
    except struct.error as exc:
        raise Broken from exc
    yield file.text("\n".join(line.strip(" \r") for line in text.translate(_WORD_SIGNS).split("\n") if line.strip()))


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """The text by its table of pieces (MS-DOC §2.8.35): each says where it stands, and in one octet a letter or two."""
    at = 0
    while table[at : at + 1] == b"\x01":  # formatting comes first
        (size,) = struct.unpack_from("<H", table, at + 1)
        at += 3 + size
    if table[at : at + 1] != b"\x02":
        raise Broken
    (size,) = struct.unpack_from("<I", table, at + 1)
    plc = table[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    if count < 1:
        raise Broken
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    left = 2 * len(main)  # pieces may not tell the same bytes over and over
    for index in range(count):
        (place,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)
        letters = ends[index + 1] - ends[index]
        left -= letters
        if letters < 0 or left < 0:
            raise Broken
        if place & 0x4000_0000:
            begin = (place & 0x3FFF_FFFF) // 2
            yield decode_bytes(main[begin : begin + letters], "windows-1252")[0]
        else:
            yield main[place : place + 2 * letters].decode("utf-16-le", "replace")


def _slides(file: File, box: _Box) -> Iterator[Piece]:
    user = box.read("Current User")
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == _PPT_ENCRYPTED:
        yield file.unread("encrypted")
        return
    data, at, said = box.read("PowerPoint Document"), 0, []
    while at + 8 <= len(data):
        version, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if version & 0xF == _PPT_CONTAINER:
            continue  # what it holds comes next
        if kind in {_PPT_WIDE, _PPT_STRING}:
            said.append(data[at : at + size].decode("utf-16-le", "replace"))
        elif kind == _PPT_NARROW:
            said.append(data[at : at + size].decode("latin-1"))
        at += size
    if at > len(data):
        yield file.unread("damaged")
    text = "\n".join(said).replace("\r", "\n").replace("\x0b", "\n")
    yield file.text(text) if text.strip() else file.unread("image_only")


def _workbook(file: File, box: _Box, budget: Budget) -> Iterator[Piece]:
    data, at, said = box.read("Workbook") or box.read("Book"), 0, []
    previous = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _XLS_PASSWORD:
            yield file.unread("encrypted")
            return
        if kind in {_XLS_HEADER, _XLS_FOOTER} and size > 3:
            said.append(body[3:].decode("utf-16-le" if body[2] & 1 else "cp1252", "replace"))
        if kind == _XLS_CONTINUE and previous == _XLS_TEXT and size > 1:
            said.append(body[1:].decode("utf-16-le" if body[0] & 1 else "cp1252", "replace"))
        previous = kind
    if said:
        yield file.text("\n".join(said), "comments and headers")
    yield from read_cells(file, budget, [])


def _message(file: File, box: _Box, within: str) -> Iterator[Piece]:
    """One message: its texts, then its attachments, each a storage of its own."""
    said: list[str] = []
    attached: dict[str, None] = {}
    for name in box.streams:
        if not name.lower().startswith(within.lower()):
            continue
        rest = name[len(within) :]
        top, _, deeper = rest.partition("/")
        if top.lower().startswith(_ATTACHED):
            attached[top] = None
            continue
        found = _MSG_TEXT.match(rest.rpartition("/")[2].upper().replace("__SUBSTG", "__substg"))
        # Recipients are one storage down, names of properties no text of the message.
        if found is None or top.lower().startswith("__nameid") or "/" in deeper:
            continue
        said.extend(_property(found.group(1), found.group(2), box.read(name)))
    yield file.text("\n".join(filter(None, said)))
    for number, storage in enumerate(attached, 1):
        yield from _attachment(file, box, f"{within}{storage}/", f"file {number}")


def _property(tag: str, kind: str, data: bytes) -> Iterator[str]:
    if kind in {"001F", "101F"}:
        yield data.decode("utf-16-le", "replace").strip("\0")
    elif kind in {"001E", "101E"}:
        yield decode_bytes(data.strip(b"\0"), None)[0]
    elif tag == _RTF:
        yield rtf_text(decompress(data)[0]).text
    elif tag == _HTML:
        page = html_text(decode_bytes(data, None)[0])
        yield "\n".join((page.text, *page.links, *page.hidden))


def _attachment(file: File, box: _Box, storage: str, label: str) -> Iterator[Piece]:
    nested = f"{storage}__substg1.0_3701000D/"
    if any(name.lower().startswith(nested.lower()) for name in box.streams):
        inner = File(f"{file.where}: {label}", b"", depth=file.depth + 1)
        if f"{nested}__properties_version1.0".lower() not in box.names:
            yield inner.unread("unknown")
        elif inner.depth > 8:
            yield inner.unread("too_deep")
        else:
            yield from _message(inner, box, nested)
        return

    def text(tag: str) -> str:
        wide, narrow = box.read(f"{storage}__substg1.0_{tag}001F"), box.read(f"{storage}__substg1.0_{tag}001E")
        return wide.decode("utf-16-le", "replace").strip("\0") or decode_bytes(narrow.strip(b"\0"), None)[0]

    name = text(_LONG_NAME) or text(_NAME)
    if name:
        yield file.text(name, f"{label}: name")
    yield file.inside(label, box.read(f"{storage}__substg1.0_{_DATA}0102"), name, text(_TYPE))


def _embedded(file: File, box: _Box) -> Iterator[Piece]:
    """Files put into a document as objects."""
    number = 0
    for name in box.streams:
        last = name.rpartition("/")[2].lower()
        if last == "\x01ole10native":
            number += 1
            data, label = _native(box.read(name))
            yield file.inside(f"object {number}", data, label)
        elif last == "package" or (last in _PACKAGE and "/" in name):
            number += 1
            yield file.inside(f"object {number}", box.read(name))


def _native(data: bytes) -> tuple[bytes, str]:
    """A file packed as an OLE 1.0 object: names that end with zeros, then the length and the file itself."""
    try:
        position = 6
        names = []
        for _ in range(2):
            end = data.index(b"\0", position)
            names.append(data[position:end])
            position = end + 1
        (length,) = struct.unpack_from("<I", data, position + 4)
        position += 8 + length
        (size,) = struct.unpack_from("<I", data, position)
    except (ValueError, struct.error) as exc:
        raise Broken from exc
    return data[position + 4 : position + 4 + size], decode_bytes(names[0], None)[0]

"""TNEF undone (winmail.dat, MS-OXTNEF): what a packed message says, as texts, and its bodies and files as parts.

Promises: total; time linear in the size, output bounded by the size but for compressed RTF, which has a limit of its
own. Everything that stands in it twice is given twice. Where the bytes are not what the format says, what can be read
is read and `damage` says where: the caller must not take the reading for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rules.message import tnef_stream as names
from rules.message.binary import loose
from rules.message.lzfu import decompress
from rules.message.mapi import BINARY, OBJECT, PROPERTIES_MAX, STRING8, UNICODE, Property, Reader
from rules.message.mapi_text import WIDE, clean, decoded, texts_of, without_end
from rules.message.tnef_stream import SIGNATURE, read_stream
from rules.text.charsets import codepage
from rules.text.rtf import rtf_text

__all__ = ["SIGNATURE", "TNEF_TYPE", "File", "Tnef", "read_tnef"]

TNEF_TYPE = "application/ms-tnef"
_OCTETS_TYPE = "application/octet-stream"
_HEADERS_TYPE = "text/rfc822-headers"
# Attributes that hold letters and are nothing else to us.
_STRINGS: Final = {
    **dict.fromkeys((names.OWNER, names.SENT_FOR, names.FROM), "sender"),
    names.DELEGATE: "recipients",
    **dict.fromkeys((names.MESSAGE_ID, names.PARENT_ID, names.CONVERSATION_ID), "properties"),
}
# MS-OXPROPS: properties, by their identifiers.
_BODIES: Final = {0x1000: "text/plain", 0x1013: "text/html"}
_HEADERS, _HTML_PAGE = 0x007D, 0x3FDE
_DATA, _MIME_TYPE, _CONTENT_ID = 0x3701, 0x370E, 0x3712
_FILE_NAMES: Final = frozenset({0x3001, 0x3704, 0x3707, 0x370C})
_LINES: Final = {
    0x0037: "subject", 0x0E1D: "subject", 0x0070: "subject", 0x001A: "message-class", 0x1035: "message-id",
    0x007F: "message-id", 0x1042: "in-reply-to", 0x1039: "references",
}  # fmt: skip
_PEOPLE: Final = {
    **dict.fromkeys(
        (0x0C19, 0x0C1A, 0x0C1D, 0x0C1E, 0x0C1F, 0x003B, 0x0041, 0x0042, 0x0064, 0x0065, 0x5D01, 0x5D02), "sender"
    ),
    **dict.fromkeys((0x0E02, 0x0E03, 0x0E04, 0x004F, 0x0050, 0x0072, 0x0073, 0x0074), "recipients"),
}
_EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_INTERFACE_BYTES = 16
# Compressed RTF, whatever property it is: sizes, then one of these (MS-OXRTFCP §2.1.3.1.1).
_RTF_MARK_AT = 8
_RTF_MARKS: Final = frozenset({b"LZFu", b"MELA"})
# One is what a message has; a few more are read before we say that nobody writes this.
_RTF_BODIES_MAX = 3
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]*/[a-z0-9][a-z0-9.+_-]*\Z")


@dataclass(frozen=True, slots=True)
class File:
    """A body, or (`attached`) a file with its names; `kind` is a media type, `charset` "" if nobody said."""

    kind: str
    data: bytes
    charset: str = ""
    names: tuple[str, ...] = ()
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Tnef:
    """`lines` are named as header fields are, `texts` by where they stand; `damage` names what is not as it should."""

    lines: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    files: tuple[File, ...]
    damage: tuple[str, ...]


def read_tnef(data: bytes) -> Tnef:
    """Everything the stream says."""
    return _Unpacker(data).unpack()


class _File:
    """A file as its attributes come."""

    def __init__(self) -> None:
        self.kind = _OCTETS_TYPE
        self.names: list[str] = []
        self.contents: list[tuple[str, bytes]] = []  # media type or "" for the file's own, and the octets

    def done(self) -> Iterator[File]:
        names = tuple(dict.fromkeys(filter(None, self.names)))
        for kind, data in self.contents or [("", b"")]:
            yield File(kind or self.kind, data, names=names, attached=True)


class _Unpacker:
    """One walk over the attributes."""

    def __init__(self, data: bytes) -> None:
        stream = read_stream(data)
        self.attributes = stream.attributes
        self.lines: dict[tuple[str, str], None] = {}
        self.texts: dict[str, list[str]] = {}
        self.bodies: list[File] = []
        self.files: list[_File] = []
        self.damage = dict.fromkeys(stream.damage)
        self.charset = self.html_page = ""
        self.properties_left = PROPERTIES_MAX
        self.rtf_bodies = 0
        self._say("attributes", loose(stream.rest))

    def unpack(self) -> Tnef:
        pages = [int.from_bytes(value[:4], "little") for name, value in self.attributes if name == names.CODEPAGE]
        self.charset = codepage(pages[0]) if pages else ""
        if len(set(pages)) > 1:
            self._damaged("code page")
        for name, value in self.attributes:
            if name in names.OF_FILES:
                self._file(name, value)
            else:
                self._message(name, value)
        files = [one for file in self.files for one in file.done()]
        texts = tuple((where, "\n".join(pieces)) for where, pieces in self.texts.items())
        return Tnef(tuple(self.lines), texts, (*self.bodies, *files), tuple(self.damage))

    def _damaged(self, where: str, unread: bytes = b"") -> None:
        """What is not as it should be; in what can't be taken apart at least the addresses are looked for."""
        self.damage[where] = None
        self._say(where, loose(unread))

    def _message(self, name: int, value: bytes) -> None:
        if name == names.PROPERTIES:
            found = self._list(value, "properties")
            self._find_html_page(found)
            for one in found:
                self._message_property(one)
        elif name == names.RECIPIENTS:
            for one in self._list(value, "recipients", table=True):
                self._say("recipients", *self._texts(one))
        elif name == names.BODY:
            self.bodies.append(File("text/plain", without_end(value, STRING8), self.charset))
        elif name in {names.SUBJECT, names.CLASS}:
            self._line("subject" if name == names.SUBJECT else "message-class", decoded(value, self.charset))
        elif name in _STRINGS:
            self._say(_STRINGS[name], decoded(value, self.charset))
        else:
            self._say("attributes", loose(value))

    def _find_html_page(self, found: Iterable[Property]) -> None:
        for one in found:
            if one.id == _HTML_PAGE and one.values:
                self.html_page = codepage(int.from_bytes(one.values[0][:4], "little"))

    def _message_property(self, one: Property) -> None:
        if one.id in _BODIES and one.type in {STRING8, UNICODE, BINARY}:
            kind = _BODIES[one.id]
            narrow = (self.html_page if kind == "text/html" else "") or self.charset
            charset = WIDE if one.type == UNICODE else narrow
            self.bodies += (File(kind, without_end(value, one.type), charset) for value in one.values)
        elif one.id == _HEADERS:
            for text in self._texts(one):
                self._headers(text)
        elif one.id in _LINES:
            for text in self._texts(one):
                self._line(_LINES[one.id], text)
        else:
            self._say(_PEOPLE.get(one.id, "properties"), *self._texts(one))

    def _headers(self, text: str) -> None:
        """The header a message came with, if it came from elsewhere; Outlook puts a line before it that is none."""
        first, end, rest = text.partition("\n")
        if ":" not in first:
            self._say("properties", first)
            text = rest if end else ""
        self.bodies.append(File(_HEADERS_TYPE, text.encode(), "utf-8"))

    def _rtf(self, value: bytes) -> None:
        self.rtf_bodies += 1
        if self.rtf_bodies > _RTF_BODIES_MAX:
            self._damaged("rtf")
            return
        data, whole = decompress(value)
        if not whole:
            self._damaged("rtf")
        found = rtf_text(data)
        self.bodies.append(File("text/plain", found.text.encode(), "utf-8"))
        if found.html:
            self.bodies.append(File("text/html", found.html.encode(), "utf-8"))
        self.bodies += (File(_OCTETS_TYPE, one) for one in found.objects)
        self._say("rtf", found.hidden, found.shown, data.decode("latin-1") if found.doubtful else "")

    def _file(self, name: int, value: bytes) -> None:
        if name == names.FILE_STARTS or not self.files:
            self.files.append(_File())
        file = self.files[-1]
        where = f"file {len(self.files)}"
        if name == names.FILE_DATA:
            file.contents.append(("", value))
        elif name == names.FILE_PICTURE:
            self.bodies.append(File(_OCTETS_TYPE, value))  # how its icon looks: not the file, whatever its name
        elif name in {names.FILE_TITLE, names.FILE_NAME}:
            file.names.append(decoded(value, self.charset))
        elif name == names.FILE_PROPERTIES:
            for one in self._list(value, where):
                self._file_property(file, one, where)
        else:
            self._say(where, loose(value))

    def _file_property(self, file: _File, one: Property, where: str) -> None:
        if one.id == _DATA and one.type == OBJECT:
            for value in one.values:
                kind = TNEF_TYPE if value.startswith(_EMBEDDED_MESSAGE) else _OCTETS_TYPE
                file.contents.append((kind, value[_INTERFACE_BYTES:]))
        elif one.id == _DATA and one.type == BINARY:
            file.contents += (("", value) for value in one.values)
        elif one.id in _FILE_NAMES:
            file.names += self._texts(one)
        else:
            texts = self._texts(one)
            if one.id == _MIME_TYPE and texts:
                file.kind = _media_type(texts[0])
            mark = "Content-ID: " if one.id == _CONTENT_ID else ""
            self._say(where, *(mark + text for text in texts))

    def _list(self, value: bytes, where: str, *, table: bool = False) -> list[Property]:
        reader = Reader(value, self.properties_left)
        found = list(reader.rows() if table else reader.properties())
        self.properties_left = reader.left
        if not reader.whole or reader.rest.strip(b"\0"):
            self._damaged(where, reader.rest)
        return found

    def _texts(self, one: Property) -> list[str]:
        """What the property says, and its name, if it has one of letters."""
        said = [one.name]
        for value in one.values:
            if one.type in {BINARY, OBJECT} and value[_RTF_MARK_AT : _RTF_MARK_AT + 4] in _RTF_MARKS:
                self._rtf(value)
            else:
                said += texts_of(one.type, value, self.charset)
        return [text for text in said if text]

    def _line(self, name: str, text: str) -> None:
        if text:
            self.lines[name, text] = None

    def _say(self, where: str, *texts: str) -> None:
        if said := [cleaned for text in texts if (cleaned := clean(text))]:
            self.texts.setdefault(where, []).extend(said)


def _media_type(text: str) -> str:
    kind = text.strip().lower()
    if kind.startswith("multipart/"):
        return "message/rfc822"  # a signed message: the file is the whole entity with its header
    return kind if _MEDIA_TYPE.match(kind) else _OCTETS_TYPE

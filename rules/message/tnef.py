"""TNEF undone (winmail.dat, MS-OXTNEF): what a packed message says, as texts, and its bodies and files as parts.

Promises: total; time linear in the size, output bounded by the size but for compressed RTF, which has a limit of its
own. Everything that stands in it twice is given twice. Where the bytes are not what the format says, what can be read
is read and `damage` says where: the caller must not take the reading for the whole.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rules.message.binary import loose
from rules.message.lzfu import decompress
from rules.message.mapi import BINARY, OBJECT, STRING8, UNICODE, Property, Reader
from rules.text.charsets import codepage, decode_bytes, guess
from rules.text.rtf import rtf_text

SIGNATURE = b"\x78\x9f\x3e\x22"
TNEF_TYPE = "application/ms-tnef"
_OCTETS_TYPE = "application/octet-stream"
# Signature and key, then attributes: level, identifier, length; behind the data the sum of its octets.
_START_BYTES = 6
_HEAD = struct.Struct("<BHHI")
_SUM = struct.Struct("<H")
# A message has about twenty, and seven for each file.
ATTRIBUTES_MAX = 10_000
# One is what a message has; a few more are read before we say that nobody writes this.
_RTF_BODIES_MAX = 3

# MS-OXTNEF §2.1.3.3: attributes, by the half of the identifier that is not their type.
_OWNER, _SENT_FOR, _DELEGATE, _FROM = 0x0000, 0x0001, 0x0002, 0x8000
_SUBJECT, _CLASS, _BODY, _CODEPAGE = 0x8004, 0x8008, 0x800C, 0x9007
_PROPERTIES, _RECIPIENTS = 0x9003, 0x9004
_FILE_STARTS, _FILE_DATA, _FILE_TITLE, _FILE_NAME, _FILE_PICTURE, _FILE_PROPERTIES = (
    0x9002, 0x800F, 0x8010, 0x9001, 0x8011, 0x9005
)  # fmt: skip
_STRINGS: Final = {
    _OWNER: "sender", _SENT_FOR: "sender", _FROM: "sender", _DELEGATE: "recipients", 0x8009: "properties",
    0x800A: "properties", 0x800B: "properties",
}  # fmt: skip
# MS-OXPROPS: properties.
_P_BODY, _P_RTF, _P_HTML, _P_HEADERS = 0x1000, 0x1009, 0x1013, 0x007D
_P_HTML_PAGE = 0x3FDE
_P_DATA, _P_MIME_TYPE, _P_CONTENT_ID = 0x3701, 0x370E, 0x3712
_P_FILE_NAMES: Final = frozenset({0x3001, 0x3704, 0x3707, 0x370C})
_P_LINES: Final = {
    0x0037: "subject", 0x0E1D: "subject", 0x0070: "subject", 0x001A: "message-class", 0x1035: "message-id",
    0x1042: "in-reply-to", 0x1039: "references",
}  # fmt: skip
_P_SENDER: Final = frozenset({
    0x0C19, 0x0C1A, 0x0C1E, 0x0C1F, 0x0C1D, 0x0041, 0x0042, 0x0064, 0x0065, 0x003B, 0x5D01, 0x5D02,
})  # fmt: skip
_P_RECIPIENTS: Final = frozenset({0x0E02, 0x0E03, 0x0E04, 0x0050, 0x004F, 0x0072, 0x0073, 0x0074})
_EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_INTERFACE_BYTES = 16
# MS-OXCDATA §2.2.5.1: an address that stands in no directory; then version and flags, then name, kind and address.
_ONE_OFF = bytes.fromhex("812b1fa4bea310199d6e00dd010f5402")
_ONE_OFF_WIDE = 0x80
_MIME_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]*/[a-z0-9][a-z0-9.+_-]*\Z")


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
        self.data = data
        self.lines: dict[tuple[str, str], None] = {}
        self.texts: dict[str, list[str]] = {}
        self.bodies: list[File] = []
        self.files: list[_File] = []
        self.damage: dict[str, None] = {}
        self.charset = ""
        self.html_page = ""
        self.rtf_bodies = 0

    def unpack(self) -> Tnef:
        attributes = list(self._attributes())
        for _, name, value in attributes:
            if name == _CODEPAGE and len(value) >= 4 and not self.charset:
                self.charset = codepage(int.from_bytes(value[:4], "little"))
        for level, name, value in attributes:
            if level == 1:
                self._message(name, value)
            else:
                self._file(name, value)
        files = [one for file in self.files for one in file.done()]
        texts = tuple((where, "\n".join(pieces)) for where, pieces in self.texts.items())
        return Tnef(tuple(self.lines), texts, (*self.bodies, *files), tuple(self.damage))

    def _attributes(self) -> Iterator[tuple[int, int, bytes]]:
        data, end = self.data, len(self.data)
        if not data.startswith(SIGNATURE):
            self._damaged("signature", data)
            return
        position = _START_BYTES
        for _ in range(ATTRIBUTES_MAX):
            if not data[position : position + _HEAD.size + _SUM.size].strip(b"\0\r\n\t "):
                break  # the end, or what transport adds to a file
            if position + _HEAD.size > end:
                break
            level, name, _, length = _HEAD.unpack_from(data, position)
            start = position + _HEAD.size
            stop = start + length
            if level not in {1, 2}:
                break
            value = data[start:stop]
            if stop + _SUM.size > end:
                self._damaged("length")
            elif _SUM.unpack_from(data, stop)[0] != _sum(value):
                self._damaged("check sum")
            yield level, name, value
            position = stop + _SUM.size
        if data[position:].strip(b"\0\r\n\t "):
            self._damaged("attributes", data[position:])

    def _damaged(self, where: str, unread: bytes = b"") -> None:
        """What is not as it should be; in what can't be taken apart at least the addresses are looked for."""
        self.damage[where] = None
        self._say(where, loose(unread))

    def _message(self, name: int, value: bytes) -> None:
        if name == _PROPERTIES:
            found = self._list(value, "properties")
            self._html_page(found)
            for one in found:
                self._message_property(one)
        elif name == _RECIPIENTS:
            reader = Reader(value)
            for one in reader.rows():
                self._say("recipients", *self._texts(one))
            self._ended(reader, "recipients")
        elif name == _BODY:
            self.bodies.append(File("text/plain", value.rstrip(b"\0"), self.charset))
        elif name == _SUBJECT:
            self._line("subject", self._narrow(value))
        elif name == _CLASS:
            self._line("message-class", self._narrow(value))
        else:
            self._say(_STRINGS.get(name, "attributes"), self._narrow(value) if name in _STRINGS else loose(value))

    def _html_page(self, found: Iterable[Property]) -> None:
        for one in found:
            if one.id == _P_HTML_PAGE and one.values and len(one.values[0]) >= 4:
                self.html_page = codepage(int.from_bytes(one.values[0][:4], "little"))

    def _message_property(self, one: Property) -> None:
        if one.id == _P_RTF and one.type == BINARY:
            for value in one.values:
                self._rtf(value)
        elif one.id in {_P_BODY, _P_HTML} and one.type in {STRING8, UNICODE, BINARY}:
            kind = "text/html" if one.id == _P_HTML else "text/plain"
            charset = "utf-16le" if one.type == UNICODE else (self.html_page if one.id == _P_HTML else self.charset)
            for value in one.values:
                self.bodies.append(File(kind, _ended_at_zeros(value, one.type), charset or self.charset))
        elif one.id == _P_HEADERS:
            # As the message came, if it came from elsewhere.
            self.bodies += (File("text/rfc822-headers", text.encode()) for text in self._texts(one))
        elif one.id in _P_LINES:
            for text in self._texts(one):
                self._line(_P_LINES[one.id], text)
        else:
            where = "sender" if one.id in _P_SENDER else "recipients" if one.id in _P_RECIPIENTS else "properties"
            self._say(where, *self._texts(one))

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
        if name == _FILE_STARTS or not self.files:
            self.files.append(_File())
        file = self.files[-1]
        where = f"file {len(self.files)}"
        if name == _FILE_DATA:
            file.contents.append(("", value))
        elif name in {_FILE_TITLE, _FILE_NAME}:
            file.names.append(self._narrow(value))
        elif name == _FILE_PICTURE:
            file.contents.append((_OCTETS_TYPE, value))
        elif name == _FILE_PROPERTIES:
            for one in self._list(value, where):
                self._file_property(file, one, where)
        else:
            self._say(where, loose(value))

    def _file_property(self, file: _File, one: Property, where: str) -> None:
        if one.id == _P_DATA and one.type in {BINARY, OBJECT}:
            for value in one.values:
                self._file_data(file, one.type, value)
            return
        texts = self._texts(one)
        if one.id in _P_FILE_NAMES:
            file.names += texts
        elif one.id == _P_MIME_TYPE:
            for text in texts:
                file.kind = _media_type(text)
                self._say(where, text)
        elif one.id == _P_CONTENT_ID:
            self._say(where, *(f"Content-ID: {text}" for text in texts))
        else:
            self._say(where, *texts)

    def _file_data(self, file: _File, kind: int, value: bytes) -> None:
        if kind == OBJECT:
            embedded = value.startswith(_EMBEDDED_MESSAGE)
            file.contents.append((TNEF_TYPE if embedded else _OCTETS_TYPE, value[_INTERFACE_BYTES:]))
        else:
            file.contents.append(("", value))

    def _list(self, value: bytes, where: str) -> list[Property]:
        reader = Reader(value)
        found = list(reader.properties())
        self._ended(reader, where)
        return found

    def _ended(self, reader: Reader, where: str) -> None:
        if not reader.whole or reader.rest.strip(b"\0"):
            self._damaged(where, reader.rest)

    def _texts(self, one: Property) -> list[str]:
        """What the property says, and its name, if it has one of letters."""
        said = [_clean(one.name)]
        for value in one.values:
            if one.type == STRING8:
                said.append(self._narrow(value))
            elif one.type == UNICODE:
                said.append(self._decoded(_ended_at_zeros(value, UNICODE), "utf-16le"))
            else:
                said += (loose(value), *self._one_off(value))
        return [text for text in said if text]

    def _one_off(self, value: bytes) -> Iterator[str]:
        """The names and addresses of an address entry, or of a list of them."""
        if _ONE_OFF in value:
            for piece in value.split(_ONE_OFF)[1:]:
                wide = len(piece) > 3 and piece[3] & _ONE_OFF_WIDE
                yield _clean(piece[4:].decode("utf-16-le", "replace")) if wide else self._narrow(piece[4:])

    def _narrow(self, value: bytes) -> str:
        return self._decoded(value, self.charset)

    def _decoded(self, value: bytes, charset: str) -> str:
        text = decode_bytes(value, charset)[0]
        if value.count(b"@") > text.count("@"):
            # The code page is not what it says: without it there is more to read.
            text = f"{text}\n{guess(value)}\n{value.decode('latin-1')}"
        return _clean(text)

    def _line(self, name: str, text: str) -> None:
        if text:
            self.lines[name, text] = None

    def _say(self, where: str, *texts: str) -> None:
        if said := [text for text in texts if text]:
            self.texts.setdefault(where, []).extend(said)


def _sum(value: bytes) -> int:
    """The sum of the octets modulo 65536; Adler's lower half is one more than that of at most 256 octets."""
    return sum((zlib.adler32(value[at : at + 256]) & 0xFFFF) - 1 for at in range(0, len(value), 256)) & 0xFFFF


def _clean(text: str) -> str:
    """Zeros end a text, and may part several."""
    return text.strip("\0").replace("\0", "\n")


def _ended_at_zeros(value: bytes, kind: int) -> bytes:
    if kind != UNICODE:
        return value.rstrip(b"\0") if kind == STRING8 else value
    end = len(value.rstrip(b"\0"))
    return value[: end + end % 2]


def _media_type(text: str) -> str:
    kind = text.strip().lower()
    if kind.startswith("multipart/"):
        return "message/rfc822"  # a signed message: the file is the whole entity with its header
    return kind if _MIME_TYPE.match(kind) else _OCTETS_TYPE

"""The message and its parts: parsed once, read lazily.

Promises: `parse` is total: any bytes give a Message, and what was odd is in `defects` and `differences`. The bytes are
kept as received; headers and parts point into them. Payloads, texts and attached messages are read when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

from rules.message.addresses import Addresses, read_addresses
from rules.message.binary import is_text
from rules.message.cms import Cms, State, is_cms, read_cms
from rules.message.dates import read_date
from rules.message.fields import read_block
from rules.message.kinds import calendar_method, kinds_of, kinds_of_part
from rules.message.params import Value, read_value
from rules.message.payload import decode_payload
from rules.message.structure import BYTES, TEXT, Entity, walk
from rules.message.tnef import SIGNATURE, TNEF_TYPE, File, read_tnef
from rules.message.values import Defect, Difference, Header, Mailbox, View
from rules.text.charsets import decode_bytes

# Attached messages inside attached messages: clients open a few; beyond this nobody looks and we say so.
MESSAGE_DEPTH_MAX = 8
VISIBLE = ("to", "cc", "bcc")
ADDRESS_NAMES = frozenset((
    "from", "sender", "reply-to", *VISIBLE,
    "resent-from", "resent-sender", "resent-to", "resent-cc", "resent-bcc", "resent-reply-to",
))  # fmt: skip
_MESSAGE_TYPES = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/news",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
_MESSAGE_NAMES = (".eml", ".mht", ".mhtml")
_TNEF_TYPES = frozenset({TNEF_TYPE, "application/vnd.ms-tnef"})
_TNEF_NAME = "winmail.dat"
_OPAQUE = ("application/octet-stream", "application/x-", "text/plain", "message/")
# Defects that say: not everything was taken apart.
LIMITS = frozenset({"too_deep", "too_many_parts", "too_many_fields"})
# Enough for the first few fields of an attached message.
_HEAD_BYTES = 2 * 1024
_LOOKS_LIKE_MESSAGE = re.compile(
    rb"(?:(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|content-type|x-[!-9;-~]+)[ \t]*:"
    rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the tree. `view` says which readers see it."""

    path: str
    content_type: str
    params: Mapping[str, str]
    filename: str
    filenames: tuple[str, ...]
    disposition: str
    charset: str | None
    encoding: str
    header: tuple[Header, ...]
    view: View
    start: int
    end: int
    source: bytes = field(repr=False, compare=False)
    depth: int = field(default=0, repr=False)
    unpacked: bool = field(default=False, repr=False)
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def payload(self) -> bytes:
        """The content with its transfer encoding undone."""
        cached: bytes | None = self._cache.get("payload")
        if cached is None:
            cached = self._cache["payload"] = decode_payload(self.source[self.start : self.end], self.encoding)
        return cached

    @property
    def text(self) -> str | None:
        """The content of text/*, decoded; None for anything else."""
        if not self.content_type.startswith("text/"):
            return None
        cached: str | None = self._cache.get("text")
        if cached is None:
            cached = self._cache["text"] = decode_bytes(self.payload, self.charset)[0]
        return cached

    @property
    def head(self) -> bytes:
        """The first bytes of the content, for whoever asks what it is."""
        cached: bytes | None = self._cache.get("head")
        if cached is None:
            start = self.source[self.start : min(self.end, self.start + _HEAD_BYTES)]
            cached = self._cache["head"] = decode_payload(start, self.encoding)
        return cached

    @property
    def is_tnef(self) -> bool:
        """Whether this is a message packed by Outlook or Exchange, by type, name or content."""
        cached: bool | None = self._cache.get("tnef")
        if cached is None:
            cached = self._cache["tnef"] = (
                self.content_type in _TNEF_TYPES
                or any(name.lower().rstrip(" .") == _TNEF_NAME for name in self.filenames)
                or self.head.startswith(SIGNATURE)
            )
        return cached

    @property
    def kinds(self) -> frozenset[str]:
        """What this part makes of the message: see `rules.message.kinds`."""
        cached: frozenset[str] | None = self._cache.get("kinds")
        if cached is None:
            cached = self._cache["kinds"] = kinds_of_part(self)
        return cached

    @property
    def cms(self) -> Cms | None:
        """The cryptographic message this is, by its bytes and not by its label; None if it is none."""
        if "cms" not in self._cache:
            leaf = not self.content_type.startswith("multipart/")
            found = read_cms(self.payload, unpack=not self.unpacked) if leaf and is_cms(self.head) else None
            self._cache["cms"] = found
        cached: Cms | None = self._cache["cms"]
        return cached

    @property
    def message(self) -> Message | None:
        """The attached message, by type, name or content, or what is signed here; None if it is none, or too deep."""
        if "message" not in self._cache:
            nested = self.holds_message and self.depth < MESSAGE_DEPTH_MAX
            self._cache["message"] = self._read_message() if nested else None
        cached: Message | None = self._cache["message"]
        return cached

    def _read_message(self) -> Message:
        if self.is_tnef:
            return _unpack(self.payload, self.depth + 1, unpacked=self.unpacked)
        if self.cms is None or self.cms.state is not State.OPEN:
            return _parse(self.payload, self.depth + 1, unpacked=self.unpacked)
        content = self.cms.content
        # A file may be signed as it is, without headers of its own.
        default = TEXT if is_text(content) else BYTES
        return _parse(content, self.depth + 1, default, part=True, unpacked=self.unpacked or self.cms.unpacked)

    @property
    def holds_message(self) -> bool:
        """Whether this is an attached message or something signed, read or not."""
        if self.cms is not None and self.cms.state is State.OPEN:
            return True
        if (
            self.is_tnef
            or self.content_type in _MESSAGE_TYPES
            or any(name.lower().rstrip(" .").endswith(_MESSAGE_NAMES) for name in self.filenames)
        ):
            return True
        if not self.content_type.startswith(_OPAQUE) or (self.content_type == "text/plain" and not self.is_attachment):
            return False
        return _LOOKS_LIKE_MESSAGE.match(self.head) is not None

    @property
    def is_attachment(self) -> bool:
        """A file to its reader: has a name or says so, and is not shown inside the text by Content-ID."""
        if self.disposition == "attachment":
            return True
        inline = self.disposition == "inline" or any(header.name == "content-id" for header in self.header)
        if self.content_type.startswith("image/") and inline:
            return False
        return bool(self.filename) or not self.content_type.startswith(("text/", "multipart/"))


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `parts` are the leaves either view shows; `containers` the multiparts around them."""

    raw: bytes = field(repr=False)
    headers: tuple[Header, ...]
    body_start: int
    parts: tuple[Part, ...]
    defects: tuple[Defect, ...]
    containers: tuple[Part, ...] = ()
    gaps: tuple[tuple[str, int, int], ...] = ()
    depth: int = 0
    _structural: tuple[Difference, ...] = ()
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def by_name(self) -> Mapping[str, tuple[Header, ...]]:
        """The headers by their names (lower case), each list in order."""
        index: dict[str, tuple[Header, ...]] | None = self._cache.get("by name")
        if index is None:
            lists: dict[str, list[Header]] = {}
            for header in self.headers:
                lists.setdefault(header.name, []).append(header)
            index = self._cache["by name"] = {name: tuple(found) for name, found in lists.items()}
        return index

    def all(self, name: str) -> tuple[Header, ...]:
        """Every header of that name, in order."""
        return self.by_name.get(name.lower(), ())

    def header_text(self, name: str) -> str | None:
        """The first header of that name, decoded."""
        found = self.all(name)
        return found[0].text if found else None

    def mailboxes(self, name: str) -> tuple[Mailbox, ...]:
        """Everybody the headers of that name show: the union of both views over all of them."""
        cached: tuple[Mailbox, ...] | None = self._cache.get(name)
        if cached is None:
            cached = self._cache[name] = self._boxes(name.lower()) if self.all(name) else ()
        return cached

    def addresses_of(self, header: Header) -> Addresses:
        """One header's mailboxes and whether readers agree about them."""
        key = f"header {header.start}"
        if key not in self._cache:
            self._cache[key] = read_addresses(self.raw[header.value_start : header.end])
        cached: Addresses = self._cache[key]
        return cached

    def _boxes(self, *names: str) -> tuple[Mailbox, ...]:
        key = " ".join(names)
        cached: tuple[Mailbox, ...] | None = self._cache.get(key)
        if cached is None:
            union: dict[str, Mailbox] = {}
            for name in names:
                for header in self.all(name):
                    for box in self.addresses_of(header).boxes:
                        union.setdefault(box.address, box)
            cached = self._cache[key] = tuple(union.values())
        return cached

    @property
    def visible(self) -> tuple[Mailbox, ...]:
        """Whoever a recipient can see beside himself: To, Cc and a Bcc that was left in."""
        return self._boxes(*VISIBLE)

    @property
    def from_(self) -> tuple[Mailbox, ...]:
        return self.mailboxes("from")

    @property
    def sender(self) -> tuple[Mailbox, ...]:
        return self.mailboxes("sender")

    @property
    def subject(self) -> str:
        return self.header_text("subject") or ""

    @property
    def message_id(self) -> str:
        """With its angle brackets; "" if there is none."""
        return self.header_text("message-id") or ""

    @property
    def date(self) -> datetime | None:
        return read_date(self.header_text("date") or "")

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where readers would disagree about recipients, parts or headers."""
        cached: tuple[Difference, ...] | None = self._cache.get("all differences")
        if cached is None:
            cached = self._cache["all differences"] = (*self._structural, *self._recipient_differences())
        return cached

    def _recipient_differences(self) -> list[Difference]:
        found = [
            Difference("recipients", f"header {header.name}", doubt)
            for header in self.headers
            if header.name in ADDRESS_NAMES and (doubt := self.addresses_of(header).doubt)
        ]
        if len({tuple(box.address for box in self.addresses_of(header).boxes) for header in self.all("from")}) > 1:
            found.append(Difference("headers", "header from", "two From headers that differ"))
        return found

    @property
    def calendar_method(self) -> str | None:
        """The method that makes this an invitation, in capitals; None for other mail."""
        return calendar_method(self)

    @property
    def kinds(self) -> frozenset[str]:
        """What the structure shows: see `rules.message.kinds`."""
        cached: frozenset[str] | None = self._cache.get("all kinds")
        if cached is None:
            cached = self._cache["all kinds"] = kinds_of(self)
        return cached

    @property
    def unreadable(self) -> bool:
        """Whether the headers or the structure can't be read at all."""
        return not self.headers or any(defect.code in LIMITS for defect in self.defects)


def parse(raw: bytes) -> Message:
    """Total: never raises, whatever the bytes."""
    return _parse(raw, 0)


def _parse(raw: bytes, depth: int, default: Value = TEXT, *, part: bool = False, unpacked: bool = False) -> Message:
    """A message, or a part that stands alone; `default` is what is without a type."""
    block = read_block(raw, 0, len(raw), "message", part=part)
    tree = walk(raw, block, default, expand=depth == 0)
    differences = list(tree.differences)
    parts = tuple(_part(raw, entity, depth, differences, unpacked=unpacked) for entity in tree.leaves)
    containers = tuple(_part(raw, entity, depth, differences, unpacked=unpacked) for entity in tree.containers)
    return Message(
        raw, block.headers, block.body_start, parts, tuple(tree.defects), containers, tuple(tree.gaps), depth,
        tuple(differences),
    )  # fmt: skip


_NONE = Value("")


def _part(raw: bytes, entity: Entity, depth: int, differences: list[Difference], *, unpacked: bool) -> Part:
    disposition = _NONE
    for header in entity.headers:
        if header.name == "content-disposition":
            disposition = read_value(header.value)
            break
    declared = entity.type
    names = dict.fromkeys((*disposition.texts("filename"), *declared.texts("name")))
    names.pop("", None)
    if len({name.rpartition(".")[2].lower() for name in names}) > 1:
        differences.append(Difference("parts", f"part {entity.path}", "two file names of different kinds"))
    params = {name: declared.texts(name)[0] for name in declared.readings}
    return Part(
        entity.path, declared.kind, params, next(iter(names), ""), tuple(names), disposition.kind,
        params.get("charset"), entity.encoding, entity.headers, entity.view, entity.start, entity.end, raw, depth,
        unpacked,
    )  # fmt: skip


def _unpack(data: bytes, depth: int, *, unpacked: bool) -> Message:
    """A message packed as TNEF, as if it had been sent in parts; `raw` is what it says besides, put down for this."""
    packed = read_tnef(data)
    pieces = [
        *(f"{name}: {' '.join(value.splitlines())}\r\n".encode("utf-8", "replace") for name, value in packed.lines),
        *(text.encode("utf-8", "replace") for _, text in packed.texts),
    ]
    raw = b"".join(pieces)
    ends = list(accumulate(map(len, pieces)))
    spans = list(zip((0, *ends), ends, strict=False))
    headers = tuple(
        Header.read(name, start, start + len(name) + 1, end, raw)
        for (name, _), (start, end) in zip(packed.lines, spans, strict=False)
    )
    gaps = tuple((where, *span) for (where, _), span in zip(packed.texts, spans[len(headers) :], strict=True))
    parts = tuple(_packed(file, str(number), depth, unpacked=unpacked) for number, file in enumerate(packed.files, 1))
    defects = tuple(Defect("tnef", where) for where in packed.damage)
    return Message(raw, headers, spans[len(headers) - 1][1] if headers else 0, parts, defects, (), gaps, depth)


def _packed(file: File, path: str, depth: int, *, unpacked: bool) -> Part:
    params = {"charset": file.charset} if file.charset else {}
    return Part(
        path, file.kind, params, file.names[0] if file.names else "", file.names,
        "attachment" if file.attached else "", file.charset or None, "", (), View.BOTH, 0, len(file.data), file.data,
        depth, unpacked,
    )  # fmt: skip

"""Address headers in two views: the grammar of RFC 5322, and the eye of a sloppy client.

Promises: total, linear. The grammar is read before encoded words are decoded; wherever an `@` is left over, the raw and
the decoded text are scanned as well. The result is the union; `doubt` says when readers disagree about who is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.message.canonical import canonical_address
from rules.message.grammar import NO_ADDRESS, UNCLOSED, Entry, read_list
from rules.message.values import Mailbox, View
from rules.text.charsets import decode_bytes
from rules.text.tokens import OUTER_MARKS, at_tokens
from rules.text.words import decode_words, unfold

_ADDRESS = r"([A-Za-z0-9!#$%&*+/=?^_`{|}~-][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*@[A-Za-z0-9.-]+)"
_BARE = re.compile(rf"[ \t]*{_ADDRESS}[ \t]*(?:,|\Z)")
_NAMED = re.compile(rf"[ \t]*(?![ \t])(?:\"([^\"\\@<>]*)\"[ \t]*|([^\"\\@<>,;:()\[\]]*))<{_ADDRESS}>[ \t]*(?:,|\Z)")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The mailboxes of one field; `doubt` is empty when all readers agree."""

    boxes: tuple[Mailbox, ...] = ()
    doubt: str = ""


def read_addresses(value: bytes) -> Addresses:
    """Everybody a field names, in either view."""
    text = decode_bytes(unfold(value), None)[0]
    boxes = _plain_list(text)
    return Addresses(boxes) if boxes is not None else _careful(text.replace("\0", ""))


def _plain_list(text: str) -> tuple[Mailbox, ...] | None:
    """The list when it is one of simple mailboxes, where both views agree; None otherwise."""
    boxes: list[Mailbox] = []
    position = 0
    while position < len(text):
        if (bare := _BARE.match(text, position)) is not None:
            written, display, position = bare.group(1), "", bare.end()
        elif (named := _NAMED.match(text, position)) is not None:
            quoted, unquoted, written = named.groups()
            position = named.end()
            display = quoted if quoted is not None else unquoted.strip()
            if "=?" in display:
                display = decode_words(display.encode())
                if "@" in display:
                    return None
        else:
            return None
        address = canonical_address(written)
        if not address:
            return None
        boxes.append(Mailbox(display, address, written, View.BOTH))
    return tuple(boxes)


def _careful(text: str) -> Addresses:
    entries = read_list(text)
    decoded = decode_words(text.encode()) if "=?" in text else text
    seen = _scan(text)
    after_decoding = _scan(decoded) if decoded is not text else {}
    boxes: dict[str, Mailbox] = {}
    for entry in entries:
        address = canonical_address(entry.address) if entry.address else ""
        if address and address not in boxes:
            if address[0] in OUTER_MARKS and address[: address.rfind("@") + 1] in text.lower():
                # `_jan@x.nl`: without the grammar the mark looks like no part of it.
                seen.setdefault(address, seen.pop(address.lstrip(OUTER_MARKS), entry.address))
            both = address in seen or address in after_decoding
            view = View.BOTH if both else View.STRICT
            boxes[address] = Mailbox(_decoded(entry.display), address, entry.address, view)
    strict = frozenset(boxes)
    for address, written in {**after_decoding, **seen}.items():
        boxes.setdefault(address, Mailbox("", address, written, View.LENIENT))
    return Addresses(tuple(boxes.values()), _doubt(entries, boxes.keys() - strict, after_decoding.keys() - seen.keys()))


def _doubt(entries: list[Entry], extra: frozenset[str] | set[str], coded: set[str]) -> str:
    """Why readers disagree. Semicolons, spaces and addresses in names are read alike by everybody: no doubt."""
    if extra and any(entry.wrong in UNCLOSED for entry in entries):
        return "a quote, comment or bracket that is not closed"
    if extra & coded and any(entry.wrong == NO_ADDRESS for entry in entries):
        return "an address inside an encoded word"
    return ""


def _scan(text: str) -> dict[str, str]:
    """Canonical addresses of all tokens around `@`, with how they are written."""
    found: dict[str, str] = {}
    for start, end in at_tokens(text):
        written = text[start:end]
        if address := canonical_address(written):
            found.setdefault(address, written)
    return found


def _decoded(display: str) -> str:
    return decode_words(display.encode()) if "=?" in display else display

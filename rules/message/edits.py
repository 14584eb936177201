"""Header edits as bytes: the repair of C19, and Bcc lines that never leave the building.

Promises: an edit replaces whole header lines and nothing else; applied twice it changes nothing more. Line ends follow
those of the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rules.message.format import format_mailboxes, format_to, safe_display
from rules.message.model import Message
from rules.message.values import Header, HeaderEdit, Mailbox

_GONE = frozenset({"cc", "bcc", "resent-bcc"})
_HIDDEN = frozenset({"bcc", "resent-bcc"})
_KEPT = frozenset({"from", "to"})


def apply_edits(raw: bytes, edits: Iterable[HeaderEdit]) -> bytes:
    """The message with its edits; everything else byte for byte."""
    pieces: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += (raw[position : edit.start], edit.replacement)
        position = max(position, edit.end)
    pieces.append(raw[position:])
    return b"".join(pieces)


def bcc_edits(message: Message) -> tuple[HeaderEdit, ...]:
    """Every Bcc line removed."""
    return tuple(_remove(header) for header in message.headers if header.name in _HIDDEN)


def own_address_edits(
    message: Message,
    own: Mailbox,
    keep_reply_to: Callable[[str], bool],
    drop_header: Callable[[Header], bool],
) -> tuple[HeaderEdit, ...]:
    """The own address in To, everybody else out of sight."""
    resent_goes = any(
        not keep_reply_to(box.address)
        for name in ("resent-from", "resent-sender", "resent-to", "resent-cc", "resent-reply-to")
        for box in message.mailboxes(name)
    )
    edits = [_own_line(message, own)]
    first_to = message.all("to")[:1]
    for header in message.headers:
        name = header.name
        if name == "to":
            if header not in first_to:
                edits.append(_remove(header))
        elif name in _GONE or (resent_goes and name.startswith("resent-")):
            edits.append(_remove(header))
        elif name == "reply-to":
            edits += _reply_to(message, header, keep_reply_to)
        elif name not in _KEPT and drop_header(header):
            edits.append(_remove(header))
    raw = message.raw
    return tuple(edit for edit in edits if raw[edit.start : edit.end] != edit.replacement)


def _remove(header: Header) -> HeaderEdit:
    return HeaderEdit(header.start, header.end, b"")


def _own_line(message: Message, own: Mailbox) -> HeaderEdit:
    line = format_to(safe_display(own.display), own.address)
    for header in message.all("to")[:1]:
        return HeaderEdit(header.start, header.end, _with_line_end(message.raw, header, line))
    for header in message.all("from")[:1]:
        if message.raw[header.end - 1 : header.end] not in {b"\r", b"\n"}:
            line = b"\r\n" + line
        return HeaderEdit(header.end, header.end, _with_line_end(message.raw, header, line))
    start = message.headers[0].start if message.headers else 0
    return HeaderEdit(start, start, line)


def _reply_to(message: Message, header: Header, keep: Callable[[str], bool]) -> list[HeaderEdit]:
    boxes = message.addresses_of(header).boxes
    kept = [(safe_display(box.display), box.address) for box in boxes if keep(box.address)]
    if len(kept) == len(boxes):
        return []
    if not kept:
        return [_remove(header)]
    line = format_mailboxes(b"Reply-To", kept)
    return [HeaderEdit(header.start, header.end, _with_line_end(message.raw, header, line))]


def _with_line_end(raw: bytes, header: Header, line: bytes) -> bytes:
    """A message with bare line ends keeps them: one kind in one message."""
    if raw[: header.end].endswith(b"\n") and not raw[: header.end].endswith(b"\r\n"):
        return line.replace(b"\r\n", b"\n")
    return line

"""What a person changes of a held message before it goes: a file less, the thread under it less, as bytes.

Promises: an edit replaces the part it names, its own header with it, and nothing else; every other byte stays. A part
that can't be taken out without breaking more (sealed, packed by Outlook, the whole message) is not offered. What takes
a file's place says that one was left out, and not which.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

from rules.message.model import Message, Part
from rules.message.places import places
from rules.message.values import HeaderEdit

# Kinds in which a changed part breaks a seal, or is packed where no edit of bytes reaches.
SEALED = frozenset(
    "smime_signed smime_opaque smime_encrypted pgp_signed pgp_encrypted tnef rpmsg header_protected".split()
)
LEFT_OUT = "Een bijlage is weggelaten. / An attachment was left out."
_OWN = frozenset("content-type content-transfer-encoding content-disposition content-id content-description".split())
_LINE = 76


def mendable(message: Message) -> bool:
    """Whether parts of it can be changed at all."""
    return SEALED.isdisjoint(message.kinds) and not message.defects


def files(message: Message) -> tuple[Part, ...]:
    """The attachments that can be left out."""
    return tuple(part for part in message.parts if part.is_attachment and _inside(message, part))


def without_files(message: Message, paths: Iterable[str]) -> tuple[HeaderEdit, ...]:
    """The edits that leave these attachments out. A path that names none is passed over."""
    wanted = frozenset(paths)
    return tuple(edit for part in files(message) if part.path in wanted for edit in _as_text(message, part, LEFT_OUT))


def without_quotes(message: Message) -> tuple[HeaderEdit, ...]:
    """The edits that leave only the author's own words of each text, as plain text; () if nothing is quoted."""
    said: dict[str, list[str]] = {}
    quoted = set()
    for place in places(message):
        if place.kind == "text":
            said.setdefault(place.part_path, []).append(place.text)
        elif place.kind == "quoted":
            quoted.add(place.part_path)
    bodies = [part for part in message.parts if not part.is_attachment and part.text is not None]
    if quoted.isdisjoint(part.path for part in bodies) or not all(part.source is message.raw for part in bodies):
        return ()
    found = (_as_text(message, part, "\n\n".join(said.get(part.path, ())).strip()) for part in bodies)
    return tuple(edit for edits in found for edit in edits)


def _inside(message: Message, part: Part) -> bool:
    """Whether its bytes stand in the message as they are, and are not all there is."""
    return part.source is message.raw and bool(part.header) and part.header[0].start >= message.body_start


def _as_text(message: Message, part: Part, text: str) -> Iterator[HeaderEdit]:
    end = b"\n" if message.raw[: message.body_start].endswith(b"\n\n") else b"\r\n"
    head = (b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: base64")
    data = base64.b64encode("\r\n".join((*text.splitlines(), "")).encode("utf-8", "replace"))
    lines = [data[at : at + _LINE] for at in range(0, len(data), _LINE)]
    if not part.header or part.header[0].start >= message.body_start:
        start = part.header[0].start if part.header else part.start
        yield HeaderEdit(start, part.end, end.join((*head, b"", *lines, b"")))
        return
    own = [header for header in message.headers if header.name in _OWN]
    at = own[0].start if own else message.headers[0].start
    yield HeaderEdit(at, own[0].end if own else at, end.join((*head, b"")))
    for header in own[1:]:
        yield HeaderEdit(header.start, header.end, b"")
    yield HeaderEdit(part.start, part.end, end.join((*lines, b"")))

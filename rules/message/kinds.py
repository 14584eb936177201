"""What kind of message the structure shows: invitations, signed, encrypted, reports, lists.

Promises: total; looks at types, names and headers, never at who is addressed. Attached messages count for what hides
content (TNEF, encryption), not for what the message itself is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rules.text.html import html_text

if TYPE_CHECKING:
    from rules.message.model import Message, Part

_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_OPAQUE_SMIME = frozenset({"signed-data", "compressed-data", "certs-only"})
_PGP_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_METHOD = re.compile(r"^METHOD[^:\r\n]*:[ \t]*([A-Za-z-]+)", re.MULTILINE | re.IGNORECASE)
_AUTO_SUBJECTS = ("automatisch antwoord:", "automatic reply:", "out of office:", "afwezig:")
HIDING = frozenset({"tnef", "smime_encrypted", "smime_opaque", "pgp_encrypted", "rpmsg"})


def kinds_of(message: Message) -> frozenset[str]:
    """Every kind that applies."""
    found = set(_by_headers(message))
    for part in (*message.containers, *message.parts):
        found.update(_by_part(part))
        if part.message is not None:
            found |= kinds_of(part.message) & HIDING
    if calendar_method(message) is not None:
        found.add("calendar")
    if _image_only(message):
        found.add("image_only")
    return frozenset(found)


def _by_headers(message: Message) -> Iterator[str]:
    auto = (message.header_text("auto-submitted") or "no").partition(";")[0].strip().lower()
    suppressed = message.all("x-auto-response-suppress") or message.all("x-autoreply")
    if auto != "no" or suppressed or message.subject.lower().startswith(_AUTO_SUBJECTS):
        yield "auto_submitted"
    if message.all("list-id") or message.all("list-unsubscribe") or message.all("list-post"):
        yield "list"


def kinds_of_part(part: Part) -> frozenset[str]:
    """What one part makes of the message."""
    return frozenset(_by_part(part))


def _by_part(part: Part) -> Iterator[str]:
    kind, names = part.content_type, {name.lower() for name in part.filenames}
    if part.is_tnef:
        yield "tnef"
    if kind in _SMIME_TYPES or "smime.p7m" in names:
        yield "smime_opaque" if part.params.get("smime-type", "").lower() in _OPAQUE_SMIME else "smime_encrypted"
    if kind == "multipart/signed":
        yield "pgp_signed" if "pgp" in part.params.get("protocol", "").lower() else "smime_signed"
    armoured = kind == "text/plain" and _PGP_ARMOUR in (part.text or "")
    if armoured or kind in {"multipart/encrypted", "application/pgp-encrypted"}:
        yield "pgp_encrypted"
    if kind == "application/x-microsoft-rpmsg-message" or "message.rpmsg" in names:
        yield "rpmsg"
    if "hp" in part.params or "protected-headers" in part.params or part.params.get("forwarded", "").lower() == "no":
        yield "header_protected"
    if kind == "multipart/report":
        yield "report"


def calendar_method(message: Message) -> str | None:
    """The method of the part that makes this an invitation; None if nothing does."""
    for part in message.parts:
        if part.content_type != "text/calendar":
            continue
        declared = part.params.get("method", "")
        found = _METHOD.search(part.text or "")
        method = declared or (found.group(1) if found else "")
        if method:
            return method.strip().upper()
        if part.disposition != "attachment":
            return "REQUEST"
    return None


def _image_only(message: Message) -> bool:
    if not any(part.content_type.startswith("image/") for part in message.parts):
        return False
    return not any(_has_words(part) for part in message.parts)


def _has_words(part: Part) -> bool:
    if part.content_type == "text/html":
        return bool(html_text(part.text or "").text.strip())
    return bool((part.text or "").strip())

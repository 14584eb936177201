"""What kind of message the structure shows: invitations, signed, encrypted, reports, lists.

Promises: total; looks at types, names and headers, never at who is addressed. What is signed as a whole is the
message's own; attached messages count for what hides content (TNEF, encryption), not for what the message itself is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rules.message import openpgp
from rules.message.claims import claims
from rules.message.cms import State
from rules.text.html import html_text

if TYPE_CHECKING:
    from rules.message.model import Message, Part

_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_OPAQUE_SMIME = frozenset({"signed-data", "compressed-data", "certs-only", "signed-receipt"})
# Rights-managed messages of Exchange: type, name, and the bytes such a file begins with (MS-OXORMMS §2.1.4).
_RPMSG_TYPE, _RPMSG_NAME, _RPMSG_MAGIC = (
    "application/x-microsoft-rpmsg-message",
    ".rpmsg",
    b"\x76\xe8\x04\x60\xc4\x11\xe3\x86",
)
# RFC 8551 §3.1: the whole message wrapped, header and all, before it is signed.
_WRAPPED_TYPES = frozenset({"message/rfc822", "message/global"})
_METHOD = re.compile(r"^METHOD[^:\r\n]*:[ \t]*([A-Za-z-]+)", re.MULTILINE | re.IGNORECASE)
HIDING = frozenset({"tnef", "smime_encrypted", "pgp_encrypted", "rpmsg"})
# What an invitation's To and its attendees must agree about; any other method is ordinary mail (domain.md 5.3).
INVITING = frozenset({"REQUEST", "CANCEL", "COUNTER", "ADD", "DECLINECOUNTER"})
# What only the message's own headers say of it, and what only all of its parts together are.
_NOT_FROM_WITHIN = frozenset({"auto_submitted", "auto_forwarded", "list", "recall", "image_only"})


def kinds_of(message: Message) -> frozenset[str]:
    """Every kind that applies."""
    found = set(claims(message))
    signed = {f"{part.path}.1".lstrip(".") for part in message.containers if part.content_type == "multipart/signed"}
    for part in (*message.containers, *message.parts):
        found |= part.kinds
        if part.path in signed and part.content_type in _WRAPPED_TYPES:
            found.add("header_protected")
        if (inner := part.message) is not None:
            found |= kinds_of(inner) - _NOT_FROM_WITHIN if part.cms is not None else kinds_of(inner) & HIDING
            # A packed message may be both, and have no part at all.
            alone = part.cms is not None and not inner.containers
            if alone and any(one.content_type in _WRAPPED_TYPES for one in inner.parts[:1]):
                found.add("header_protected")
    if calendar_method(message) is not None:
        found.add("calendar")
    if _image_only(message):
        found.add("image_only")
    return frozenset(found)


def shown_parts(message: Message) -> Iterator[Part]:
    """The leaves that are the message's own, those that are signed as a whole among them."""
    for part in message.parts:
        yield part
        if part.cms is not None and part.message is not None:
            yield from shown_parts(part.message)


def kinds_of_part(part: Part) -> frozenset[str]:
    """What one part makes of the message."""
    return frozenset(_by_part(part))


def why_shut(part: Part) -> str:
    """Why the content of a part can't be read: "encrypted", "damaged", "too_big"; "" if it can, or is TNEF."""
    if part.kinds & HIDING - {"tnef"}:
        return "encrypted"
    if "smime_opaque" in part.kinds:
        state = part.cms.state if part.cms is not None else State.DAMAGED
        return state.value if state in {State.DAMAGED, State.TOO_BIG} else ""
    return ""


def _by_part(part: Part) -> Iterator[str]:
    kind, names = part.content_type, {name.lower().rstrip(" .") for name in part.filenames}
    if part.is_tnef:
        yield "tnef"
    if smime := _smime(part, names):
        yield smime
    if kind == "multipart/signed":
        yield "pgp_signed" if "pgp" in part.params.get("protocol", "").lower() else "smime_signed"
    if _pgp(part, names):
        yield "pgp_encrypted"
    if kind == _RPMSG_TYPE or any(name.endswith(_RPMSG_NAME) for name in names) or part.head.startswith(_RPMSG_MAGIC):
        yield "rpmsg"
    if "hp" in part.params or "protected-headers" in part.params or part.params.get("forwarded", "").lower() == "no":
        yield "header_protected"
    if kind == "multipart/report":
        yield "report"


def _smime(part: Part, names: set[str]) -> str:
    """By the bytes; by type and name where these are no cryptographic message, or one that is broken."""
    cms = part.cms
    if cms is not None and cms.state in {State.OPEN, State.TOO_BIG}:
        return "smime_opaque"
    if cms is not None and cms.state is State.SHUT:
        return "smime_encrypted"
    if cms is not None and cms.state is State.EMPTY:
        return ""
    declared = part.content_type in _SMIME_TYPES or any(name.endswith(".p7m") for name in names)
    if not declared and cms is None:
        return ""
    opaque = cms is not None and not declared
    return "smime_opaque" if opaque or part.params.get("smime-type", "").lower() in _OPAQUE_SMIME else "smime_encrypted"


def _pgp(part: Part, names: set[str]) -> bool:
    if part.content_type in openpgp.TYPES or openpgp.armoured(part.head):
        return True
    if part.content_type == "text/html":
        return "PGP" in (part.text or "") and openpgp.ARMOUR in html_text(part.text or "").text
    if part.content_type.startswith("text/"):
        return openpgp.ARMOUR in (part.text or "")
    return any(name.endswith(openpgp.NAMES) for name in names) and openpgp.shuts(part.head)


def calendar_method(message: Message) -> str | None:
    """The method that makes this an invitation, else the first there is; None if nothing is of a calendar.

    A label and its calendar may disagree, and one calendar with the next: who invites anywhere, invites.
    """
    found = [
        method for part in shown_parts(message) if part.content_type == "text/calendar" for method in _methods(part)
    ]
    return next((method for method in found if method in INVITING), next(iter(found), None))


def _methods(part: Part) -> list[str]:
    written = [part.params.get("method", ""), *_METHOD.findall(part.text or "")]
    said = [method.strip().upper() for method in written if method.strip()]
    return said or ([] if part.disposition == "attachment" else ["REQUEST"])


def _image_only(message: Message) -> bool:
    parts = list(shown_parts(message))
    if not any(part.content_type.startswith("image/") for part in parts):
        return False
    return not any(_has_words(part) for part in parts)


def _has_words(part: Part) -> bool:
    if part.content_type == "text/html":
        return bool(html_text(part.text or "").text.strip())
    return bool((part.text or "").strip())

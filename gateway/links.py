"""The token in a notice's link: what it allows, on which case, until when, and the proof that we wrote it.

Promises: a pure function of key and values; whoever has not the key makes no token, and one changed bit anywhere (also
an unused bit of the last letter) makes it nothing. Comparing takes the same time for right and wrong. The token names
no person. That it works once is the store's promise: it keeps `digest(token)`, never the token.
Fails: never; what does not verify is None.

    base64url( version 1 | acts 1 | expiry, seconds since 1970, 5 | reference | HMAC-SHA256 of all before, 32 )
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntFlag

VERSION = 1
MAC_BYTES = 32
EXPIRY_BYTES = 5  # 40 bits of seconds: until the year 36812
HEAD_BYTES = 2 + EXPIRY_BYTES
REFERENCE_CHARACTERS_MAX = 32
# In front of what is signed, so a signature made with this key for another use never fits here.
CONTEXT = b"postwacht link\0"


class Act(IntFlag):
    """What a link may do. A link does one act, once; the set says among which its holder chooses."""

    CONFIRM = 1
    WITHDRAW = 2

    @classmethod
    def of(cls, names: Iterable[str]) -> Act:
        """Make the set from its words. KeyError for a word that is no act."""
        found = cls(0)
        for name in names:
            found |= cls[name.upper()]
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The words, as the store keeps them."""
        return tuple(act.name.lower() for act in type(self) if act.name is not None and act in self)


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine token says. Whether it is expired or used is asked apart."""

    reference: str
    acts: Act
    expires_at: datetime

    def expired(self, now: datetime) -> bool:
        return now >= self.expires_at


def sign(key: bytes, reference: str, acts: Act, expires_at: datetime) -> str:
    """Write a token. The expiry is cut to whole seconds."""
    if not reference.isascii() or not 0 < len(reference) <= REFERENCE_CHARACTERS_MAX:
        raise ValueError("a reference is 1 to 32 ASCII characters")
    seconds = int(expires_at.timestamp()).to_bytes(EXPIRY_BYTES)
    signed = bytes((VERSION, acts.value)) + seconds + reference.encode("ascii")
    return _write(signed + _mac(key, signed))


def verify(key: bytes, token: str) -> Link | None:
    """Read a token; None if it is not ours, whatever is wrong with it."""
    raw = _read(token)
    signed, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    # Always one HMAC and one comparison in constant time, also for what is far too short.
    if not hmac.compare_digest(_mac(key, signed), mac) or signed[:1] != bytes((VERSION,)):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(signed[2:HEAD_BYTES]), UTC)
    return Link(signed[HEAD_BYTES:].decode("ascii"), Act(signed[1]), expires_at)


def digest(token: str) -> bytes:
    """Give what the store keeps of a token: enough to recognise it, not enough to use it."""
    return hashlib.sha256(CONTEXT + token.encode("utf-8", "surrogatepass")).digest()


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, CONTEXT + signed, "sha256")


def _write(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _read(token: str) -> bytes:
    """Decode strictly: only the one spelling that `_write` gives. Anything else is no bytes."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
    return raw if _write(raw) == token else b""

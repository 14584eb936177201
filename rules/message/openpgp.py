"""What PGP shuts: its armour in a text, its MIME types, its packets in a file.

Promises: total; looks at the first bytes only. Keys and signatures are no secret and hide nothing; a message that is
only signed or compressed is as unreadable here as an encrypted one.
Source: RFC 4880 §4.2 (packet headers) and §6.2 (armour), RFC 3156 (MIME).
"""

from __future__ import annotations

# `, PART 1/2` may follow.
ARMOUR = "BEGIN PGP MESSAGE"
TYPES = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
NAMES = (".pgp", ".gpg")
_ARMOUR = f"-----{ARMOUR}".encode()
# Session keys, encrypted data, AEAD; compressed, one-pass signed and literal data need PGP to be read too.
_PACKETS = frozenset({1, 3, 9, 18, 20, 8, 4, 11})


def shuts(head: bytes) -> bool:
    """Whether a file that begins so is a message of PGP's, in packets."""
    return bool(head) and _packet(head[0]) in _PACKETS


def armoured(head: bytes) -> bool:
    """Whether a file that begins so is a message of PGP's, in armour."""
    return _ARMOUR in head


def _packet(first: int) -> int:
    """The tag of a packet header; 0, which is reserved, for what is none."""
    if not first & 0x80:
        return 0
    return first & 0x3F if first & 0x40 else first >> 2 & 0xF

"""DKIM signatures (RFC 6376, RFC 8463) by dkimpy, after the repair, with keys loaded once.

Promises: From, To, Cc, Subject and the other shown headers are signed, the addressing ones once more than they occur,
so that nobody adds another. A signature that was there stays. A domain without a key is sent unsigned, and so is a
message whose header lines are none: nothing that is accepted stays here for want of a signature.
Fails: ValueError at start for a key that is no RSA or Ed25519 key.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import dkim
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.delivery.wire import header_end

OVERSIGNED = (b"from", b"to", b"cc", b"subject", b"reply-to")
SIGNED = (*OVERSIGNED, b"date", b"message-id", b"in-reply-to", b"references", b"mime-version", b"content-type")


@dataclass(frozen=True, slots=True)
class Key:
    """One domain's private key as dkimpy wants it."""

    secret: bytes = field(repr=False)
    algorithm: bytes


def read_key(pem: bytes) -> Key:
    """Read a PEM file."""
    key = load_pem_private_key(pem, None)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return Key(base64.b64encode(raw), b"ed25519-sha256")
    if isinstance(key, rsa.RSAPrivateKey):
        return Key(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()), b"rsa-sha256")
    raise ValueError("a DKIM key is RSA or Ed25519")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for the domains it has a key of."""

    selector: str
    keys: Mapping[str, Key]

    def sign(self, message: bytes, domain: str) -> bytes:
        """The signature's header line, or nothing."""
        key = self.keys.get(domain)
        if key is None:
            return b""
        shown = [line.partition(b":")[0].strip().lower() for line in _header_lines(message)]
        names = [name for name in SIGNED for _ in range(shown.count(name))] + list(OVERSIGNED)
        try:
            signature: bytes = dkim.sign(
                message,
                self.selector.encode(),
                domain.encode("idna"),
                key.secret,
                canonicalize=(b"relaxed", b"relaxed"),
                signature_algorithm=key.algorithm,
                include_headers=names,
            )
        except (dkim.DKIMException, IndexError):  # IndexError: dkimpy's answer to a header that begins with a fold
            return b""
        return signature


def _header_lines(message: bytes) -> list[bytes]:
    block = message[: header_end(message)]
    return [line for line in block.split(b"\r\n") if line[:1] not in {b" ", b"\t", b""}]
